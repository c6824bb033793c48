import type { ProjectView } from '@tamma/contracts';
import { usePage, useWatched } from '../../ui/hooks.ts';
import { Empty, Failure, Loading, Notice } from '../../ui/notice.tsx';
import { Outside } from '../../ui/text.tsx';
import { Ago } from '../../ui/time.tsx';
import { RefusedIssue } from './refused-issue.tsx';
import { RunGate } from './run-gate.tsx';

/** Issues nobody works on, and every reason why. */
export function NotTaken() {
  const { app } = usePage();
  const { value, error } = useWatched(app.projects);
  return (
    <aside className="not-taken" aria-labelledby="not-taken">
      <h2 id="not-taken">Not taken</h2>
      {error === null ? null : <Failure error={error} onRetry={() => void app.projects.load()} />}
      {value === null && error === null ? <Loading what="projects" /> : null}
      {value?.length === 0 ? (
        <Empty title="No project is configured.">
          <p>
            Name one in <code>tamma.config.yaml</code>; <code>npx tamma check</code> says what is wrong with
            it.
          </p>
        </Empty>
      ) : null}
      {value?.map((project) => (
        <ProjectIntake key={project.id} project={project} />
      ))}
    </aside>
  );
}

function ProjectIntake({ project: { id, intake } }: { readonly project: ProjectView }) {
  const refused = intake.issues.filter(({ eligible, workflowId }) => !eligible && workflowId === null);
  const isEmpty = refused.length === 0 && intake.unreadable.length === 0;
  return (
    <section className="intake">
      <h3>
        {id}{' '}
        <span className="muted">
          {intake.lastPassAt === null ? 'not looked yet' : <LookedAt at={intake.lastPassAt} />}
        </span>
      </h3>
      {intake.problem === null ? null : (
        <Notice tone="bad">
          The issues cannot be listed: <Outside text={intake.problem} />
        </Notice>
      )}
      {isEmpty ? <Empty title="Every open issue is eligible or taken." /> : null}
      <ul className="plain-list">
        {intake.unreadable.map((one) => (
          <li key={one.source} className="intake-issue">
            <p className="strong">
              <Outside text={one.source} /> cannot be read
            </p>
            <p>
              <Outside text={one.reason} />
            </p>
            <p className="muted">
              <Outside text={one.remedy} />
            </p>
          </li>
        ))}
        {refused.map((issue) => (
          <RefusedIssue key={issue.number} project={id} issue={issue} />
        ))}
      </ul>
      <RunGate project={id} />
    </section>
  );
}

function LookedAt({ at }: { readonly at: string }) {
  return (
    <>
      looked at <Ago at={at} />
    </>
  );
}
