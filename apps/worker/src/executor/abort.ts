import { TammaError } from '@tamma/domain';

export type AbortKind = 'shutdown' | 'overtaken' | 'cancelled' | 'suspended' | 'skipped' | 'timeout';

/** Why an attempt was told to stop. It is what steps see as `signal.reason`. */
export class AttemptAborted extends TammaError {
  readonly kind: AbortKind;
  constructor(kind: AbortKind, message: string) {
    super('ATTEMPT_ABORTED', message, { class: 'system' });
    this.name = 'AttemptAborted';
    this.kind = kind;
  }
}
