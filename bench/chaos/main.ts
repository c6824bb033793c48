// npm run chaos                       200 workflows under blows, judged by a witness
// npm run chaos -- --short            a dozen of them
// npm run chaos -- --default-locks    how long a take-over takes with the product's own locks
// --seed <number> repeats a run as far as timing allows; --keep keeps its folder
import { randomInt } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { toError } from '@tamma/domain';
import { type Flags, parseFlags, USAGE } from './flags.ts';
import { openFolder, stopLeftServers } from './open-folder.ts';
import { planOf, resize } from './plan.ts';
import { type ChaosRequest, runChaos } from './run-chaos.ts';
import { runTakeOver } from './run-take-over.ts';
import { isInTime, isSound, renderTable, renderTakeOver } from './table.ts';

const SEED_MAX = 2 ** 31;
const USAGE_CODE = 2;

const flags = parseFlags(process.argv.slice(2));
if (flags === null) {
  console.error(USAGE);
  process.exitCode = USAGE_CODE;
} else {
  process.exitCode = (await run(flags)) ? 0 : 1;
}

async function run({ mode, seed = randomInt(SEED_MAX), workflows, keep }: Flags): Promise<boolean> {
  const plan = resize(planOf(mode, seed), workflows);
  await stopLeftServers(process.env);
  const folder = await openFolder();
  console.log(`seed ${seed}, ${plan.workflows} workflows, in ${folder}`);
  const request = { plan, folder, searchPath: process.env.PATH ?? '', ...surroundings() };
  const isGood = await (mode === 'default-locks' ? showTakeOver(request) : showChaos(request)).catch(tell);
  console.log(`\nseed ${seed}: ${isGood ? 'sound' : 'not sound'}`);
  if (isGood && !keep) await rm(folder, { recursive: true, force: true });
  else console.log(`logs, witness and repositories are in ${folder}`);
  return isGood;
}

/** A first Ctrl-C ends the run in order. */
function surroundings(): Pick<ChaosRequest, 'note' | 'stop'> {
  const stopper = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopper.abort());
  const begun = Date.now();
  const note = (line: string) => {
    console.log(`${((Date.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${line}`);
  };
  return { note, stop: stopper.signal };
}

/** A run that could not be carried out proves nothing. */
function tell(thrown: unknown): false {
  console.error(toError(thrown).message);
  return false;
}

async function showChaos(request: ChaosRequest): Promise<boolean> {
  const { verdict, blows, retries } = await runChaos(request);
  const table = { ...request.plan, verdict };
  console.log(
    `\n${blows.length} blows, ${retries} steps that a person had tried again\n\n${renderTable(table)}`,
  );
  return isSound(table);
}

async function showTakeOver(request: ChaosRequest): Promise<boolean> {
  const { verdict, takeOver } = await runTakeOver(request);
  const table = { ...request.plan, verdict };
  console.log(`\n${renderTakeOver(takeOver)}\n\n${renderTable(table)}`);
  return isSound(table) && isInTime(takeOver);
}
