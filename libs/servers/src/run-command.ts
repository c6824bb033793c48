import { execFile } from 'node:child_process';
import { TammaError } from '@tamma/domain';

export interface CommandOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly cwd?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface CommandOutcome {
  /** Undefined when the command could not be run or was killed, by its timeout or by someone else. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** Why it failed, as far as the command said. */
  readonly complaint: string;
}

const OUTPUT_MAX_BYTES = 4 * 1024 * 1024;
const COMPLAINT_MAX_CHARACTERS = 1000;

/** Runs a short command to its end. Rejects only when aborted. */
export function runCommand(command: readonly string[], options: CommandOptions): Promise<CommandOutcome> {
  const [program = '', ...args] = command;
  return new Promise((resolve, reject) => {
    const settings = {
      env: options.environment,
      timeout: options.timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: OUTPUT_MAX_BYTES,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    } as const;
    execFile(program, args, settings, (error, stdout, stderr) => {
      if (options.signal?.aborted) return reject(options.signal.reason);
      if (error === null) return resolve({ exitCode: 0, stdout, complaint: '' });
      const exitCode = typeof error.code === 'number' ? error.code : undefined;
      const complaint = tail(stderr.trim() || stdout.trim() || error.message);
      resolve({ exitCode, stdout, complaint });
    });
  });
}

/** Like `runCommand`, but anything but exit code 0 is an error under the given code. */
export async function mustRun(
  code: string,
  command: readonly string[],
  options: CommandOptions & { readonly remedy?: string },
): Promise<string> {
  const outcome = await runCommand(command, options);
  if (outcome.exitCode === 0) return outcome.stdout;
  const ending = outcome.exitCode === undefined ? 'did not run to its end' : `left with ${outcome.exitCode}`;
  throw new TammaError(code, `${command[0]} ${ending}: ${outcome.complaint}`, {
    class: 'system',
    ...(options.remedy === undefined ? {} : { remedy: options.remedy }),
  });
}

function tail(text: string): string {
  return text.length <= COMPLAINT_MAX_CHARACTERS ? text : `…${text.slice(-COMPLAINT_MAX_CHARACTERS)}`;
}
