import { WAITING_WORDS, type WorkflowState } from '@tamma/domain';
import { useMemo } from 'react';
import { formatCost, formatCount } from '../../format/amount.ts';
import { formatDuration } from '../../format/time.ts';
import type { WorkflowWatch } from '../../state/workflow.ts';
import { BudgetBar } from '../../ui/budget-bar.tsx';
import { useNow, usePage, usePolling, useRefusal, useWatched } from '../../ui/hooks.ts';
import { Empty } from '../../ui/notice.tsx';
import { RaiseButton } from '../../ui/raise-button.tsx';
import { Scroll } from '../../ui/scroll.tsx';
import { Outside } from '../../ui/text.tsx';
import { type CostLine, costsOf, waitsOf } from '../../view/costs.ts';
import { nameOfStep } from '../../view/words.ts';

interface CostsProps {
  readonly watch: WorkflowWatch;
  readonly state: WorkflowState;
}

/** Where money and time went. */
export function CostsPanel({ watch, state }: CostsProps) {
  const { events } = useWatched(watch.history);
  const lines = useMemo(() => costsOf(events), [events]);
  return (
    <div className="costs">
      <section>
        <h3>Models</h3>
        {lines.length === 0 ? <Empty title="No model was asked yet." /> : <CostTable lines={lines} />}
      </section>
      <Budget workflowId={state.id} />
      <section>
        <h3>Waits</h3>
        <Waits state={state} />
      </section>
    </div>
  );
}

const POLL_MS = 10_000;
const REFUSAL_ID = 'budget-refusal';

/** Nothing for a workflow that is over and of which nobody knows a budget any more. */
function Budget({ workflowId }: { readonly workflowId: string }) {
  const { app } = usePage();
  usePolling(app.budgets, POLL_MS);
  const { value: budgets } = useWatched(app.budgets);
  const refusal = useRefusal()('operate');
  const budget = budgets?.find(({ level, id }) => level === 'workflow' && id === workflowId);
  if (budget === undefined) return null;
  return (
    <section>
      <h3>Budget</h3>
      <BudgetBar budget={budget} />
      <RaiseButton budget={budget} refusalId={REFUSAL_ID} />
      {refusal === null ? null : (
        <p id={REFUSAL_ID} className="muted small">
          {refusal}
        </p>
      )}
    </section>
  );
}

function CostTable({ lines }: { readonly lines: readonly CostLine[] }) {
  const sum = (pick: (line: CostLine) => number) => lines.reduce((total, line) => total + pick(line), 0);
  return (
    <Scroll label="Costs by step and model" className="table-scroll">
      <table className="numbers">
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">Model</th>
            <th scope="col">Calls</th>
            <th scope="col">Tokens in</th>
            <th scope="col">Tokens out</th>
            <th scope="col">From cache</th>
            <th scope="col">Into cache</th>
            <th scope="col">Time</th>
            <th scope="col">Cost</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={`${line.stepId} ${line.model}`}>
              <th scope="row">{nameOfStep(line.stepId)}</th>
              <td>
                <Outside text={line.model} />
              </td>
              <Numbers line={line} />
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={2}>
              All
            </th>
            <Numbers
              line={{
                calls: sum(({ calls }) => calls),
                inputTokens: sum(({ inputTokens }) => inputTokens),
                outputTokens: sum(({ outputTokens }) => outputTokens),
                cacheReadTokens: sum(({ cacheReadTokens }) => cacheReadTokens),
                cacheWriteTokens: sum(({ cacheWriteTokens }) => cacheWriteTokens),
                durationMs: sum(({ durationMs }) => durationMs),
                costUsd: sum(({ costUsd }) => costUsd),
              }}
            />
          </tr>
        </tfoot>
      </table>
    </Scroll>
  );
}

function Numbers({ line }: { readonly line: Omit<CostLine, 'stepId' | 'model'> }) {
  return (
    <>
      <td>{line.calls}</td>
      <td>{formatCount(line.inputTokens)}</td>
      <td>{formatCount(line.outputTokens)}</td>
      <td>{formatCount(line.cacheReadTokens)}</td>
      <td>{formatCount(line.cacheWriteTokens)}</td>
      <td>{formatDuration(line.durationMs)}</td>
      <td>{formatCost(line.costUsd)}</td>
    </>
  );
}

function Waits({ state }: { readonly state: WorkflowState }) {
  const now = useNow();
  const waits = waitsOf(state, now);
  const longest = Math.max(1, ...waits.map(({ waitedMs }) => waitedMs));
  if (waits.length === 0) return <Empty title="It waited for nothing." />;
  return (
    <ul className="waits">
      {waits.map(({ reason, waitedMs, isOpen }) => (
        <li key={reason}>
          <span>
            {WAITING_WORDS[reason]}
            {isOpen ? <span className="muted"> (now)</span> : null}
          </span>
          <meter max={longest} value={waitedMs} aria-label={`Waited for ${WAITING_WORDS[reason]}`} />
          <span className="waits-time">{formatDuration(waitedMs)}</span>
        </li>
      ))}
    </ul>
  );
}
