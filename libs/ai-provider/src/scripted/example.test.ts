import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { judgeEligibility, scoreIssue } from '@tamma/domain';
import { expect } from 'chai';
import {
  type AiStep,
  changedFiles,
  copyOfTextkit,
  EXAMPLE,
  play,
  readConfig,
  readIssues,
} from '../testing/example.ts';
import { editingTools, type GateRun, readingTools, runGate, writingTools } from '../testing/folder-tools.ts';

/** Node starts several times; the machine may be busy. */
const SLOW_MS = 60_000;

interface WorkedIssue {
  readonly issue: number;
  /** Gates that the model runs, with their exit codes: the tests are red at first. */
  readonly gates: readonly string[];
  /** How many tests are new. */
  readonly tests: number;
  /** What stands in the line that the review's first finding points at; null without a finding. */
  readonly finding: string | null;
}

const TEST_FIRST = ['test 1', 'test 0', 'build 0', 'test 0'];
const WORKED: readonly WorkedIssue[] = [
  { issue: 1, gates: TEST_FIRST, tests: 2, finding: ".normalize('NFD')" },
  { issue: 3, gates: TEST_FIRST, tests: 2, finding: 'cut.search(' },
  { issue: 4, gates: [], tests: 0, finding: null },
  { issue: 5, gates: TEST_FIRST, tests: 1, finding: 'text.split(gap)' },
];

async function projectOf() {
  const { projects } = await readConfig();
  const [project] = projects;
  if (project === undefined || projects.length > 1) throw new Error('the example has one project');
  return project;
}

