import { spawn } from 'node:child_process';

const STEP_TIMEOUT_MS = 30 * 60_000;

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {readonly string[]} argv
 * @property {boolean} [isLive] shows its output as it comes; otherwise only when it fails
 */

/**
 * Runs the steps in order and stops at the first that fails.
 *
 * @param {readonly Step[]} steps
 * @param {{folder: string, say: (text: string) => void}} options
 * @returns {Promise<string | null>} name of the step that failed
 */
export async function runSteps(steps, { folder, say }) {
  for (const step of steps) {
    say(`${step.name} …`);
    const startedAt = performance.now();
    const { exitCode, output } = await run(step, folder);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    if (exitCode !== 0) {
      say(output);
      say(`${step.name}: FAILED after ${seconds} s (exit code ${exitCode})`);
      return step.name;
    }
    say(`${step.name}: good, ${seconds} s`);
  }
  return null;
}

function run({ argv: [program, ...args], isLive = false }, folder) {
  const stdio = isLive ? 'inherit' : ['ignore', 'pipe', 'pipe'];
  const child = spawn(program, args, { cwd: folder, stdio });
  // Not spawn's own option: that timer stays when the program cannot be started.
  const timer = setTimeout(() => child.kill(), STEP_TIMEOUT_MS);
  const chunks = [];
  child.stdout?.on('data', (chunk) => chunks.push(chunk));
  child.stderr?.on('data', (chunk) => chunks.push(chunk));
  const output = () => Buffer.concat(chunks).toString().trimEnd();
  const { promise, resolve } = Promise.withResolvers();
  child.once('error', (error) => resolve({ exitCode: 127, output: error.message }));
  child.once('close', (code, signal) => resolve({ exitCode: code ?? signal, output: output() }));
  return promise.finally(() => clearTimeout(timer));
}
