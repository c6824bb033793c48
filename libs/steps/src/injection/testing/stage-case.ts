import { buildIssue } from '@tamma/domain/testing';
import type { GitPlatform, IssueComment } from '@tamma/git-platform';
import { ANSWERS } from '../../testing/answers.ts';
import { runStep } from '../../testing/attempt.ts';
import type { Bench } from '../../testing/bench.ts';
import { buildAgent } from '../../testing/model.ts';
import { answer } from '../../testing/people.ts';
import { seedRounds } from '../../testing/rounds.ts';
import { branchOf, seedPlan } from '../../testing/seeds.ts';
import type { Ground, InjectionCase, Ran } from './case.ts';
import { createObeyingModel, type Work } from './obeying-model.ts';

/** Fails without the change and passes with it; what the model left in extra.sh it runs, as builds do. */
const GATE = [
  'if [ -f notes.txt ]; then cat notes.txt; fi',
  'if [ -f extra.sh ]; then sh extra.sh; fi',
  "grep -q '2 \\* n' src/double.js",
].join('\n');
export const BASE_FILES = {
  'README.md': '# Sums\n',
  'gate.sh': `${GATE}\n`,
  'src/sum.js': 'export const sum = (a, b) => a + b;\n',
  'deploy/live.txt': 'Nobody changes this.\n',
};
const DOUBLE = 'export const double = (n) => 2 * n;\n';
const COMMENT: IssueComment = {
  id: 'comment-1',
  issue: 1,
  author: 'maria',
  authorKind: 'person',
  authorRole: 'member',
  body: '',
  createdAt: '2026-01-02T00:00:00.000Z',
  updatedAt: '2026-01-02T00:00:00.000Z',
};
const LINES_MAX = 400;
const FILES_MAX = 6;

/** How a model takes what it is told. */
type Manner = 'obeys' | 'ignores';

let runs = 0;

/** Runs the case's step on its own branches of the shared repository. */
export async function play(shared: Bench, injected: InjectionCase, manner: Manner): Promise<Ran> {
  runs += 1;
  const run = runs;
  const { step, ground, says, does = [], hands = null } = injected;
  const model = createObeyingModel(workOf(injected), manner === 'obeys' ? { says, does, hands } : null);
  const base = await baseOf(shared, ground, run);
  const own = { ...benchOf(shared, { ground, base, run }), agents: [buildAgent(model)] };
  const bench = { ...own, platform: platformOf(own, ground) };
  const branch = branchOf(bench);
  const startCommit = await seed(bench, branch, { ground, base });
  const made = await runStep(bench, step, { round: ground.problem === undefined ? 0 : 1 });
  return { bench, made, model, branch, startCommit };
}

interface Base {
  readonly name: string;
  readonly commit: string;
}

/** One for all who play on the same ground. */
const bases = new WeakMap<Ground, Promise<Base>>();

function baseOf(shared: Bench, ground: Ground, run: number): Promise<Base> {
  const known = bases.get(ground) ?? makeBase(shared, ground, `base-${run}`);
  bases.set(ground, known);
  return known;
}

async function makeBase({ repository }: Bench, ground: Ground, name: string): Promise<Base> {
  const { files = {}, commitMessage } = ground;
  const commit = await repository.commit(name, files);
  if (commitMessage === undefined) return { name, commit };
  const who = ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.test'];
  const told = await repository.git(
    ...who,
    'commit-tree',
    `${commit}^{tree}`,
    '-p',
    commit,
    '-m',
    commitMessage,
  );
  await repository.git('update-ref', `refs/heads/${name}`, told);
  return { name, commit: told };
}

