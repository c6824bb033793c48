import type { AiRequest } from '@tamma/ai-provider';
import { buildProject } from '@tamma/contracts/testing';
import { expect } from 'chai';
import { ANSWERS, DOUBLE_FILE } from '../testing/answers.ts';
import { attempt, errorOf, runStep } from '../testing/attempt.ts';
import { type Bench, createBench } from '../testing/bench.ts';
import { callTools, finish, refuse, toolAnswers } from '../testing/model.ts';
import { branchOf, seedBranch, seedPlan } from '../testing/seeds.ts';

const ANSWER = ANSWERS['code-generation'];
const TRAILERS = 'Tamma-Workflow: demo-1.r1\nTamma-Task: demo-1.r1.code-generation';
/** In the form of a real token, and not one: put together so that no scanner takes this file for a leak. */
const SECRET = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_');

/** A bench right before the step. Returns the commit the branch is at, too. */
async function createReady(bench: Bench): Promise<string> {
  seedPlan(bench);
  return await seedBranch(bench);
}

/** Queues a change of one file, and the result. */
function queueChange({ model }: Bench, file: { path: string; text: string } = DOUBLE_FILE): void {
  model.queue(callTools(['write_file', file]), finish(ANSWER));
}

/** A place where all wait until the last one has come. */
function meetingOf(count: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let present = 0;
  return () => {
    present += 1;
    if (present === count) resolve();
    return promise;
  };
}

