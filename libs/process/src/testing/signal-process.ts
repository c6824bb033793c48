import { writeSync } from 'node:fs';
import { onCrash, onShutdownSignal } from '../signals.ts';

/** The process that signals.test.ts plays with. Its argument says how it behaves. */

const PATIENCE_MS = 700;
const mode = process.argv[2];
const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};
const alive = setInterval(() => {}, 1_000);

onCrash((error, origin) => say(`crashed (${origin}): ${error.message}`));
onShutdownSignal(
  async (reason) => {
    say(`stopping: ${reason}`);
    if (mode === 'failing') throw new Error('the store hangs');
    // A terminal and a package runner send theirs at the same moment; a test would come too late on a full machine.
    if (mode === 'doubled') process.kill(process.pid, 'SIGINT');
    if (mode === 'stuck' || mode === 'doubled') return linger();
    clearInterval(alive);
    say('stopped');
  },
  (error) => say(`reported: ${error.message}`),
);

function linger(): void {
  setTimeout(() => say('patience is over'), PATIENCE_MS);
  setTimeout(() => say('still here'), 2 * PATIENCE_MS);
}

if (mode === 'throw') setImmediate(() => fail('thrown by nobody'));
if (mode === 'reject') void Promise.reject(new Error('rejected by nobody'));
say('ready');

function fail(message: string): never {
  throw new Error(message);
}
