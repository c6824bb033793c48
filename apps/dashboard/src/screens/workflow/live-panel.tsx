import { memo, useMemo } from 'react';
import { printable } from '../../format/printable.ts';
import { formatClock } from '../../format/time.ts';
import type { WorkflowWatch } from '../../state/workflow.ts';
import { Following } from '../../ui/following.tsx';
import { useWatched } from '../../ui/hooks.ts';
import { Outside } from '../../ui/text.tsx';
import { type TimelineEntry, toLogLines, toTimeline } from '../../view/timeline.ts';
import { nameOfStep } from '../../view/words.ts';

const LOG_LINES_MAX = 500;

interface LiveProps {
  readonly watch: WorkflowWatch;
  readonly hasEnded: boolean;
}

/** What is said and written while it happens. */
export function LivePanel({ watch, hasEnded }: LiveProps) {
  return (
    <div className="live">
      <Progress watch={watch} hasEnded={hasEnded} />
      <Log watch={watch} />
      <ModelText watch={watch} hasEnded={hasEnded} />
    </div>
  );
}

function Progress({ watch, hasEnded }: LiveProps) {
  const progress = useWatched(watch.progress);
  const { state } = useWatched(watch.history);
  if (progress === null || hasEnded || state?.currentStep !== progress.step) return null;
  return (
    <p className="live-progress">
      <label>
        <span>
          {nameOfStep(progress.step)}: <Outside text={progress.message} />
        </span>
        <progress max={100} value={progress.progress} />
      </label>
      <span className="muted">{Math.round(progress.progress)} %</span>
    </p>
  );
}

function Log({ watch }: { readonly watch: WorkflowWatch }) {
  const { events } = useWatched(watch.history);
  const lines = useMemo(() => toLogLines(events.map(toTimeline), LOG_LINES_MAX), [events]);
  return (
    <section className="live-log">
      <h3>Log</h3>
      <Following label="Log" className="log" size={events.length}>
        {lines.length === 0 ? <p className="muted">Nothing happened yet.</p> : null}
        <ol>
          {lines.map((line) => (
            <LogLine key={line.id} line={line} />
          ))}
        </ol>
      </Following>
    </section>
  );
}

const LogLine = memo(function LogLine({ line }: { readonly line: TimelineEntry }) {
  return (
    <li className={`log-line tone-text-${line.tone}`}>
      <time className="log-time" dateTime={line.at}>
        {formatClock(line.at)}
      </time>{' '}
      {line.stepId === null ? null : <span className="log-step">{line.stepId}</span>}{' '}
      <span className="log-text">
        <Outside text={line.sentence} />
      </span>
    </li>
  );
});

function ModelText({ watch, hasEnded }: LiveProps) {
  const streams = useWatched(watch.streams);
  const last = streams.at(-1);
  const size = streams.reduce((sum, { text }) => sum + text.length, 0);
  return (
    <section className="live-text">
      <h3>Model {last === undefined ? null : <span className="muted">{nameOfStep(last.step)}</span>}</h3>
      <Following label="Text of the model" className="model-text" size={size}>
        {last === undefined ? (
          <p className="muted">
            {hasEnded
              ? 'The work has ended. What the model wrote is in the artifacts.'
              : 'What a model writes appears here while it writes.'}
          </p>
        ) : (
          <pre>{printable(last.text)}</pre>
        )}
      </Following>
    </section>
  );
}
