import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { CliRequest, CliResult } from '../../ai-provider.ts';

/** Runs a program as a workspace does, but without a sandbox; a request's last `outputMax` characters are kept. */
export async function runCli(request: CliRequest): Promise<CliResult> {
  const { argv, stdin, variables, timeoutMs, signal, outputMax, onOutput } = request;
  const [program = '', ...args] = argv;
  // biome-ignore lint/style/noProcessEnv: it says where programs are
  const env = { PATH: process.env.PATH, ...variables };
  const child = spawn(program, args, { env, signal });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = child.kill('SIGKILL');
  }, timeoutMs);
  const kept = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    kept.stdout = (kept.stdout + text).slice(-outputMax);
    onOutput(text);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    kept.stderr = (kept.stderr + text).slice(-outputMax);
  });
  // A program that does not read its input is no trouble.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  try {
    await once(child, 'close');
  } finally {
    clearTimeout(timer);
  }
  signal.throwIfAborted();
  return { exitCode: child.exitCode, timedOut, ...kept };
}
