import type { AnyEvent, Fact } from '@tamma/domain';
import { endEventIdOf, eventIdOf } from '@tamma/domain';

/** Who tells facts, and for which attempt of which task. */
export interface Teller {
  /** A fact of this attempt; ids count up, so that a repeated append is absorbed. */
  event(fact: Fact): AnyEvent;
  /** A fact of the task's begin: told once, whichever attempt gets there. `part` tells several apart. */
  startEvent(fact: Fact, part: string): AnyEvent;
  /** A fact of the task's end: told once, whichever attempt gets there. `part` tells several apart. */
  endEvent(fact: Fact, part?: string): AnyEvent;
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
  const { workflowId, taskId, stepId, attempt, workerId, now } = options;
  let index = 0;
  const build = (id: string, fact: Fact): AnyEvent => ({
    id,
    ...fact,
    at: new Date(now()).toISOString(),
    workflowId,
    taskId,
    stepId,
    attempt,
    actor: { kind: 'worker', id: workerId },
    tags: { workflowId, step: stepId },
    metadata: { schemaVersion: 1, source: 'worker' },
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
  };
}
