import { useMemo, useState } from 'react';
import { sortRows } from '../../state/rows.ts';
import { usePage, useTitle, useWatched } from '../../ui/hooks.ts';
import { Empty, Failure, Loading } from '../../ui/notice.tsx';
import { matches, NO_FILTER } from '../../view/filter.ts';
import { FilterBar } from './filter-bar.tsx';
import { NotTaken } from './not-taken.tsx';
import { WorkflowRow } from './workflow-row.tsx';

export function WorkflowsScreen() {
  const { app } = usePage();
  const waiting = useWatched(app.inbox).value?.length ?? 0;
  useTitle('', waiting);
  return (
    <div className="beside">
      <WorkflowList />
      <NotTaken />
    </div>
  );
}

function WorkflowList() {
  const { app, filter: filterCell } = usePage();
  const rows = useWatched(app.workflows.rows);
  const { value: lookedAt, error } = useWatched(app.workflows.looks);
  const filter = useWatched(filterCell);
  const states = useMemo(() => sortRows(rows), [rows]);
  const shown = states.filter((state) => matches(state, filter));
  return (
    <section className="workflows" aria-labelledby="workflows">
      <h1 id="workflows">Workflows</h1>
      {error === null ? null : <Failure error={error} onRetry={() => void app.workflows.load()} />}
      {states.length === 0 ? null : <FilterBar states={states} filter={filter} onChange={filterCell.set} />}
      {lookedAt === null && error === null && states.length === 0 ? <Loading what="workflows" /> : null}
      {lookedAt !== null && states.length === 0 ? <NoWorkflows /> : null}
      {states.length > 0 && shown.length === 0 ? (
        <Empty title="No workflow fits the filter.">
          <button type="button" className="button" onClick={() => filterCell.set(NO_FILTER)}>
            Show all
          </button>
        </Empty>
      ) : null}
      <ul className="rows">
        {shown.map((state) => (
          <WorkflowRow key={state.id} state={state} />
        ))}
      </ul>
      <Older />
    </section>
  );
}

function NoWorkflows() {
  return (
    <Empty title="No workflow yet.">
      <p>
        Tamma takes open issues that carry the labels your project asks for. Open one, or add the label; it is
        found at the next look. Issues that were looked at and left are listed under “Not taken” with their
        reasons.
      </p>
      <p>
        To have one taken now, whatever it lacks:{' '}
        <code>npx tamma submit &lt;project&gt; &lt;issue&gt; --override</code>
      </p>
    </Empty>
  );
}

function Older() {
  const { app } = usePage();
  const older = useWatched(app.workflows.older);
  const [isBusy, setBusy] = useState(false);
  if (older === null) return null;
  const load = async (): Promise<void> => {
    setBusy(true);
    await app.workflows.loadOlder();
    setBusy(false);
  };
  return (
    <button type="button" className="button" disabled={isBusy} onClick={() => void load()}>
      Show older workflows
    </button>
  );
}
