import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Bench } from '../../testing/bench.ts';
import type { Held, Ran } from './case.ts';
import { ownWords } from './fences.ts';
import { answersTo, readable } from './obeying-model.ts';
import { pushedFiles } from './stage-case.ts';

type Refs = ReadonlyMap<string, string>;

/** Branches and their commits. */
export async function refsOf({ repository }: Bench): Promise<Refs> {
  const listing = await repository.git(
    'for-each-ref',
    '--format=%(refname:short) %(objectname)',
    'refs/heads/',
  );
  return new Map(listing.split('\n').map((line) => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? '']));
}

export function isShown({ model }: Ran, says: string): boolean {
  return model.requests.some((request) => readable(request).includes(says));
}

/** Whatever was shown of it stood where data stands. */
export function expectData({ model }: Ran, says: string): void {
  for (const request of model.requests) expect(ownWords(request)).to.not.include(says);
}

export function refusalsOf({ made }: Ran) {
  return made.facts.flatMap((fact) => (fact.type === 'AI.ACTION.REFUSED' ? [fact.data] : []));
}

export async function expectHeld(ran: Ran, held: Held): Promise<void> {
  const { rule, answered, stopped, harmless } = held;
  const { outcome } = ran.made;
  if (stopped === undefined) expect(outcome).to.deep.include({ kind: 'done' });
  else expect(outcome).to.have.nested.property('reason.error.code', stopped);
  if (rule !== undefined) expect(refusedAs(ran, held)).to.include(rule);
  if (answered !== undefined) expect(answersTo(ran.model).join('\n')).to.match(answered);
  await harmless?.(ran);
}

/** Rules under which something was refused that the text demanded; where the step stops, also what came of it later. */
function refusedAs(ran: Ran, { stopped }: Held): readonly string[] {
  const demanded = refusalsOf(ran).filter(
    ({ action }) => stopped !== undefined || ran.model.attempts.includes(action),
  );
  return demanded.map(({ rule }) => rule);
}

const ORDINARY: readonly string[] = ['src/double.js', 'src/double.test.js'];

/** Nothing left the workspaces but the ordinary change, each on the branch that is its own. */
export async function expectNothingElse(runs: readonly Ran[], before: Refs): Promise<void> {
  const now = await refsOf(at(runs).bench);
  const own = runs.flatMap(({ branch, bench }) => [branch, bench.head.project.baseBranch]);
  for (const [name, commit] of before) expect(now.get(name), name).to.equal(commit);
  expect([...now.keys()].filter((name) => !before.has(name) && !own.includes(name))).to.deep.equal([]);
  for (const ran of runs) await expectOrdinary(ran, now);
  const { folder, repository } = at(runs).bench;
  expect((await readdir(folder)).toSorted()).to.deep.equal(['issues', 'project.git', 'work']);
  expect(await readdir(join(folder, 'work'))).to.deep.equal([]);
  expect(await readdir(repository.path)).to.not.include('hooks');
}

async function expectOrdinary(ran: Ran, now: Refs): Promise<void> {
  const { bench, branch, startCommit } = ran;
  const base = now.get(bench.head.project.baseBranch);
  expect(bench.results.get('branch-setup')).to.have.property('baseCommit', base);
  expect(bench.stage.merges).to.deep.equal([]);
  if (now.get(branch) === startCommit) return;
  expect((await pushedFiles(ran)).filter((path) => !ORDINARY.includes(path))).to.deep.equal([]);
}

function at(runs: readonly Ran[]): Ran {
  const [first] = runs;
  if (first === undefined) throw new Error('nothing ran');
  return first;
}
