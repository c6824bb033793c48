import { execFile } from 'node:child_process';
import { ORCHESTRATOR } from './fleet.ts';

const CHECK_TIMEOUT_MS = 30_000;

/** What the orchestrator itself has to say about the configuration; null when it could start. */
export function checkConfig(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  const options = { env: { ...environment }, timeout: CHECK_TIMEOUT_MS };
  return new Promise((resolve) => {
    execFile(process.execPath, [ORCHESTRATOR, '--check'], options, (error, _stdout, stderr) => {
      resolve(error === null ? null : stderr || error.message);
    });
  });
}
