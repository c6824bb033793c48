import type { WorkflowState } from '@tamma/domain';
import { addressOf, TABS, type Tab } from '../../app/route.ts';
import { printableLine } from '../../format/printable.ts';
import type { WorkflowWatch } from '../../state/workflow.ts';
import { usePage, useTitle, useWatched } from '../../ui/hooks.ts';
import { Empty, Failure, Loading } from '../../ui/notice.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { capitalize, nameOfIssue } from '../../view/words.ts';
import { ApprovalCard } from '../inbox/approval-card.tsx';
import { ArtifactsPanel } from './artifacts-panel.tsx';
import { ChangesPanel } from './changes-panel.tsx';
import { CostsPanel } from './costs-panel.tsx';
import { LivePanel } from './live-panel.tsx';
import { Phases } from './phases.tsx';
import { TimelinePanel } from './timeline-panel.tsx';
import { useWorkflowWatch } from './use-workflow.ts';
import { WorkflowHead } from './workflow-head.tsx';

interface ScreenProps {
  readonly id: string;
  readonly tab: Tab;
}

export function WorkflowScreen({ id, tab }: ScreenProps) {
  const watch = useWorkflowWatch(id);
  return (
    <section className="workflow" aria-labelledby="workflow">
      <nav aria-label="Where this is" className="crumbs">
        <a href="#/">Workflows</a> <span aria-hidden="true">/</span>{' '}
        <span className="mono">{printableLine(id)}</span>
      </nav>
      {watch === null ? (
        <Loading what="the workflow" />
      ) : (
        <Watched key={id} watch={watch} id={id} tab={tab} />
      )}
    </section>
  );
}

function Watched({ watch, id, tab }: ScreenProps & { readonly watch: WorkflowWatch }) {
  const { state } = useWatched(watch.history);
  const { value: isLoaded, error } = useWatched(watch.loading);
  const explanation = useWatched(watch.explanation);
  const waiting = useWatched(usePage().app.inbox).value?.length ?? 0;
  useTitle(state === null ? id : `${nameOfIssue(state)} ${printableLine(state.title)}`, waiting);
  if (state !== null) return <Known watch={watch} state={state} tab={tab} />;
  return (
    <>
      <h1 id="workflow" className="only-read">
        Workflow
      </h1>
      {error === null ? null : <Failure error={error} onRetry={() => void watch.loading.load()} />}
      {isLoaded === null && error === null ? <Loading what="the workflow" /> : null}
      {isLoaded && explanation.error?.status === 404 ? (
        <Empty title="There is no such workflow.">
          <p>
            Its address may be mistyped, or its record deleted. <a href="#/">See all workflows</a>
          </p>
        </Empty>
      ) : null}
    </>
  );
}

interface KnownProps {
  readonly watch: WorkflowWatch;
  readonly state: WorkflowState;
  readonly tab: Tab;
}

function Known({ watch, state, tab }: KnownProps) {
  const inbox = useWatched(usePage().app.inbox);
  const asked = inbox.value?.filter(({ workflowId }) => workflowId === state.id) ?? [];
  return (
    <>
      <WorkflowHead state={state} watch={watch} />
      {asked.map((approval) => (
        <ApprovalCard key={`${approval.id} ${approval.since}`} approval={approval} place="workflow" />
      ))}
      <Phases state={state} />
      <Tabs
        label="What to see of it"
        tabs={TABS.map((id) => ({ id, label: capitalize(id) }))}
        chosen={tab}
        onChoose={(next) =>
          window.location.replace(addressOf({ screen: 'workflow', id: state.id, tab: next }))
        }
      >
        <Panel watch={watch} state={state} tab={tab} />
      </Tabs>
    </>
  );
}

function Panel({ watch, state, tab }: KnownProps) {
  switch (tab) {
    case 'live':
      return <LivePanel watch={watch} hasEnded={state.endedAt !== null} />;
    case 'artifacts':
      return <ArtifactsPanel state={state} />;
    case 'changes':
      return <ChangesPanel state={state} />;
    case 'timeline':
      return <TimelinePanel watch={watch} />;
    case 'costs':
      return <CostsPanel watch={watch} state={state} />;
  }
}
