import { TammaError } from '@tamma/domain';
import type { CommandRequest, CommandResult, SandboxKind } from '../../workspace.ts';
import { variablesOf } from '../certificates.ts';
import type { Layout } from '../layout.ts';
import { commandEnvironment, RUN_ID_VARIABLE } from './environment.ts';
import { limited } from './limiter.ts';
import { newMark } from './mark.ts';
import { findProgram, programMissing } from './program.ts';
import { type SandboxView, sandboxed } from './sandbox.ts';
import { type Ended, supervise } from './supervise.ts';

export interface CommandPlace {
  readonly layout: Layout;
  readonly sandbox: SandboxKind;
  readonly view: SandboxView;
  /** Where `prlimit` is; null: there is none that runs here. */
  readonly limiter: string | null;
}

const OUTPUT_MAX_CHARACTERS = 64 * 1024;

export async function runCommand(request: CommandRequest, place: CommandPlace): Promise<CommandResult> {
  request.signal.throwIfAborted();
  const { layout, view } = place;
  const [name = '', ...args] = request.argv;
  const program = await findProgram(name, layout.tree, view.path);
  const isBoxed = place.sandbox === 'bubblewrap';
  const mark = newMark();
  const base = commandEnvironment(layout, view.path, mark.id);
  const call = isBoxed ? await sandboxed({ layout, view, program, args, ...request }) : { program, args };
  const ended = await supervise({
    ...(await limited(call, place.limiter, mark)),
    cwd: layout.tree,
    env: { ...base, ...variablesOf(view.certificates), ...request.variables, [RUN_ID_VARIABLE]: mark.id },
    mark,
    timeoutMs: request.timeoutMs,
    signal: request.signal,
    outputMax: request.outputMax ?? OUTPUT_MAX_CHARACTERS,
    reports: isBoxed,
    stdin: request.stdin,
    onOutput: request.onOutput,
  });
  if (isBoxed && !ended.timedOut && !ended.crowded) requireRun(name, program, ended);
  const { exitCode, timedOut, output, stdout, stderr, durationMs } = ended;
  return { exitCode, timedOut, output, stdout, stderr, durationMs, sandbox: place.sandbox };
}

/** Bubblewrap reports the end of a command only when it ran: without that, its exit code would be taken for the command's. */
function requireRun(name: string, program: string, { report, output, exitCode }: Ended): void {
  if (report.includes('"exit-code"')) return;
  if (output.startsWith(`bwrap: execvp ${program}: `)) {
    throw programMissing(
      name,
      'cannot be run in the sandbox, which shows system folders and those on PATH only',
    );
  }
  throw new TammaError(
    'WORKSPACE_SANDBOX_FAILED',
    `the sandbox ended before the command did (exit ${exitCode}): ${output.slice(-500)}`,
    {
      class: 'system',
      remedy: 'Check that bubblewrap still runs here, or restart the worker to probe it again.',
    },
  );
}
