import { CommanderError } from '@commander-js/extra-typings';
import { reportError } from '@tamma/domain';
import { CliError } from './cli-error.ts';
import type { Runtime } from './context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { buildProgram } from './program.ts';
import { oneLine, printable } from './terminal/printable.ts';

/** Runs one command line, without the names of program and script, and says what the process ends with. */
export async function runCli(args: readonly string[], runtime: Runtime): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done;
  try {
    const program = buildProgram(runtime, (code) => {
      exitCode = code;
    });
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (thrown) {
    // It has told what is wrong, or has printed the help that was asked for.
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.done : EXIT.usage;
    return report(thrown, runtime);
  }
}

function report(thrown: unknown, { stderr }: Runtime): ExitCode {
  const { message, remedy } = reportError(thrown);
  const { exitCode, details } = thrown instanceof CliError ? thrown : { exitCode: EXIT.failed, details: [] };
  if (exitCode === EXIT.interrupted) return exitCode;
  const lines = [`tamma: ${message}`, ...details.map((line) => `  ${line}`)];
  if (remedy !== undefined) lines.push(`  ${remedy}`);
  stderr.write(`${lines.map((line) => oneLine(printable(line)).trimEnd()).join('\n')}\n`);
  return exitCode;
}
