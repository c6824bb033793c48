// npm run bench                 everything, some minutes
// npm run bench -- --quick      the same with little of each, about twenty seconds
// npm run bench -- --profile    and where the time goes
import { parseArgs } from 'node:util';
import { reportError } from '@tamma/domain';
import { measure } from './measure.ts';
import { profileWhole } from './profile-whole.ts';
import { describeMeasured, describeProfile } from './report.ts';
import { startServers } from './servers.ts';
import { FULL, QUICK } from './sizes.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;

const stopper = new AbortController();
// Whoever interrupted it does not wait for what is still being measured.
process.exit(await main());

async function main(): Promise<number> {
  const options = readOptions();
  if (options === null) return EXIT_USAGE;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopper.abort());
  try {
    await run(options);
    return 0;
  } catch (thrown) {
    if (stopper.signal.aborted) return EXIT_INTERRUPTED;
    const { message, remedy } = reportError(thrown);
    console.error(remedy === undefined ? message : `${message}\n  ${remedy}`);
    return EXIT_FAILED;
  }
}

interface Options {
  readonly quick: boolean;
  readonly profile: boolean;
}

function readOptions(): Options | null {
  try {
    const { values } = parseArgs({
      options: { quick: { type: 'boolean', default: false }, profile: { type: 'boolean', default: false } },
    });
    return values;
  } catch (thrown) {
    console.error(`${reportError(thrown).message}\nusage: npm run bench -- [--quick] [--profile]`);
    return null;
  }
}

async function run({ quick, profile }: Options): Promise<void> {
  const sizes = quick ? QUICK : FULL;
  await using servers = await startServers(process.env, stopper.signal);
  const interrupted = Promise.withResolvers<never>();
  stopper.signal.addEventListener('abort', () => interrupted.reject(new Error('interrupted')));
  const work = async () => {
    const measured = await measure(servers, { sizes, onProgress: (line) => console.error(line) });
    console.log(describeMeasured(measured));
    if (!profile) return;
    const { orchestrator, worker } = await profileWhole(servers, sizes);
    console.log(describeProfile('orchestrator', orchestrator));
    console.log(describeProfile('worker', worker));
  };
  await Promise.race([work(), interrupted.promise]);
}
