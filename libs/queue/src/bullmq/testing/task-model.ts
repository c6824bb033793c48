import { ATTEMPTS_MAX, CAPABILITIES, type Capability, type TaskStatus } from '@tamma/domain';
import type { FlowTask } from '../../queue.ts';
import { flowOf } from '../../testing/bench.ts';

/** What docs/states.md says of one task, without a queue. */
export interface ModelTask {
  readonly task: FlowTask;
  /** The task that has to be complete before; null for the first of a flow or of a round. */
  readonly before: ModelTask | null;
  /** The tasks it may ask for; none for those of a round. */
  readonly round: readonly ModelTask[];
  status: TaskStatus | null;
  isBelowRound: boolean;
  attempts: number;
  failures: number;
}

/** A flow of three tasks, each with a round of two that it may ask for. Every task has a queue of its own kind. */
export class TaskModel {
  readonly spine: readonly ModelTask[];
  readonly all: readonly ModelTask[];
  readonly paused = new Set<Capability>();

  constructor(workflowId: string) {
    const names = ['one', 'two', 'three'] as const;
    const tasks = flowOf(workflowId, [
      [names[0], 'git'],
      [names[1], 'ai'],
      [names[2], 'code'],
    ]);
    this.spine = chain(tasks, (place) =>
      chain(
        flowOf(
          workflowId,
          [
            ['fix', 'build'],
            ['check', 'test'],
          ],
          place + 1,
        ),
        () => [],
      ),
    );
    this.all = this.spine.flatMap((one) => [...one.round, one]);
  }

  /** What a worker may begin begins, and a round that is over lets its task go on. */
  settle(): void {
    for (const one of this.all) {
      const isOver = one.isBelowRound && one.round.every(({ status }) => status === 'completed');
      if (isOver) Object.assign(one, { status: 'pending', isBelowRound: false });
    }
    for (const one of this.all) {
      if (one.status !== 'pending' || this.paused.has(one.task.capability)) continue;
      if (one.before !== null && one.before.status !== 'completed') continue;
      one.status = 'running';
      one.attempts += 1;
    }
  }

  add(tasks: readonly ModelTask[]): void {
    for (const one of tasks) {
      if (one.status === null) Object.assign(one, { status: 'pending', attempts: 0, failures: 0 });
    }
  }

  remove(): void {
    for (const one of this.all) Object.assign(one, { status: null, isBelowRound: false });
  }

  fail(one: ModelTask): void {
    one.failures += 1;
    one.status = one.failures < ATTEMPTS_MAX ? 'pending' : 'failed';
  }

  spawn(one: ModelTask): void {
    this.add(one.round);
    one.status = 'scheduled';
    one.isBelowRound = true;
  }

  in(status: TaskStatus): readonly ModelTask[] {
    return this.all.filter((one) => one.status === status);
  }

  get isAnyRunning(): boolean {
    return this.in('running').length > 0;
  }

  resumeAll(): readonly Capability[] {
    const resumed = CAPABILITIES.filter((capability) => this.paused.has(capability));
    this.paused.clear();
    return resumed;
  }
}

function chain(tasks: readonly FlowTask[], roundOf: (place: number) => readonly ModelTask[]): ModelTask[] {
  const made: ModelTask[] = [];
  for (const [place, task] of tasks.entries()) {
    const state = { status: null, isBelowRound: false, attempts: 0, failures: 0 };
    made.push({ task, before: made.at(-1) ?? null, round: roundOf(place), ...state });
  }
  return made;
}
