import { redisKeysOf } from '@tamma/contracts';
import { buildEvent, pickFrom, seededRandom } from '@tamma/domain/testing';
import { testServers, uniqueName } from '@tamma/testing';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import type { CommitRequest, StoredWait, WorkflowHashes } from '../index.ts';
import { commitOf, head, STOP, waitOf } from '../testing/bench.ts';
import {
  type CommitKind,
  type ModelCommand,
  type ModelState,
  openModel,
  step,
} from '../testing/hash-model.ts';
import { createWorkflowHashes } from './index.ts';

const { workflowId } = head;
const TASKS = [`${workflowId}.issue-intake`, `${workflowId}.merge-and-close`] as const;
const COMMITS: readonly CommitKind[] = ['done', 'stop', 'stop', 'wait', 'hold', 'excused', 'events'];
const EVENTS = [buildEvent('SESSION.STARTED.SUCCESS', { sessionKey: head.sessionKey })];
/** Numbers whose order as text is another one. */
const ATTEMPTS = [1, 2, 9, 10, 11] as const;
const PROCESSES = 3;
const RUNS = 60;
const TURNS = 15;

function randomCommand(random: () => number): ModelCommand {
  const taskId = pickFrom(TASKS, random);
  const attempt = pickFrom(ATTEMPTS, random);
  const why = pickFrom(['a', 'b'], random);
  const what = pickFrom(COMMITS, random);
  const start: ModelCommand = { kind: 'begin', taskId, attempt };
  const end: ModelCommand = { kind: 'commit', taskId, attempt, what, activeMs: Math.floor(random() * 9) };
  const commands: readonly ModelCommand[] = [
    ...[start, start, start, end, end, end],
    { kind: 'beginMerge', taskId, attempt },
    { kind: 'suspend', untilMs: 1 + Math.floor(random() * 9) },
    ...[{ kind: 'resume' } as const, { kind: 'resume' } as const],
    { kind: 'prioritize', score: Math.floor(random() * 3) },
    { kind: 'order', taskId, why },
    { kind: 'retry', taskId, why: random() < 0.5 ? null : why },
    ...(random() < 0.3 ? [{ kind: 'cancel' } as const] : []),
  ];
  return pickFrom(commands, random);
}

function requestOf(command: Extract<ModelCommand, { kind: 'commit' }>): CommitRequest {
  const { taskId, attempt, what, activeMs } = command;
  const outcomes = { done: { kind: 'done', result: { answer: 1 } }, stop: STOP } as const;
  return commitOf({
    fence: { workflowId, taskId, attempt },
    outcome: what === 'done' || what === 'stop' ? outcomes[what] : null,
    wait: waitOfKind(what),
    isExcused: what === 'excused',
    isHeld: what === 'hold',
    activeMs,
    events: EVENTS,
  });
}

/** What is held waits for a service in trouble: whether it merged anything it does not know. */
function waitOfKind(what: CommitKind): StoredWait | null {
  if (what === 'hold') return waitOf({ on: 'circuit' });
  return what === 'wait' ? waitOf() : null;
}

const orderOf = (why: string) => ({ kind: 'skip', by: 'ada', why, at: '2026-01-01T00:00:00.000Z' }) as const;

async function beginText(
  hashes: WorkflowHashes,
  { taskId, attempt }: { taskId: string; attempt: number },
): Promise<string> {
  const begun = await hashes.begin({ workflowId, taskId, attempt }, EVENTS);
  switch (begun.kind) {
    case 'begun': {
      const { activeMs, head: seen, holds, pickUpsExcused, order, wait, isOpened } = begun;
      expect(isOpened).to.equal(wait === null);
      const told = [activeMs, seen.score, holds, pickUpsExcused, order?.why ?? null, wait !== null];
      return `begun ${JSON.stringify(told)}`;
    }
    case 'replay':
      return `replay ${begun.outcome.kind}`;
    case 'suspended':
      return `suspended ${begun.untilMs}`;
    default:
      return begun.kind;
  }
}

async function send(hashes: WorkflowHashes, command: ModelCommand): Promise<string> {
  switch (command.kind) {
    case 'begin':
      return beginText(hashes, command);
    case 'beginMerge':
      return String(await hashes.beginMerge({ workflowId, ...command }));
    case 'commit':
      return hashes.commit(requestOf(command));
    case 'cancel':
      return hashes.cancel(workflowId, EVENTS);
    case 'suspend':
      return hashes.suspend({ workflowId, untilMs: command.untilMs, events: EVENTS });
    case 'resume':
      return hashes.resume(workflowId, EVENTS);
    case 'prioritize':
      return hashes.prioritize(workflowId, command.score, EVENTS);
    case 'order': {
      const { taskId, why } = command;
      return hashes.order({ workflowId, taskId, order: orderOf(why), events: EVENTS });
    }
    case 'retry': {
      const { taskId, why } = command;
      const order = why === null ? null : orderOf(why);
      return hashes.retry({ workflowId, taskId, order, events: EVENTS });
    }
  }
}

function ordersOf<Item>(items: readonly Item[]): readonly Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    ordersOf(items.toSpliced(index, 1)).map((others) => [item, ...others]),
  );
}

interface Answered {
  readonly command: ModelCommand;
  readonly verdict: string;
}

/** Every state the workflow can be in, if the commands happened one after the other in some order. */
function explain(states: readonly ModelState[], turn: readonly Answered[]): readonly ModelState[] {
  const found = new Map<string, ModelState>();
  for (const before of states) {
    for (const order of ordersOf(turn)) {
      let state: ModelState | null = before;
      for (const { command, verdict } of order) {
        const next = step(state, command);
        state = next.verdict === verdict ? next.state : null;
        if (state === null) break;
      }
      if (state !== null) found.set(JSON.stringify(state), state);
    }
  }
  return [...found.values()];
}

async function play(
  processes: readonly WorkflowHashes[],
  random: () => number,
): Promise<readonly ModelState[]> {
  let states: readonly ModelState[] = [openModel(TASKS, head.score)];
  const story: string[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const answered = await Promise.all(
      processes.map(async (hashes) => {
        const command = randomCommand(random);
        return { command, verdict: await send(hashes, command) };
      }),
    );
    story.push(JSON.stringify(answered));
    states = explain(states, answered);
    expect(states, `no order explains:\n${story.join('\n')}`).not.to.have.lengthOf(0);
  }
  return states;
}

describe('commands of several processes to one workflow', () => {
  it('have the verdicts of some order in which each happened as a whole, and each event once', async () => {
    const connections = Array.from({ length: PROCESSES }, () => new Redis(testServers().redisUrl));
    const [redis] = connections;
    if (redis === undefined) throw new Error('there is no connection');
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const keys = redisKeysOf(uniqueName('interleave'));
      const processes = connections.map((one) => createWorkflowHashes({ redis: one, keys }));
      await processes[0]?.open(head, []);
      const states = await play(processes, seededRandom(seed));
      const eventCount = await redis.xlen(keys.events);
      expect(
        states.map((state) => state.eventCount),
        `seed ${seed}`,
      ).to.include(eventCount);
      await redis.del(keys.events, keys.workflow(workflowId));
    }
    for (const one of connections) one.disconnect();
  });
});
