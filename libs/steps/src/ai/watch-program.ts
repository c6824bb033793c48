import type { AgentRequest, OwnToolCall } from '@tamma/ai-provider';
import type { Fact } from '@tamma/domain';
import type { Workspace } from '@tamma/workspace';
import { createMask } from '@tamma/workspace/secrets';
import type { StepContext } from '../step.ts';

type RunCli = NonNullable<AgentRequest<unknown>['runCli']>;
type CliRequest = Parameters<RunCli>[0];
type Ran = Pick<Extract<Fact, { type: 'AI.COMMAND.RAN' }>['data'], 'exitCode' | 'timedOut' | 'sandbox'>;

export interface WatchedProgram {
  readonly runCli: RunCli;
  readonly onOwnTool: (call: OwnToolCall) => void;
  /** Resolves when all of it is told so far; rejects when it could not be. */
  told(): Promise<void>;
}

/** An argument that is longer than this is a prompt, which the issue and our own files hold. */
const ARGUMENT_MAX_CHARACTERS = 100;
const COMMAND_MAX_CHARACTERS = 500;
/** What nobody says of a run that was broken off. */
const BROKEN_OFF: Ran = { exitCode: null, timedOut: false, sandbox: 'unknown' };

/** A program that looks into files by itself may put into a call what no prompt held. */
const mask = createMask({ known: [] });

/**
 * Runs the coding programs of a conversation, and tells each run and each tool that they say they called. What cannot be
 * told is no trouble of theirs: `told` throws it.
 */
export function watchProgram({ tell }: Pick<StepContext, 'tell'>, workspace: Workspace): WatchedProgram {
  let telling = Promise.resolve();
  const tellNext = (fact: () => Promise<Fact>) => {
    telling = telling.then(async () => tell(await fact()));
    // Whoever waits for it hears of it; nobody may be waiting yet.
    telling.catch(() => {});
  };
  const tellRun = (argv: readonly string[], durationMs: number, { exitCode, timedOut, sandbox }: Ran) =>
    tellNext(async () => {
      const command = await showArguments(argv);
      return { type: 'AI.COMMAND.RAN', data: { command, exitCode, timedOut, durationMs, sandbox } };
    });
  return {
    async runCli(request) {
      const startedAt = performance.now();
      try {
        const result = await workspace.run(request);
        tellRun(request.argv, result.durationMs, result);
        return result;
      } catch (thrown) {
        // Anything else kept it from running at all.
        if (request.signal.aborted) tellRun(request.argv, performance.now() - startedAt, BROKEN_OFF);
        throw thrown;
      }
    },
    onOwnTool: ({ tool, ok, summary }) =>
      tellNext(async () => ({ type: 'AI.TOOL.CALLED', data: { tool, ok, summary: await mask(summary) } })),
    told: () => telling,
  };
}

async function showArguments(argv: CliRequest['argv']): Promise<string> {
  const shown = await Promise.all(
    argv.map(async (argument) => cut(await mask(argument), ARGUMENT_MAX_CHARACTERS)),
  );
  return cut(shown.join(' '), COMMAND_MAX_CHARACTERS);
}

function cut(text: string, max: number): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return (line.length <= max ? line : `${line.slice(0, max - 1)}…`).toWellFormed();
}