describe('code-generation', () => {
  it("pushes the model's change as one commit that names workflow and task", async () => {
    await using bench = await createBench();
    const start = await createReady(bench);
    queueChange(bench);

    const { outcome, facts } = await runStep(bench, 'code-generation');

    const head = await bench.platform.readBranch(branchOf(bench));
    expect(outcome).to.deep.equal({
      kind: 'done',
      result: {
        headCommit: head,
        baseCommit: start,
        summary: 'Added double.',
        agent: 'only',
        testsCannotFail: 'This change has no test of its own. Said of that: No tests are there yet.',
      },
    });
    expect(await bench.repository.git('rev-list', `${start}..${head}`)).to.equal(head);
    const message = `Add double\n\nThe issue asks for it.\n\n${TRAILERS}`;
    expect(await bench.repository.git('log', '-1', '--format=%B', `${head}`)).to.equal(message);
    expect(await bench.repository.git('show', `${head}:src/double.js`)).to.equal(DOUBLE_FILE.text.trim());
    expect(facts.at(-1)).to.deep.equal({
      type: 'COMMIT.CREATED.SUCCESS',
      data: { hash: head, message: `${message}\n`, author: 'Tamma <tamma@example.test>' },
    });
  });

  it('lets the model change, delete and check what it wrote', async () => {
    const test = { command: ['grep', '-c', 'double', 'src/sum.js'], timeout: 60_000 };
    await using bench = await createBench({ gates: { test } });
    await createReady(bench);
    bench.model.queue(
      callTools(
        ['run_gate', { gate: 'test' }],
        ['edit_file', { path: 'src/sum.js', find: 'sum', replace: 'double' }],
        ['delete_file', { path: 'README.md' }],
        ['run_gate', { gate: 'test' }],
      ),
      finish(ANSWER),
    );

    await runStep(bench, 'code-generation');

    const command = '"grep -c double src/sum.js"';
    expect(toolAnswers(bench.model.requests[1])).to.deep.equal([
      `${command} ended with exit code 1\n\n0\n`,
      'edited src/sum.js',
      'deleted README.md',
      `${command} ended with exit code 0\n\n1\n`,
    ]);
    const files = await bench.repository.git('ls-tree', '-r', '--name-only', branchOf(bench));
    expect(files).to.equal('src/sum.js');
  });

  it('finishes with the commit of an earlier attempt, and asks no model', async () => {
    await using bench = await createBench();
    const baseCommit = await createReady(bench);
    queueChange(bench);
    const lost = await attempt(bench, 'code-generation');
    const head = await bench.platform.readBranch(branchOf(bench));
    const asked = bench.model.requests.length;

    const kept = await runStep(bench, 'code-generation');

    const summary = 'an earlier attempt pushed this change';
    expect(kept.outcome).to.deep.equal({ kind: 'done', result: { headCommit: head, baseCommit, summary } });
    expect(kept.facts).to.deep.equal(lost.facts.slice(-1));
    expect(bench.model.requests).to.have.length(asked);
    expect(await bench.platform.readBranch(branchOf(bench))).to.equal(head);
  });

  it('does its own work on top of commits that are not its own', async () => {
    await using bench = await createBench();
    await createReady(bench);
    const strangers = await bench.repository.commit(branchOf(bench), { 'mine.txt': 'Mine.\n' });
    queueChange(bench);

    const { outcome } = await runStep(bench, 'code-generation');

    expect(outcome.kind).to.equal('done');
    expect(await bench.repository.git('rev-parse', `${branchOf(bench)}^`)).to.equal(strangers);
  });

  it('pushes once when two workers run it at once, and the loser tries again', async () => {
    await using bench = await createBench();
    const start = await createReady(bench);
    const both = meetingOf(2);
    let begun = 0;
    const turn = async ({ messages }: AiRequest) => {
      // Two changes that are alike in the same second are one commit, and both may have pushed it.
      begun += 1;
      const text = `export const twin = ${begun};\n`;
      if (messages.length === 1) return callTools(['write_file', { path: 'src/twin.js', text }]);
      await both();
      return finish(ANSWER);
    };
    bench.model.queue(turn, turn, turn, turn);

    const twins = await Promise.all([attempt(bench, 'code-generation'), attempt(bench, 'code-generation')]);

    expect(twins.map(({ outcome }) => outcome.kind).toSorted()).to.deep.equal(['done', 'retry']);
    const count = await bench.repository.git('rev-list', '--count', `${start}..${branchOf(bench)}`);
    expect(count).to.equal('1');
    expect((await runStep(bench, 'code-generation')).outcome.kind).to.equal('done');
  });

  it('tells a model that changed nothing so, and escalates when it insists', async () => {
    await using bench = await createBench();
    const start = await createReady(bench);
    bench.model.queue(finish(ANSWER), finish(ANSWER), finish(ANSWER), finish(ANSWER));

    const made = await runStep(bench, 'code-generation');

    expect(errorOf(made)).to.include({ code: 'AI_RESULT_INVALID', class: 'model' });
    expect(toolAnswers(bench.model.requests[1])[0]).to.include('No file is changed.');
    expect(await bench.platform.readBranch(branchOf(bench))).to.equal(start);
  });

  it('pushes nothing of a change with a secret in it, and keeps the secret to itself', async () => {
    // What the model writes itself is refused at once; this comes about by a command.
    const script = `mkdir -p src && printf '\\nexport const token = "%s_%s";\\n' "$1" "$2" > src/config.js`;
    const build = { command: ['sh', '-c', script, 'sh', ...SECRET.split('_')], timeout: 60_000 };
    await using bench = await createBench({ gates: { build } });
    const start = await createReady(bench);
    const objects = await bench.repository.git('count-objects');
    bench.model.queue(callTools(['run_gate', { gate: 'build' }]), finish(ANSWER));

    const made = await runStep(bench, 'code-generation');

    expect(errorOf(made)).to.include({ code: 'SECRET_IN_CHANGE', class: 'gate' });
    expect(errorOf(made).message).to.include('src/config.js:2 (github/');
    expect(made.facts.at(-1)).to.deep.include({ type: 'AI.ACTION.REFUSED' });
    expect(made.facts.at(-1)?.data).to.include({ action: 'push', rule: 'secret' });
    expect(JSON.stringify(made)).not.to.include(SECRET);
    expect(await bench.platform.readBranch(branchOf(bench))).to.equal(start);
    expect(await bench.repository.git('count-objects')).to.equal(objects);
  });

  it('tries again when somebody pushed meanwhile, and leaves their commit alone', async () => {
    await using bench = await createBench();
    await createReady(bench);
    let strangers = '';
    bench.model.queue(callTools(['write_file', DOUBLE_FILE]), async () => {
      strangers = await bench.repository.commit(branchOf(bench), { 'mine.txt': 'Mine.\n' });
      return finish(ANSWER);
    });

    const { outcome, facts } = await runStep(bench, 'code-generation');

    expect(outcome.kind === 'retry' && outcome.error).to.include({ code: 'PUSH_REFUSED', class: 'unknown' });
    expect(outcome.kind === 'retry' && outcome.error.message).to.include('stale info');
    expect(facts.map((fact) => fact.type)).not.to.include('COMMIT.CREATED.SUCCESS');
    expect(await bench.platform.readBranch(branchOf(bench))).to.equal(strangers);
  });

  it('pushes nothing once another attempt took over', async () => {
    await using bench = await createBench();
    const start = await createReady(bench);
    queueChange(bench);
    const assertOwner = async () => {
      throw new Error('another attempt took over');
    };

    const outcome = await attempt(bench, 'code-generation', { assertOwner }).catch(String);

    expect(outcome).to.equal('Error: another attempt took over');
    expect(await bench.platform.readBranch(branchOf(bench))).to.equal(start);
  });

  it('escalates when the model gives up half-way, and pushes nothing', async () => {
    await using bench = await createBench();
    const start = await createReady(bench);
    bench.model.queue(callTools(['write_file', DOUBLE_FILE]), refuse());

    const made = await runStep(bench, 'code-generation');

    expect(errorOf(made)).to.include({ code: 'AI_REFUSED', class: 'model' });
    expect(await bench.platform.readBranch(branchOf(bench))).to.equal(start);
  });

  it('takes what a gate says anew for progress, and looking about for none', async () => {
    const ai = { ...buildProject().ai, idleTurnsMax: 3 };
    const gates = {
      ...buildProject().gates,
      test: { command: ['test', '-e', 'src/double.js'], timeout: 5000, network: false },
    };
    const look = (path: string) => callTools(['list_files', { path }]);
    const test = callTools(['run_gate', { gate: 'test' }]);
    const idle = 'the model changed no file, commit or gate for 3 turns in a row';
    for (const [turns, taken] of [
      [[look('.'), look('src'), test, look('.'), look('src'), test], 6],
      [[look('.'), look('src'), look('..')], 3],
    ] as const) {
      await using bench = await createBench({ project: { ai, gates } });
      await createReady(bench);
      bench.model.queue(...turns);
      const made = await runStep(bench, 'code-generation');
      expect(errorOf(made)).to.include({ code: 'AI_NO_PROGRESS', message: idle });
      expect(made.facts.filter(({ type }) => type === 'AI.RESPONSE.RECEIVED')).to.have.lengthOf(taken);
    }
  });

  it('escalates when the model works until its turns are used up', async () => {
    const ai = { ...buildProject().ai, turnsMax: 2 };
    await using bench = await createBench({ project: { ai } });
    const start = await createReady(bench);
    const change = callTools(['write_file', DOUBLE_FILE]);
    bench.model.queue(change, change);

    const made = await runStep(bench, 'code-generation');

    expect(errorOf(made)).to.include({ code: 'AI_TURNS_EXHAUSTED', class: 'model' });
    expect(await bench.platform.readBranch(branchOf(bench))).to.equal(start);
  });
});
