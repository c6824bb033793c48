import { TammaError } from '@tamma/domain';
import type { EventConsumer } from '@tamma/event-log';
import { createSupervisor, type Supervisor } from '@tamma/process';
import type { DutiesOptions } from './duties-options.ts';
import { createIntake, type Intake } from './intake.ts';
import type { LeaderDuties } from './leadership.ts';
import { buildLoops } from './loops.ts';
import { createTurns } from './turns.ts';

/** Name of the recorder's place in the event log; all orchestrators share it, one at a time uses it. */
export const RECORDER = 'recorder';
/** Shorter than what the process allows itself for its whole shutdown. */
const STOP_DEADLINE_MS = 5000;

export interface Duties extends LeaderDuties {
  readonly intake: Intake;
}

/** What exactly one orchestrator does at a time; its loops are listed in `loops.ts`. */
export function createDuties(options: DutiesOptions): Duties {
  const { eventLog, logger, census } = options;
  // A workflow must not be taken away between the look at its claim and its start.
  const takeTurn = createTurns();
  const onProblem = (project: string, error: Error) =>
    logger.warn({ project, error: error.message }, 'project not looked at');
  let wanted: number | null = null;
  const requireLead = async () => {
    if (wanted === null) throw termLost(0);
    await options.requireLead(wanted);
  };
  const { claims, verdicts, inbox, reader } = options.store;
  const desk = { claims, verdicts, inbox, reader };
  const intake = createIntake({ ...options, ...desk, requireLead, takeTurn, onProblem });
  let supervisor: Supervisor | null = null;
  let consumer: EventConsumer | null = null;

  return {
    intake,
    start: async (term) => {
      wanted = term;
      // One consumer per term: what an earlier term was handed and never acknowledged is handed out again.
      const source = await eventLog.consumer(RECORDER);
      if (wanted !== term) {
        await source.close();
        throw termLost(term);
      }
      consumer = source;
      supervisor = createSupervisor(buildLoops(options, { source, term, intake, takeTurn }), {
        name: 'Leader duties',
        stopDeadlineMs: STOP_DEADLINE_MS,
        onFailure: ({ service, during, error }) => logger.error({ service, during, error }, 'service failed'),
      });
      await supervisor.start();
      logger.info({ term }, 'leads');
    },
    stop: async () => {
      wanted = null;
      const ending = { supervisor, consumer };
      supervisor = null;
      consumer = null;
      try {
        await ending.supervisor?.stop();
      } finally {
        census.forget();
        await ending.consumer?.close();
      }
    },
  };
}

function termLost(term: number): TammaError {
  return new TammaError('TERM_LOST', `term ${term} was over before its duties began`, { class: 'conflict' });
}
