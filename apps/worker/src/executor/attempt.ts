import type { PlannedStep } from '@tamma/contracts';
import type { Begun, Fence } from '@tamma/coordination';
import type { AnyEvent, Capability } from '@tamma/domain';
import type { TaskAttempt } from '@tamma/queue';
import type { Ear } from './hints.ts';
import type { Teller } from './teller.ts';

export type BegunAttempt = Extract<Begun, { kind: 'begun' }>;

/** What is known of an attempt before anything was read. */
export interface AttemptStart {
  readonly task: TaskAttempt;
  readonly fence: Fence;
  readonly teller: Teller;
  readonly capability: Capability;
  /** What people see first of it; told when it begins to run. */
  readonly openings: readonly AnyEvent[];
  readonly ear: Ear;
}

export interface AttemptPass extends AttemptStart {
  readonly begun: BegunAttempt;
}

export interface AttemptRequest extends AttemptPass {
  readonly step: PlannedStep;
}
