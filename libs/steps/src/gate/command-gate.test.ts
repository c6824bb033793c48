import { done } from '@tamma/domain';
import { expect } from 'chai';
import { attempt, errorOf, runStep } from '../testing/attempt.ts';
import { type Bench, createBench } from '../testing/bench.ts';
import { roundOf, seedRounds } from '../testing/rounds.ts';
import { branchOf, seedChange } from '../testing/seeds.ts';

const MINUTE_MS = 60_000;

const GATES = [
  { gate: 'build', handler: 'build-gate', log: 'build.log', code: 'BUILD_FAILED', above: [] },
  { gate: 'test', handler: 'test-gate', log: 'test.log', code: 'TEST_FAILED', above: ['build-gate'] },
] as const;

for (const { gate, handler, log, code, above } of GATES) {
  const createWith = (script: string, timeout = MINUTE_MS): Promise<Bench> =>
    createBench({ gates: { [gate]: { command: ['sh', '-c', script], timeout } } });

  describe(handler, () => {
    it('passes when the command of the project does, and keeps the verdict for that commit', async () => {
      await using bench = await createWith('ls src; echo warned >&2');
      const commit = await seedChange(bench);

      const made = await runStep(bench, handler);

      const summary = '"sh -c ls src; echo warned >&2" ended with exit code 0';
      expect(made.outcome).to.deep.equal(done({ commit, summary }));
      expect(made.gates).to.deep.equal([{ gate, commit, passed: true, summary }]);
      expect([...made.artifacts]).to.deep.equal([
        [log, `$ sh -c ls src; echo warned >&2\ndouble.js\nsum.js\nwarned\n\n${summary}\n`],
      ]);
      const [fact] = made.facts;
      expect(fact?.type).to.equal('GATE.RAN.SUCCESS');
      expect(fact?.data).to.include({ gate, commit, summary });
    });

    it('shows no secret of its command to anybody', async () => {
      const token = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_');
      await using bench = await createWith(`: ${token}; exit 3`);
      await seedChange(bench);
      const made = await runStep(bench, handler);
      expect(JSON.stringify([made, [...made.artifacts]])).not.to.include(token);
      expect(made.gates[0]?.summary).to.equal('"sh -c : [secret removed]; exit 3" ended with exit code 3');
    });

    it('has the change repaired and judged again above when the command fails, and keeps the red verdict', async () => {
      await using bench = await createWith('echo 1 of 3 is wrong; exit 3');
      const commit = await seedChange(bench);

      const made = await runStep(bench, handler);

      expect(roundOf(made)).to.deep.equal({ kind: 'repair', steps: ['code-generation', ...above] });
      expect(made.outcome.kind === 'wait' && made.outcome.why)
        .to.include(`failed on ${commit.slice(0, 7)}`)
        .and.include('exit code 3');
      expect(made.artifacts.get(log)).to.include('1 of 3 is wrong\n');
      expect(made.gates.map(({ passed }) => passed)).to.deep.equal([false]);
      expect(made.facts.map(({ type }) => type)).to.deep.equal(['GATE.RAN.FAILED']);
    });

    it('escalates with the log when the rounds of repair are used up, whoever asked for them', async () => {
      await using bench = await createWith('exit 3');
      const commit = await seedChange(bench);
      seedRounds(bench, 'repair', 'code-review');

      const made = await runStep(bench, handler);

      const error = errorOf(made);
      expect(error).to.include({ code, class: 'gate', remedy: `read the artifact ${log}` });
      expect(error.message)
        .to.include(`failed on ${commit.slice(0, 7)} after 3 rounds of repair`)
        .and.include('exit code 3');
      expect(made.artifacts.get(log)).to.include('exit code 3');
      expect(made.gates.map(({ passed }) => passed)).to.deep.equal([false]);
    });

    it('asks for a last repair after two, and counts no rounds of the plan', async () => {
      await using bench = await createWith('exit 3');
      await seedChange(bench);
      seedRounds(bench, 'plan', 'plan-approval');
      seedRounds(bench, 'repair', 'build-gate', 2);

      expect(roundOf(await runStep(bench, handler)).kind).to.equal('repair');
      expect(errorOf(await runStep(bench, handler)).code).to.equal(code);
    });

    for (const [what, script] of [
      ['a program that is not there', 'no-such-program --check'],
      ['a file that cannot be run', './README.md'],
      ['a script that npm does not know', `echo 'npm error Missing script: "test"'; exit 1`],
      ['a test that nobody wrote yet', `echo 'Error: no test specified'; exit 1`],
    ] as const) {
      it(`escalates at once over ${what}, which no change of the code mends`, async () => {
        await using bench = await createWith(script);
        await seedChange(bench);

        const made = await runStep(bench, handler);

        const error = errorOf(made);
        expect(error).to.include({ code: 'GATE_COMMAND_MISSING', class: 'validation' });
        expect(error.message).to.include(`the ${gate} gate has nothing to run`);
        expect(made.gates.map(({ passed }) => passed)).to.deep.equal([false]);
      });
    }

    it('fails for good when the command of the project is not installed', async () => {
      const command = { command: ['no-such-program'], timeout: MINUTE_MS };
      await using bench = await createBench({ gates: { [gate]: command } });
      await seedChange(bench);

      const thrown = await attempt(bench, handler).catch((error: unknown) => error);

      expect(thrown).to.include({ code: 'WORKSPACE_PROGRAM_MISSING', class: 'validation' });
    });

    it('escalates where no step above could repair anything', async () => {
      await using bench = await createWith('exit 3');
      await seedChange(bench);
      const steps = bench.head.template.steps.filter((step) => step.handler !== 'code-generation');
      const head = { ...bench.head, template: { ...bench.head.template, steps } };

      expect(errorOf(await runStep({ ...bench, head }, handler)).code).to.equal(code);
    });

    it('ends a command that runs too long, and says so', async () => {
      await using bench = await createWith('echo begun; exec sleep 60', 200);
      await seedChange(bench);

      const made = await runStep(bench, handler);

      expect(made.outcome.kind === 'wait' && made.outcome.why).to.include(
        'ran longer than 0.2 s and was ended',
      );
      expect(made.artifacts.get(log)).to.include('begun\n');
      expect(made.gates.map(({ passed }) => passed)).to.deep.equal([false]);
    });

    it('does not pass when a signal ends the command', async () => {
      await using bench = await createWith('kill -9 $$');
      await seedChange(bench);

      const made = await runStep(bench, handler);

      expect(made.outcome.kind === 'wait' && made.outcome.why).to.include('was ended by a signal');
      expect(made.gates.map(({ passed }) => passed)).to.deep.equal([false]);
    });

    it('runs nothing when a pass on this very commit is on record', async () => {
      await using bench = await createWith('exit 1');
      const commit = await seedChange(bench);
      bench.gates.push({ gate, commit, passed: true, summary: 'passed before' });

      const made = await runStep(bench, handler);

      expect(made.outcome).to.deep.equal(done({ commit, summary: 'passed before' }));
      expect(made.gates).to.deep.equal([]);
      expect(made.facts).to.deep.equal([]);
    });

    it('runs when all there is on record is another commit, another gate or a failure', async () => {
      await using bench = await createWith('exit 1');
      const commit = await seedChange(bench);
      const summary = 'passed before';
      const parent = await bench.repository.git('rev-parse', `${commit}^`);
      bench.gates.push({ gate, commit: parent, passed: true, summary });
      bench.gates.push({ gate: 'security', commit, passed: true, summary });
      bench.gates.push({ gate, commit, passed: false, summary });

      expect(roundOf(await runStep(bench, handler)).kind).to.equal('repair');
    });

    it('runs on the head that the branch has now, not on the one it was pushed with', async () => {
      await using bench = await createWith('test -e late.txt');
      await seedChange(bench);
      const late = await bench.repository.commit(branchOf(bench), { 'late.txt': 'Late.\n' });

      const made = await runStep(bench, handler);

      expect(made.gates.map(({ commit, passed }) => [commit, passed])).to.deep.equal([[late, true]]);
    });

    it('gives no verdict when it is told to stop', async () => {
      await using bench = await createWith('exec sleep 60');
      await seedChange(bench);
      const controller = new AbortController();
      setTimeout(() => controller.abort(new Error('the worker shuts down')), 300);

      const reason = await attempt(bench, handler, { signal: controller.signal }).catch(String);

      expect(reason).to.equal('Error: the worker shuts down');
    });

    it('gives the same verdict when an attempt before it died', async () => {
      await using bench = await createWith('true');
      await seedChange(bench);

      const lost = await attempt(bench, handler);
      const kept = await runStep(bench, handler);

      expect(kept.outcome).to.deep.equal(lost.outcome);
      expect(bench.gates).to.deep.equal(lost.gates);
    });
  });
}
