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
      const problems = await runCheck(context);
      const isOk = problems === null;
      if (context.output.isJson) context.output.json({ ok: isOk, problems });
      else context.output.lines(isOk ? ['The configuration is in order.'] : printable(problems).split('\n'));
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

/** What the orchestrator finds wrong with the configuration; null when it could start. */
function runCheck({ runtime }: Context): Promise<string | null> {
  const options = {
    cwd: runtime.folder,
    env: { ...runtime.environment },
    signal: runtime.stop,
    timeout: CHECK_TIMEOUT_MS,
    maxBuffer: OUTPUT_BYTES_MAX,
  };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [ORCHESTRATOR, '--check'], options, (error, _stdout, stderr) => {
      if (error === null) resolve(null);
      else if (error.code === EXIT.usage) resolve(stderr.trimEnd());
      else if (runtime.stop.aborted) reject(interrupted());
      else reject(checkFailed(error, stderr));
    });
  });
}

function checkFailed(error: Error, stderr: string): CliError {
  return new CliError(EXIT.failed, `the check itself failed: ${error.message.split('\n')[0] ?? ''}`, {
    details: stderr.trimEnd().split('\n').slice(-20),
    cause: error,
  });
}
