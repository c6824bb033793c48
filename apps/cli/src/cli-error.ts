import { type ErrorClass, TammaError } from '@tamma/domain';
import { EXIT, type ExitCode } from './exit-code.ts';

const CLASSES: Readonly<Record<ExitCode, ErrorClass>> = {
  [EXIT.done]: 'unknown',
  [EXIT.failed]: 'unknown',
  [EXIT.usage]: 'validation',
  [EXIT.needsPerson]: 'unknown',
  [EXIT.unreachable]: 'network',
  [EXIT.notPermitted]: 'authentication',
  [EXIT.interrupted]: 'unknown',
};

export interface CliErrorOptions {
  readonly remedy?: string | undefined;
  /** Further lines, such as what is wrong with each field. */
  readonly details?: readonly string[];
  /** The HTTP status, when the server refused. */
  readonly status?: number;
  readonly cause?: unknown;
}

/** Ends the command with an exit code of its own. */
export class CliError extends TammaError {
  readonly exitCode: ExitCode;
  readonly details: readonly string[];
  readonly status: number | null;

  constructor(exitCode: ExitCode, message: string, options: CliErrorOptions = {}) {
    const { remedy, details, status, cause } = options;
    super(`CLI_EXIT_${exitCode}`, message, {
      class: CLASSES[exitCode],
      ...(remedy === undefined ? {} : { remedy }),
      ...(cause === undefined ? {} : { cause }),
    });
    this.exitCode = exitCode;
    this.details = details ?? [];
    this.status = status ?? null;
  }
}

/** A person pressed Ctrl-C: nothing failed, so nothing is reported. */
export function interrupted(): CliError {
  return new CliError(EXIT.interrupted, 'stopped');
}

export function isNotFound(thrown: unknown): boolean {
  return thrown instanceof CliError && thrown.status === 404;
}