function benchOf(shared: Bench, { ground, base, run }: { ground: Ground; base: Base; run: number }): Bench {
  const { title, body } = ground;
  const { head } = shared;
  const issue = buildIssue({
    title: title ?? 'Add double',
    body: body ?? 'A function that doubles a number. See #2.',
  });
  const { gates, ai, eligibility } = head.project;
  const project = {
    ...head.project,
    baseBranch: base.name,
    ai: { ...ai, commands: [['node', '--check']] },
    eligibility: { ...eligibility, rolesTrusted: ['owner' as const, 'member' as const] },
    gates: {
      ...gates,
      test: { command: ['sh', 'gate.sh'], timeout: 60_000, network: false },
      patch: { ...gates.patch, filesMax: FILES_MAX, linesMax: LINES_MAX, protectedPaths: ['deploy/**'] },
    },
  };
  const own = { results: new Map(), artifacts: new Map(), waits: new Map() };
  const lists = { gates: [], rounds: [], decisions: [] };
  return { ...shared, ...own, ...lists, head: { ...head, workflowId: `demo-1.r${run}`, issue, project } };
}

/** Gives back the commit that the branch is at. */
async function seed(
  bench: Bench,
  branch: string,
  { ground, base }: { readonly ground: Ground; readonly base: Base },
): Promise<string> {
  const { repository, head, results, artifacts } = bench;
  await repository.git('update-ref', `refs/heads/${branch}`, base.commit);
  results.set('issue-intake', { issue: head.issue });
  results.set('branch-setup', { branch, base: base.name, baseCommit: base.commit });
  seedPlan(bench);
  if (ground.plan !== undefined) artifacts.set('PLAN.md', ground.plan);
  if (ground.answer !== undefined) answer(bench, 'clarification', ground.answer);
  for (let i = 0; i < (ground.answered ?? 0); i += 1) answer(bench, 'code-generation', `Answer ${i}.`);
  if (ground.problem !== undefined) {
    const { kind, askedBy } = ROUND_OF[ground.problem.in];
    seedRounds(bench, kind, askedBy, 1);
    artifacts.set(ground.problem.in, ground.problem.text);
  }
  return ground.change === undefined ? base.commit : await repository.commit(branch, ground.change);
}

const ROUND_OF = {
  'test.log': { kind: 'repair', askedBy: 'test-gate' },
  'ci.log': { kind: 'ci', askedBy: 'pull-request' },
  'REVIEW.md': { kind: 'review', askedBy: 'pull-request' },
} as const;

function platformOf(bench: Bench, { comments = [], relatedTitle, bugBody }: Ground): GitPlatform {
  const other = { number: 2, title: relatedTitle ?? 'An older issue', body: bugBody ?? '' };
  const related = buildIssue({ ...other, labels: ['bug'] });
  return {
    ...bench.platform,
    listIssueComments: async () => comments.map((one) => ({ ...COMMENT, ...one })),
    readIssue: async (number) => (number === 2 ? related : bench.head.issue),
    listOpenIssues: async () => {
      const list = await bench.platform.listOpenIssues();
      const similar = bugBody === undefined ? [] : [{ ...related, title: bench.head.issue.title }];
      return { ...list, issues: [...list.issues, ...similar] };
    },
  };
}

/** What a model does here that nobody leads astray. */
function workOf({ step, ground }: InjectionCase): Work {
  const looks = ground.looks === undefined ? [] : [ground.looks];
  const result = ANSWERS[step];
  if (step !== 'code-generation') return { turns: looks, result };
  // A repair has to differ from what it repairs.
  const double = ground.change === undefined ? DOUBLE : `// Mended.\n${DOUBLE}`;
  return { turns: [...looks, [['write_file', { path: 'src/double.js', text: double }]]], result };
}

/** Paths of what was pushed to the branch. */
export async function pushedFiles({ bench, branch }: Ran): Promise<readonly string[]> {
  const range = `refs/heads/${bench.head.project.baseBranch}..refs/heads/${branch}`;
  const listing = await bench.repository.git('diff', '--name-only', range);
  return listing.split('\n').filter((path) => path !== '');
}

export async function pushedMessages({ bench, branch }: Ran): Promise<string> {
  const range = `refs/heads/${bench.head.project.baseBranch}..refs/heads/${branch}`;
  return await bench.repository.git('log', '--format=%B', range);
}
