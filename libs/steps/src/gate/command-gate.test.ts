import { done } from '@tamma/domain';
import { expect } from 'chai';
import { attempt, errorOf, runStep } from '../testing/attempt.ts';
import { type Bench, createBench } from '../testing/bench.ts';
import { branchOf, seedChange } from '../testing/seeds.ts';

const MINUTE_MS = 60_000;

const GATES = [
  { gate: 'build', handler: 'build-gate', log: 'build.log', code: 'BUILD_FAILED' },
  { gate: 'test', handler: 'test-gate', log: 'test.log', code: 'TEST_FAILED' },
] as const;

for (const { gate, handler, log, code } of GATES) {
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

    it('escalates with the log when the command fails, and keeps the red verdict', async () => {
      await using bench = await createWith('echo 1 of 3 is wrong; exit 3');
      const commit = await seedChange(bench);

      const made = await runStep(bench, handler);

      const error = errorOf(made);
      expect(error).to.include({ code, class: 'gate', remedy: `read the artifact ${log}` });
      expect(error.message)
        .to.include(`failed on ${commit.slice(0, 7)}`)
        .and.include('exit code 3');
      expect(made.artifacts.get(log)).to.include('1 of 3 is wrong\n');
      expect(made.gates.map(({ passed }) => passed)).to.deep.equal([false]);
      expect(made.facts.map(({ type }) => type)).to.deep.equal(['GATE.RAN.FAILED']);
    });

    it('ends a command that runs too long, and says so', async () => {
      await using bench = await createWith('echo begun; exec sleep 60', 200);
      await seedChange(bench);

      const made = await runStep(bench, handler);

      expect(errorOf(made).message).to.include('ran longer than 0.2 s and was ended');
      expect(made.artifacts.get(log)).to.include('begun\n');
      expect(made.gates.map(({ passed }) => passed)).to.deep.equal([false]);
    });

    it('does not pass when a signal ends the command', async () => {
      await using bench = await createWith('kill -9 $$');
      await seedChange(bench);

      const made = await runStep(bench, handler);

      expect(errorOf(made).message).to.include('was ended by a signal');
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

      expect(errorOf(await runStep(bench, handler))).to.include({ code });
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
