import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { CliError, interrupted } from '../cli-error.ts';
import type { Context, OpenContext } from '../context.ts';
import { readEnvironment, variable } from '../environment.ts';
import { EXIT } from '../exit-code.ts';
import { printable } from '../terminal/printable.ts';

const ORCHESTRATOR = join(import.meta.dirname, '../../../orchestrator/src/main.ts');
const CHECK_TIMEOUT_MS = 60_000;
const OUTPUT_BYTES_MAX = 1024 * 1024;

export function checkCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('check')
    .description('check the configuration here, as the orchestrator does when it starts')
    .action(async () => {
      const context = open();
      const { isOk, said } = await runCheck(context);
      const problems = isOk ? null : said;
      const lines = printable(said).split('\n');
      if (context.output.isJson) context.output.json({ ok: isOk, problems });
      else context.output.lines(isOk ? ['The configuration is in order.', ...lines] : lines);
      if (!isOk && !isConfigured(context)) context.output.note(NOT_CONFIGURED);
      context.exitWith(isOk ? EXIT.done : EXIT.usage);
    });
}

const NOT_CONFIGURED =
  'There is no tamma.config.yaml here: "npm start" works the example project until there is one.';

function isConfigured({ runtime: { folder, environment } }: Context): boolean {
  const isNamed = variable(readEnvironment(folder, environment), 'TAMMA_CONFIG') !== null;
  return isNamed || existsSync(join(folder, 'tamma.config.yaml'));
}

interface Checked {
  /** Whether the orchestrator could start. */
  readonly isOk: boolean;
  /** What is set up and works, or everything that is wrong. */
  readonly said: string;
}

function runCheck({ runtime }: Context): Promise<Checked> {
  const options = {
    cwd: runtime.folder,
    env: { ...runtime.environment },
    signal: runtime.stop,
    timeout: CHECK_TIMEOUT_MS,
    maxBuffer: OUTPUT_BYTES_MAX,
  };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [ORCHESTRATOR, '--check'], options, (error, stdout, stderr) => {
      if (error === null) resolve({ isOk: true, said: stdout.trimEnd() });
      else if (error.code === EXIT.usage) resolve({ isOk: false, said: stderr.trimEnd() });
      else if (runtime.stop.aborted) reject(interrupted());
      else if (error.killed === true) reject(tooLate(stderr));
      else reject(checkFailed(error, stderr));
    });
  });
}

function tooLate(stderr: string): CliError {
  return new CliError(EXIT.failed, `the check did not end within ${CHECK_TIMEOUT_MS / 1000} s`, {
    details: [
      ...stderr.trimEnd().split('\n').slice(-20),
      'Is a platform that a project names slow, or out of reach?',
    ],
  });
}

function checkFailed(error: Error, stderr: string): CliError {
  return new CliError(EXIT.failed, `the check itself failed: ${error.message.split('\n')[0] ?? ''}`, {
    details: stderr.trimEnd().split('\n').slice(-20),
    cause: error,
  });
}