describe('the example project', () => {
  it('has a valid configuration whose paths lie beside it', async () => {
    const { ai, ...project } = await projectOf();
    expect(project).to.deep.include({
      id: 'textkit',
      platform: 'local',
      repository: './repository.git',
      issues: './issues',
    });
    expect(ai).to.deep.include({ use: ['scripted'], turnsMax: 40 });
    expect(ai.agents.scripted).to.deep.include({ provider: 'scripted', answers: './answers', pace: 400 });
    expect(await readdir(`${EXAMPLE}issues`)).to.have.length(5);
    expect((await readdir(`${EXAMPLE}answers`)).toSorted()).to.deep.equal(
      WORKED.map(({ issue }) => `00${issue}.yaml`),
    );
  });

  it('has four issues that are eligible, each with a score of its own, and one that lacks the label', async () => {
    const { eligibility: rules, priority } = await projectOf();
    const issues = await readIssues();
    const verdicts = issues.map((issue) => {
      const question = { issue, rules, fingerprint: '', self: 'tamma', earlier: null, around: null };
      return [issue.number, judgeEligibility(question).reasons];
    });
    expect(verdicts).to.deep.equal([
      [1, []],
      [2, ['it lacks the required label "tamma"']],
      [3, []],
      [4, []],
      [5, []],
    ]);
    const now = Date.parse('2026-06-01T00:00:00.000Z');
    const scores = issues.map((issue) => scoreIssue(issue, priority, 'tamma', now));
    expect(new Set(scores.filter((_, index) => index !== 1)).size).to.equal(4);
  });

  it('passes its own tests and builds before anything is changed', async () => {
    await using folder = await copyOfTextkit();
    const runs = [await runGate(folder.path, 'test'), await runGate(folder.path, 'build')];
    expect(runs.map((run) => run.exitCode)).to.deep.equal([0, 0]);
    expect(runs[0]?.output).to.contain('pass 12');
    expect(runs[1]?.output).to.contain('2 examples of README.md give what they say');
  }).timeout(SLOW_MS);

  const refused = [
    ['src/slugify.js', 'export function shorten() {}\n', 'README.md does not list shorten'],
    ['README.md', "dedent(' x'); // 'y'\n", `README.md says that dedent(' x') gives "y", but it gives "x"`],
    ['README.md', "dedent(7); // '7'\n", 'README.md has an example that does not run: dedent(7): text.split'],
  ] as const;
  for (const [file, added, complaint] of refused) {
    it(`has a build that fails because ${complaint}`, async () => {
      await using folder = await copyOfTextkit();
      const path = join(folder.path, file);
      await writeFile(path, `${await readFile(path, 'utf8')}\n${added}`);
      const { exitCode, output } = await runGate(folder.path, 'build');
      expect(exitCode).to.equal(1);
      expect(output).to.contain(complaint);
    }).timeout(SLOW_MS);
  }

  for (const { issue, ...expected } of WORKED) {
    describe(`canned answers for issue ${issue}`, function () {
      this.timeout(SLOW_MS);

      it('generate code test first: red after the tests are written, green at the end', async () => {
        await using folder = await copyOfTextkit();
        const gates: GateRun[] = [];
        const tools = writingTools(folder.path, (run) => void gates.push(run));
        const { calls } = await play({ issue, step: 'code-generation', tools });
        expect(gates.map(({ gate, exitCode }) => `${gate} ${exitCode}`)).to.deep.equal(expected.gates);
        if (expected.gates.length === 0) return;
        const edits = calls
          .slice(0, calls.indexOf('run_gate test'))
          .filter((call) => call.startsWith('edit'));
        expect(edits).to.have.length(1);
        expect(edits[0]).to.match(/^edit_file src\/.*\.test\.js$/);
        expect(gates.at(-1)?.output)
          .to.contain(`pass ${12 + expected.tests}`)
          .and.contain('fail 0');
      });

      it('change the files of their plan and no other, and name tests that exist', async () => {
        await using folder = await copyOfTextkit();
        const plan = await play({ issue, step: 'plan-generation', tools: readingTools(folder.path) });
        const tools = editingTools(folder.path);
        const { result } = await play({ issue, step: 'code-generation', tools });
        expect(await changedFiles(folder.path)).to.have.members(plan.result.files);
        expect(result.tests).to.have.length(expected.tests);
        for (const named of result.tests) {
          const [file = '', title] = named.split(': ');
          expect(await readFile(join(folder.path, file), 'utf8')).to.contain(`test('${title}'`);
        }
      });

      it('research the files of their plan, and review the changed code where their findings point', async () => {
        await using folder = await copyOfTextkit();
        const reading = readingTools(folder.path);
        const context = await play({ issue, step: 'context-research', tools: reading });
        const plan = await play({ issue, step: 'plan-generation', tools: reading });
        expect(context.result.files.map((file) => file.path)).to.include.members(plan.result.files);
        const tools = editingTools(folder.path);
        await play({ issue, step: 'code-generation', tools });
        const [finding] = (await play({ issue, step: 'code-review', tools: reading })).result.findings;
        if (finding === undefined) return expect(expected.finding).to.equal(null);
        const code = (await readFile(join(folder.path, finding.path), 'utf8')).split('\n');
        expect(code[finding.line - 1]).to.contain(expected.finding);
      });
    });
  }

  const reading = readingTools(`${EXAMPLE}repository`);
  const read = <Step extends AiStep>(issue: number, step: Step, round = 0) =>
    play({ issue, step, round, tools: reading });

  it('asks about issue 5 alone, and only once', async () => {
    for (const { issue } of WORKED) {
      const { result } = await read(issue, 'clarification');
      expect(result.ambiguity > 70, `issue ${issue}`).to.equal(issue === 5);
      expect(result.questions.length > 0, `issue ${issue}`).to.equal(issue === 5);
    }
    const { result } = await read(5, 'clarification', 1);
    expect(result.ambiguity).to.be.at.most(70);
    expect(result.questions).to.deep.equal([]);
  });

  it('calls issue 3 breaking, and another plan for it says what the issue wants said', async () => {
    for (const { issue } of WORKED) {
      const { result } = await read(issue, 'plan-generation');
      expect(result.breaking, `issue ${issue}`).to.equal(issue === 3);
    }
    const first = await read(3, 'plan-generation');
    const second = await read(3, 'plan-generation', 1);
    expect(JSON.stringify(first.result)).not.to.contain('first word');
    expect(second.result.summary).to.contain('first word').and.contain('differs');
    expect(second.result.files).to.deep.equal(first.result.files);
    for (const round of [2, 3]) {
      expect((await read(3, 'plan-generation', round)).result).to.deep.equal(second.result);
    }
  });

  it('breaks the build with its first change for issue 4, and repairs it', async () => {
    await using folder = await copyOfTextkit();
    const gates: GateRun[] = [];
    const tools = writingTools(folder.path, (run) => void gates.push(run));
    await play({ issue: 4, step: 'code-generation', tools });
    const red = await runGate(folder.path, 'build');
    expect(red.exitCode).to.equal(1);
    expect(red.output).to.contain(`says that countWords('a well-known fact') gives 4, but it gives 3`);
    await play({ issue: 4, step: 'code-generation', round: 1, tools });
    expect(gates.map(({ gate, exitCode }) => `${gate} ${exitCode}`)).to.deep.equal(['build 0']);
    expect(gates[0]?.output).to.contain('6 examples of README.md give what they say');
  }).timeout(SLOW_MS);
});
