import { done, foldWorkflow } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { eventually, quickest } from '@tamma/testing';
import { expect } from 'chai';
import { AttemptAborted } from './abort.ts';
import { FIRST, openBench } from './testing/bench.ts';
import { fakeStep, untilAborted } from './testing/fake-step.ts';
import { fakeWorkspaces } from './testing/fake-workspaces.ts';

const INTAKE = FIRST.id;
/** It asks every second. */
const OWNER_CHECK_LATE_MS = 2500;

function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

describe('fence: an attempt that was overtaken', () => {
  it('cannot cause a platform effect', async () => {
    const [begun, release] = [gate(), gate()];
    let refusal: unknown;
    const intake = fakeStep('issue-intake', async (context) => {
      if (intake.runs() > 1) return done({ answer: 2 });
      begun.open();
      await release.opened;
      const effects = [
        () => context.platform.ensureComment(1, 'late', 'too late'),
        () => context.platform.markIssue(1, { labelsAdded: ['late'] }),
        () => context.platform.closeIssue(1),
        () => context.platform.ensureBranch('late', 'abc'),
        () => context.platform.deleteBranch('main', 'commit-0'),
        () =>
          context.platform.mergePullRequest({
            number: 1,
            headCommit: 'abc',
            message: 'late',
            method: 'merge',
          }),
        () =>
          context.platform.ensurePullRequest({
            head: 'late',
            base: 'main',
            title: 't',
            body: 'b',
            issue: 1,
            as: 'ready',
          }),
      ];
      for (const effect of effects) {
        refusal = await effect().catch((error: unknown) => error);
        if (!(refusal instanceof AttemptAborted)) throw new Error('an effect went through');
      }
      throw refusal;
    });
    await using bench = await openBench({ steps: [intake] });
    bench.platform.setBranch('main', 'commit-0');
    const slow = bench.run(INTAKE, { attempt: 1 });
    await begun.opened;
    expect(await bench.run(INTAKE, { attempt: 2 })).to.deep.equal({ kind: 'done' });
    release.open();
    expect(await slow).to.deep.equal({ kind: 'abandon' });
    expect(refusal).to.include({ kind: 'overtaken' });
    expect(bench.comments()).to.deep.equal([]);
    expect((await bench.platform.readIssue(1))?.labels).to.deep.equal(['tamma']);
    expect((await bench.platform.readIssue(1))?.state).to.equal('open');
    expect(await bench.platform.readBranch('late')).to.equal(null);
    expect(await bench.platform.readBranch('main')).to.equal('commit-0');
  });

  it('cannot commit: neither outcome nor artifact nor event of it is stored', async () => {
    const [begun, release] = [gate(), gate()];
    const intake = fakeStep('issue-intake', async (context) => {
      const run = intake.runs();
      if (run === 1) {
        begun.open();
        await release.opened;
      }
      context.writeArtifact('TASK.md', `of run ${run}`);
      return done({ answer: run });
    });
    await using bench = await openBench({ steps: [intake] });
    const slow = bench.run(INTAKE, { attempt: 1 });
    await begun.opened;
    await bench.run(INTAKE, { attempt: 2 });
    const before = await bench.events();
    release.open();
    expect(await slow).to.deep.equal({ kind: 'abandon' });
    expect(await bench.events()).to.deep.equal(before);
    expect(await bench.hashes.readArtifact('demo-1.r1', 'TASK.md')).to.equal('of run 2');
    const ends = before.filter((event) => event.type === 'TASK.COMPLETED.SUCCESS');
    expect(ends.map((event) => [event.attempt, event.data])).to.have.lengthOf(1);
    expect(ends[0]?.attempt).to.equal(2);
  });

  it('is not begun at all when a higher number is stored', async () => {
    const intake = fakeStep('issue-intake');
    await using bench = await openBench({ steps: [intake] });
    const fence = { workflowId: 'demo-1.r1', taskId: 'demo-1.r1.issue-intake', attempt: 3 };
    await bench.hashes.begin(fence, []);
    expect(await bench.run(INTAKE, { attempt: 2 })).to.deep.equal({ kind: 'abandon' });
    expect(intake.runs()).to.equal(0);
    expect(await bench.types()).to.deep.equal([]);
  });

  it('cannot stop the workflow, nor tell the issue that it did', async () => {
    const [begun, release] = [gate(), gate()];
    const intake = fakeStep('issue-intake', async () => {
      begun.open();
      await release.opened;
      return { kind: 'stop', reason: { kind: 'unwanted', why: 'late' } };
    });
    await using bench = await openBench({ steps: [intake] });
    const slow = bench.run(INTAKE, { attempt: 1 });
    await begun.opened;
    await bench.hashes.begin({ workflowId: 'demo-1.r1', taskId: 'demo-1.r1.issue-intake', attempt: 2 }, []);
    release.open();
    expect(await slow).to.deep.equal({ kind: 'abandon' });
    expect(bench.comments()).to.deep.equal([]);
    expect(await bench.types()).to.not.include('WORKFLOW.CANCELLED.SUCCESS');
  });

  it('ends with exactly one outcome when ten attempts race', async () => {
    const intake = fakeStep('issue-intake');
    await using bench = await openBench({ steps: [intake] });
    const attempts = Array.from({ length: 10 }, (_, index) => index + 1);
    const fates = await Promise.all(attempts.map((attempt) => bench.run(INTAKE, { attempt })));
    expect(fates.at(-1)).to.deep.equal({ kind: 'done' });
    for (const fate of fates) expect(fate.kind).to.be.oneOf(['done', 'abandon']);
    expect((await bench.types()).filter((type) => type === 'TASK.COMPLETED.SUCCESS')).to.have.lengthOf(1);
  });

  it('notices by itself, within about a second, that the workflow was cancelled', async () => {
    const cancel = async () => {
      const begun = gate();
      let reason: unknown;
      const intake = fakeStep('issue-intake', async (context) => {
        begun.open();
        return untilAborted(context).catch((thrown: unknown) => {
          reason = thrown;
          throw thrown;
        });
      });
      await using bench = await openBench({ steps: [intake] });
      const running = bench.run(INTAKE);
      await begun.opened;
      const cancelledAt = performance.now();
      await bench.hashes.cancel('demo-1.r1', [buildEvent('WORKFLOW.CANCELLED.SUCCESS', { why: 'enough' })]);
      expect(await running).to.deep.equal({ kind: 'stop', why: 'the workflow is cancelled' });
      const tookMs = performance.now() - cancelledAt;
      expect(reason).to.be.instanceOf(AttemptAborted);
      const again = await bench.run(INTAKE, { attempt: 2 });
      expect(again).to.deep.equal({ kind: 'stop', why: 'the workflow is cancelled' });
      expect(intake.runs()).to.equal(1);
      const types = await bench.types();
      expect(types.at(-1)).to.equal('WORKFLOW.CANCELLED.SUCCESS');
      return tookMs;
    };
    expect(await quickest(OWNER_CHECK_LATE_MS, cancel)).to.be.lessThan(OWNER_CHECK_LATE_MS);
  });

  it('can no longer be cancelled once it merges', async () => {
    const answers: unknown[] = [];
    const intake = fakeStep('issue-intake', async (context) => {
      // There is no such pull request: what counts is that the merge was begun.
      await context.platform
        .mergePullRequest({ number: 1, headCommit: 'abc', message: 'm', method: 'merge' })
        .catch(() => undefined);
      answers.push(await bench.hashes.cancel('demo-1.r1', []));
      return done({ answer: 1 });
    });
    await using bench = await openBench({ steps: [intake] });
    expect(await bench.run(INTAKE)).to.deep.equal({ kind: 'done' });
    expect(answers).to.deep.equal(['merging']);
  });

  it('can be cancelled and suspended while its merge waits for the platform and was not begun', async () => {
    const merge = { number: 1, headCommit: 'abc', message: 'm', method: 'merge' } as const;
    const intake = fakeStep('issue-intake', async ({ platform }) => {
      await platform.mergePullRequest(merge);
      return done({ answer: 1 });
    });
    await using bench = await openBench({ steps: [intake] });
    const call = { service: bench.platform.name, operation: 'mergePullRequest' };
    for (let failure = 1; failure <= 5; failure += 1) await bench.circuits.failed(call, 'it is away');
    expect((await bench.run(INTAKE)).kind).to.equal('park');
    const suspension = { workflowId: 'demo-1.r1', untilMs: Date.now() + 60_000, events: [] };
    expect(await bench.hashes.suspend(suspension)).to.equal('changed');
    expect(await bench.hashes.cancel('demo-1.r1', [])).to.equal('cancelled');
  });

  it('does not wait for a clone that is still under way, and removes it once it came', async () => {
    const [clone, begun] = [gate(), gate()];
    const workspaces = fakeWorkspaces({ clone: clone.opened });
    const abort = new AbortController();
    const intake = fakeStep('issue-intake', async (context) => {
      void context.openWorkspace('main');
      await eventually('the clone is under way', () => workspaces.opened.length === 1);
      begun.open();
      return untilAborted(context);
    });
    await using bench = await openBench({ steps: [intake], deps: { workspaces } });
    const running = bench.run(INTAKE, { signal: abort.signal });
    await begun.opened;
    abort.abort('shutdown');
    expect(await running).to.deep.equal({ kind: 'hand-back' });
    expect(workspaces.removed).to.deep.equal([]);
    clone.open();
    await eventually('the clone is removed', () => workspaces.removed.length === 1);
  });

  it('opens a branch once however often it is asked for, and removes the checkout in the end', async () => {
    const workspaces = fakeWorkspaces();
    const intake = fakeStep('issue-intake', async (context) => {
      const [one, two] = await Promise.all([context.openWorkspace('main'), context.openWorkspace('main')]);
      expect(one).to.equal(two);
      expect(workspaces.removed).to.deep.equal([]);
      throw new Error('it broke');
    });
    await using bench = await openBench({ steps: [intake], deps: { workspaces } });
    expect((await bench.run(INTAKE)).kind).to.equal('retry');
    expect(workspaces.opened).to.deep.equal(['main']);
    expect(workspaces.removed).to.deep.equal(['main']);
  });
});

