import { redisKeysOf } from '@tamma/contracts';
import type { WorkflowHashes } from '@tamma/coordination';
import { connectRedis, createWorkflowHashes } from '@tamma/coordination/redis';
import type { EventLog } from '@tamma/event-log';
import { createRedisEventLog } from '@tamma/event-log/redis';
import { createBullmqQueue } from '@tamma/queue/bullmq';
import type { Store } from '@tamma/store';
import { claimIssue } from '../../apps/orchestrator/src/use-cases/claim-issue.ts';
import { type StartDeps, startWorkflow } from '../../apps/orchestrator/src/use-cases/start-workflow.ts';
import { taskQueue, workflow } from './defaults.ts';
import { headOf } from './head.ts';
import type { Rung } from './protocol.ts';
import { issueOf, type Workload } from './workload.ts';

export interface OrchestratorOptions {
  readonly rung: Rung;
  readonly redisUrl: string;
  readonly prefix: string;
  readonly store: Store;
  readonly workload: Workload;
}

/** The part of the orchestrator that claims issues and starts workflows, as its `main.ts` wires it. */
export interface Orchestrator extends AsyncDisposable {
  readonly eventLog: EventLog;
  readonly hashes: WorkflowHashes;
  readonly start: StartDeps;
  /** Claims where the rung has claims, and starts. */
  submit(issue: number): Promise<void>;
}

export async function openOrchestrator(options: OrchestratorOptions): Promise<Orchestrator> {
  const { rung, redisUrl, prefix, store, workload } = options;
  await using stack = new AsyncDisposableStack();
  const onError = (error: Error) => process.stderr.write(`orchestrator: ${error.message}\n`);
  const redis = stack.adopt(await connectRedis({ url: redisUrl, onError }), (one) => one.disconnect());
  const keys = redisKeysOf(prefix);
  const eventLog = stack.adopt(createRedisEventLog({ redis, keys }), (one) => one.close());
  const queue = stack.adopt(
    await createBullmqQueue({
      redisUrl,
      prefix,
      workerName: 'orchestrator',
      lockDurationMs: taskQueue.lockDuration,
      stalledIntervalMs: taskQueue.stalledInterval,
      onError,
    }),
    (one) => one.close(),
  );
  const hashes = createWorkflowHashes({ redis, keys });
  const start: StartDeps = partsOf(rung, {
    eventLog,
    claims: store.claims,
    hashes,
    queue,
    suspendedDeadlineMs: workflow.suspendedDeadline,
    now: Date.now,
  });
  const hasClaims = rung === 'record' || rung === 'relay';
  const claimDeps = {
    ...start,
    escalationDeadlineMs: workflow.escalationDeadline,
    activeLimitMs: workflow.activeLimit,
  };
  const owned = stack.move();
  return {
    eventLog,
    hashes,
    start,
    submit: async (number) => {
      if (!hasClaims) return startWorkflow(start, headOf(workload, number));
      const { project, plan } = workload;
      const claim = await claimIssue(claimDeps, { project, plan, issue: issueOf(number) });
      if (!claim.claimed) throw new Error(`issue ${number} was claimed before`);
      await startWorkflow(start, claim.head);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Lower rungs leave away what they do not measure: claims first, then events. */
function partsOf(rung: Rung, deps: StartDeps): StartDeps {
  if (rung === 'record' || rung === 'relay') return deps;
  const unclaimed = { ...deps, claims: { ...deps.claims, markStarted: async () => null } };
  if (rung !== 'guard') return unclaimed;
  return {
    ...unclaimed,
    eventLog: { ...deps.eventLog, appendOnce: async () => true },
    hashes: { ...deps.hashes, open: (head) => deps.hashes.open(head, []) },
  };
}
