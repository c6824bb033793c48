import { memo, useMemo, useState } from 'react';
import { plural } from '../../format/amount.ts';
import { printable } from '../../format/printable.ts';
import { formatClock, formatMoment } from '../../format/time.ts';
import type { WorkflowWatch } from '../../state/workflow.ts';
import { useWatched } from '../../ui/hooks.ts';
import { Empty } from '../../ui/notice.tsx';
import { Outside } from '../../ui/text.tsx';
import {
  filterTimeline,
  GROUPS,
  type TimelineEntry,
  type TimelineFilter,
  toTimeline,
} from '../../view/timeline.ts';

const SHOWN_AT_ONCE = 200;

/** Every fact, the newest first. */
export function TimelinePanel({ watch }: { readonly watch: WorkflowWatch }) {
  const { events } = useWatched(watch.history);
  const [filter, setFilter] = useState<TimelineFilter>({ group: '', text: '' });
  const [max, setMax] = useState(SHOWN_AT_ONCE);
  const entries = useMemo(() => events.map(toTimeline).toReversed(), [events]);
  const fitting = filterTimeline(entries, filter);
  return (
    <div className="timeline">
      <Filters filter={filter} onChange={setFilter} />
      <p className="muted" role="status">
        {plural(fitting.length, 'event')}
      </p>
      {fitting.length === 0 ? <Empty title="No event fits the filter." /> : null}
      <ol className="events">
        {fitting.slice(0, max).map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
      {fitting.length > max ? (
        <button type="button" className="button" onClick={() => setMax(max + SHOWN_AT_ONCE)}>
          Show earlier events
        </button>
      ) : null}
    </div>
  );
}

interface FiltersProps {
  readonly filter: TimelineFilter;
  readonly onChange: (filter: TimelineFilter) => void;
}

function Filters({ filter, onChange }: FiltersProps) {
  return (
    <search className="filters">
      <label className="field field-grow">
        <span>Find</span>
        <input
          type="search"
          placeholder="words, step, type …"
          value={filter.text}
          onChange={({ target }) => onChange({ ...filter, text: target.value })}
        />
      </label>
      <label className="field">
        <span>About</span>
        <select
          value={filter.group}
          onChange={({ target }) =>
            onChange({ ...filter, group: GROUPS.find((group) => group === target.value) ?? '' })
          }
        >
          <option value="">everything</option>
          {GROUPS.map((group) => (
            <option key={group} value={group}>
              {group}
            </option>
          ))}
        </select>
      </label>
    </search>
  );
}

const Entry = memo(function Entry({ entry }: { readonly entry: TimelineEntry }) {
  return (
    <li className="event">
      <details>
        <summary>
          <time className="log-time" dateTime={entry.at} title={formatMoment(entry.at)}>
            {formatClock(entry.at)}
          </time>{' '}
          <span className={`event-sentence tone-text-${entry.tone}`}>
            <Outside text={entry.sentence} />
          </span>{' '}
          <span className="event-place muted">
            {entry.stepId === null ? null : `${entry.stepId} · `}
            {entry.type}
          </span>
        </summary>
        <EventBody entry={entry} />
      </details>
    </li>
  );
});

function EventBody({ entry }: { readonly entry: TimelineEntry }) {
  return (
    <div className="event-body">
      <p className="muted">
        <span className="outside">{printable(entry.actor)}</span> · {entry.offset} ·{' '}
        <span className="mono">{printable(entry.id)}</span>
      </p>
      <pre className="plain">{printable(JSON.stringify(entry.entry.event.data, null, 2))}</pre>
    </div>
  );
}
