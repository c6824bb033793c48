import { type Explained, explainWorkflow, type WorkflowState } from '@tamma/domain';
import type { ReactNode } from 'react';
import { formatCost, formatCount, plural } from '../../format/amount.ts';
import type { WorkflowWatch } from '../../state/workflow.ts';
import { Badge, Chip } from '../../ui/badge.tsx';
import { useWatched } from '../../ui/hooks.ts';
import { PullRequest } from '../../ui/pull-request.tsx';
import { Outside } from '../../ui/text.tsx';
import { Age, Took, Until } from '../../ui/time.tsx';
import { tokensOf } from '../../view/costs.ts';
import { spanOf, waitOf } from '../../view/row.ts';
import { badgeOfWorkflow, capitalize, nameOfIssue, RISK_TONES } from '../../view/words.ts';
import { Actions } from './actions.tsx';
import { Keepers } from './keepers.tsx';
import { Movers } from './movers.tsx';

interface HeadProps {
  readonly state: WorkflowState;
  readonly watch: WorkflowWatch;
}

export function WorkflowHead({ state, watch }: HeadProps) {
  const explained = explainWorkflow(state);
  return (
    <header className="card workflow-head">
      <div className="workflow-title">
        <h1 id="workflow">
          <span className="row-issue">{nameOfIssue(state)}</span> <Outside text={state.title} />
        </h1>
        <Actions state={state} />
      </div>
      <p className="workflow-status" role="status">
        <Badge badge={badgeOfWorkflow(state)} /> <Outside text={explained.summary} />
      </p>
      <Wait state={state} explained={explained} watch={watch} />
      <Keepers state={state} watch={watch} />
      <Movers movers={explained.movers} />
      <Facts state={state} />
    </header>
  );
}

function Wait({ state, explained, watch }: HeadProps & { readonly explained: Explained }) {
  const { value: asked } = useWatched(watch.explanation);
  const wait = waitOf(state);
  if (wait === null) return null;
  // Only the server knows the queue; what it said before is not about this wait.
  const place = explained.queued === null ? null : (asked?.queue?.position ?? null);
  return (
    <p className="muted workflow-wait">
      {capitalize(wait.headline)} for <Age at={wait.since} />
      {place === null ? null : `, place ${place} in the queue`}.
      {wait.until === null || explained.afterwards === null ? null : (
        <>
          {' '}
          Due <Until at={wait.until} />: {explained.afterwards}.
        </>
      )}
    </p>
  );
}

function Facts({ state }: { readonly state: WorkflowState }) {
  const { from, to } = spanOf(state);
  const { usage } = state;
  return (
    <dl className="facts">
      <Fact name="Project">{state.project}</Fact>
      {state.sprint === null ? null : (
        <Fact name="Sprint">
          <Outside text={state.sprint} />
        </Fact>
      )}
      <Fact name="Priority">{state.score}</Fact>
      {state.risk === null ? null : (
        <Fact name="Risk">
          <Chip word={state.risk} tone={RISK_TONES[state.risk]} />
        </Fact>
      )}
      {state.branch === null ? null : (
        <Fact name="Branch">
          <span className="mono">
            <Outside text={state.branch} />
          </span>
        </Fact>
      )}
      {state.pullRequest === null ? null : (
        <Fact name="Pull request">
          <PullRequest pullRequest={state.pullRequest} />
        </Fact>
      )}
      {state.mergeCommit === null ? null : (
        <Fact name="Merged as">
          <span className="mono">{state.mergeCommit.slice(0, 10)}</span>
        </Fact>
      )}
      <Fact name="Elapsed">
        <Took from={from} to={to} />
      </Fact>
      <Fact name="Cost">
        {formatCost(usage.costUsd)} · {formatCount(tokensOf(usage))} tokens · {plural(usage.calls, 'call')}
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
