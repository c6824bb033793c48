import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * @typedef {object} Job
 * @property {string} name stands before each line of its output
 * @property {string} command a line of shell
 * @property {string} folder
 */

/**
 * Runs jobs in the order given, some at a time, and shows their output line by line as it comes.
 *
 * @param {readonly Job[]} jobs
 * @param {{atOnce: number, env: NodeJS.ProcessEnv, say: (line: string) => void}} options
 * @returns {Promise<readonly string[]>} names of those that failed
 */
export async function runPool(jobs, { atOnce, env, say }) {
  const left = [...jobs];
  const failed = [];
  const runners = Array.from({ length: atOnce }, async () => {
    for (let job = left.shift(); job !== undefined; job = left.shift()) {
      const startedAt = performance.now();
      const exitCode = await run(job, env, say);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
      say(`${job.name}: ended with ${exitCode} after ${seconds} s`);
      if (exitCode !== 0) failed.push(job.name);
    }
  });
  await Promise.all(runners);
  return failed;
}

function run({ name, command, folder }, env, say) {
  const child = spawn('sh', ['-c', command], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const output of [child.stdout, child.stderr]) {
    createInterface({ input: output }).on('line', (line) => say(`${name}: ${line}`));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal ?? 1));
  });
}
