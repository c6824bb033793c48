import type { AnyEvent, Fact } from '@tamma/domain';
import { endEventIdOf, eventIdOf } from '@tamma/domain';
import type { FlowTask } from '@tamma/queue';

/** Who tells facts, and for which attempt of which task. */
export interface Teller {
  /** A fact of this attempt; ids count up, so that a repeated append is absorbed. */
  event(fact: Fact): AnyEvent;
  /** A fact of the task's begin: told once, whichever attempt gets there. `part` tells several apart. */
  startEvent(fact: Fact, part: string): AnyEvent;
  /** A fact of the task's end: told once, whichever attempt gets there. `part` tells several apart. */
  endEvent(fact: Fact, part?: string): AnyEvent;
  /** A fact of a round the task asked for: told once. */
  roundEvent(fact: Fact, round: number): AnyEvent;
  /** That another task was queued, as the task of its own that it is: told once. */
  enqueuedEvent(task: FlowTask): AnyEvent;
}

export interface TellerOptions {
  readonly workflowId: string;
  readonly taskId: string;
  readonly stepId: string;
  readonly attempt: number;
  readonly workerId: string;
  readonly now: () => number;
}

export function createTeller(options: TellerOptions): Teller {
  const { taskId, stepId, attempt } = options;
  let index = 0;
  const build = (id: string, fact: Fact): AnyEvent => ({
    ...eventOf(options, { id, fact, taskId, stepId }),
    attempt,
  });
  return {
    event: (fact) => {
      index += 1;
      return build(eventIdOf(taskId, attempt, index), fact);
    },
    startEvent: (fact, part) => build(`${taskId}.start.${part}`, fact),
    endEvent: (fact, part) => {
      const id = endEventIdOf(taskId);
      return build(part === undefined ? id : `${id}.${part}`, fact);
    },
    roundEvent: (fact, round) => build(`${taskId}.round.${round}`, fact),
    enqueuedEvent: ({ taskId: other, payload, capability, priority }) => {
      const fact = { type: 'TASK.ENQUEUED.SUCCESS', data: { capability, priority } } as const;
      return eventOf(options, { id: `${other}.enqueued`, fact, taskId: other, stepId: payload.stepId });
    },
  };
}

interface Telling {
  readonly id: string;
  readonly fact: Fact;
  readonly taskId: string;
  readonly stepId: string;
}

function eventOf(
  { workflowId, workerId, now }: TellerOptions,
  { id, fact, taskId, stepId }: Telling,
): AnyEvent {
  return {
    id,
    ...fact,
    at: new Date(now()).toISOString(),
    workflowId,
    taskId,
    stepId,
    actor: { kind: 'worker', id: workerId },
    tags: { workflowId, step: stepId },
    metadata: { schemaVersion: 1, source: 'worker' },
  };
}