describe('a retried step', () => {
  it('leaves a record that folds to a completed step, with one session and one phase', async () => {
    const intake = fakeStep('issue-intake', () => {
      if (intake.runs() === 1) throw new Error('flaky');
      return done({ answer: 1 });
    });
    await using bench = await openBench({ steps: [intake] });
    await bench.run(INTAKE, { attempt: 1 });
    await bench.run(INTAKE, { attempt: 2, failures: 1 });
    const events = await bench.events();
    const sessions = events.filter((event) => event.type === 'SESSION.STARTED.SUCCESS');
    expect(new Set(sessions.map((event) => event.id)).size).to.equal(1);
    const { project, issue, template, score, run } = bench.head;
    const created = buildEvent('WORKFLOW.STATE.CREATED', {
      project: project.id,
      platform: project.platform,
      repository: project.repository,
      issue: issue.number,
      title: issue.title,
      template: template.name,
      templateHash: template.hash,
      score,
      run,
    });
    const steps = template.steps.map(({ id, phase, capability }) => ({ id, phase, capability }));
    const state = foldWorkflow([created, buildEvent('WORKFLOW.STARTED.SUCCESS', { steps }), ...events]);
    expect(state?.steps[0]).to.include({ status: 'completed', attempts: 2 });
    expect(state).to.include({ status: 'running', phase: 'INTAKE' });
  });
});
