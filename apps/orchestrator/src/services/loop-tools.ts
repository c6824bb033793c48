import { TammaError } from '@tamma/domain';
import type { EventConsumer } from '@tamma/event-log';
import { createLoop, type Loop } from '@tamma/process';
import type { DutiesOptions } from './duties-options.ts';
import type { Intake } from './intake.ts';
import type { TakeTurn } from './turns.ts';

export interface TermParts {
  readonly term: number;
  readonly source: EventConsumer;
  readonly intake: Intake;
  readonly takeTurn: TakeTurn;
}

/** What the loops of one term share. */
export interface LoopTools {
  readonly loop: (
    name: string,
    intervalMs: number,
    runOnce: (signal: AbortSignal) => Promise<unknown>,
  ) => Loop;
  /** Told of each workflow or project that could not be attended to. */
  readonly onFailure: (about: string, error: Error) => void;
}

export function toolsOf({ logger, onTermLost }: DutiesOptions, term: number): LoopTools {
  return {
    loop: (name, intervalMs, runOnce) => {
      const onError = (error: Error) => {
        if (error instanceof TammaError && error.code === 'TERM_LOST') onTermLost(term);
        logger.warn({ service: name, error: error.message }, 'pass failed');
      };
      return createLoop({ name, intervalMs, runOnce, onError });
    },
    onFailure: (about, error) => logger.warn({ about, error: error.message }, 'not attended to'),
  };
}
