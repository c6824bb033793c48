import type { WorkflowState } from '@tamma/domain';
import { memo } from 'react';
import { workflowAddress } from '../../app/route.ts';
import { formatCost, formatCount } from '../../format/amount.ts';
import { Badge } from '../../ui/badge.tsx';
import { Icon } from '../../ui/icon.tsx';
import { MiniProgress } from '../../ui/mini-progress.tsx';
import { PullRequest } from '../../ui/pull-request.tsx';
import { Outside } from '../../ui/text.tsx';
import { Age, Took } from '../../ui/time.tsx';
import { tokensOf } from '../../view/costs.ts';
import { endOf, spanOf, waitOf } from '../../view/row.ts';
import { countDone, placeOf } from '../../view/steps.ts';
import { badgeOfWorkflow, nameOfIssue, nameOfStep } from '../../view/words.ts';

export const WorkflowRow = memo(function WorkflowRow({ state }: { readonly state: WorkflowState }) {
  const { from, to } = spanOf(state);
  return (
    <li className={`row row-${state.status}`}>
      <div className="row-head">
        <Badge badge={badgeOfWorkflow(state)} />
        <a className="row-title" href={workflowAddress(state.id)}>
          <span className="row-issue">{nameOfIssue(state)}</span> <Outside text={state.title} />
        </a>
        <span className="row-took" title="Elapsed">
          <Icon name="clock" /> <span className="only-read">Elapsed: </span>
          <Took from={from} to={to} />
        </span>
      </div>
      <div className="row-body">
        <Where state={state} />
        <Waits state={state} />
        <Facts state={state} />
      </div>
    </li>
  );
});

/** How far it is, in signs and in words. */
function Where({ state }: { readonly state: WorkflowState }) {
  const { done, all } = countDone(state);
  const { step, phase } = placeOf(state);
  return (
    <div className="row-where">
      <MiniProgress state={state} />
      <span className="row-step">
        {all === 0 ? 'not started' : `${done}/${all}`}
        {step === null ? null : (
          <>
            {' · '}
            <span className="strong">{nameOfStep(step)}</span>
          </>
        )}{' '}
        {phase === null ? null : <span className="phase-name">{phase}</span>}
      </span>
    </div>
  );
}

function Waits({ state }: { readonly state: WorkflowState }) {
  const wait = waitOf(state);
  const end = endOf(state);
  if (wait === null) return <div className="row-wait">{end === null ? null : <Outside text={end} />}</div>;
  return (
    <div className={wait.isForPerson ? 'row-wait row-wait-person' : 'row-wait'}>
      <span>
        {wait.isForPerson ? <Icon name="person" /> : null} {wait.headline} for <Age at={wait.since} />
      </span>
      <span className="row-why">
        <Outside text={wait.why} />
      </span>
    </div>
  );
}

function Facts({ state: { project, sprint, pullRequest, usage } }: { readonly state: WorkflowState }) {
  return (
    <div className="row-facts">
      <span>{project}</span>
      {sprint === null ? null : (
        <span title="Sprint">
          <Outside text={sprint} />
        </span>
      )}
      {pullRequest === null ? null : <PullRequest pullRequest={pullRequest} />}
      <span title="Cost">{formatCost(usage.costUsd)}</span>
      <span>{formatCount(tokensOf(usage))} tokens</span>
    </div>
  );
}
