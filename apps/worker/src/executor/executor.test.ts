import { buildStep } from '@tamma/contracts/testing';
import { done, escalate, noChange, TammaError, unwanted, WORKING_LABEL } from '@tamma/domain';
import type { OpenRequest } from '@tamma/workspace';
import { expect } from 'chai';
import { createExecutor } from './executor.ts';
import { FIRST, LAST, openBench } from './testing/bench.ts';
import { fakeStep } from './testing/fake-step.ts';
import { fakeWorkspaces } from './testing/fake-workspaces.ts';

const INTAKE = FIRST.id;

describe('executor', () => {
  it('runs a step and commits its outcome, its artifacts, its gates and its events together', async () => {
    const gate = { gate: 'build', commit: 'abc', passed: true, summary: 'built' } as const;
    const intake = fakeStep('issue-intake', async (context) => {
      context.writeArtifact('TASK.md', '# Task');
      context.recordGate(gate);
      await context.tell({ type: 'RISK.ASSESSED.SUCCESS', data: { risk: 'low' } });
      return done({ answer: 1 });
    });
    await using bench = await openBench({ steps: [intake] });
    expect(await bench.run(INTAKE)).to.deep.equal({ kind: 'done' });
    expect((await bench.events()).map(({ id, type }) => [id, type])).to.deep.equal([
      ['demo-1.r1.issue-intake.1.1', 'TASK.DEQUEUED.SUCCESS'],
      ['demo-1.r1.issue-intake.start.session', 'SESSION.STARTED.SUCCESS'],
      ['demo-1.r1.issue-intake.start.phase', 'PHASE.STARTED.SUCCESS'],
      ['demo-1.r1.issue-intake.1.2', 'RISK.ASSESSED.SUCCESS'],
      ['demo-1.r1.issue-intake.1.3', 'ARTIFACT.WRITTEN.SUCCESS'],
      ['demo-1.r1.issue-intake.end', 'TASK.COMPLETED.SUCCESS'],
      ['demo-1.r1.issue-intake.end.phase', 'PHASE.COMPLETED.SUCCESS'],
    ]);
    const next = await bench.hashes.begin({ ...fenceOf(bench, LAST.id), attempt: 1 }, []);
    if (next.kind !== 'begun') throw new Error(next.kind);
    expect(next.results.get('demo-1.r1.issue-intake')).to.deep.equal({ answer: 1 });
    expect(next.gates).to.deep.equal([gate]);
    expect(await bench.hashes.readArtifact('demo-1.r1', 'TASK.md')).to.equal('# Task');
  });

  it('keeps no secret of its process in an artifact, and has checkouts look for them', async () => {
    const secret = 'known-to-this-worker';
    const intake = fakeStep('issue-intake', async (context) => {
      context.writeArtifact('test.log', `KEY=${secret}`);
      await context.openWorkspace('main');
      return done({ answer: 7 });
    });
    const asked: unknown[] = [];
    const workspaces = fakeWorkspaces();
    const deps = {
      secretsOf: () => [secret],
      workspaces: {
        ...workspaces,
        open: (request: OpenRequest) => {
          asked.push(request.secrets);
          return workspaces.open(request);
        },
      },
    };
    await using bench = await openBench({ steps: [intake], deps });
    await bench.run(INTAKE);
    expect(await bench.hashes.readArtifact('demo-1.r1', 'test.log')).to.equal('KEY=[secret removed]');
    expect(asked).to.deep.equal([[secret]]);
  });

  it('gives later steps the results and artifacts of earlier ones, and ends the workflow with the last', async () => {
    const seen: unknown[] = [];
    const intake = fakeStep('issue-intake', (context) => {
      context.writeArtifact('TASK.md', '# Task');
      return done({ answer: 7 });
    });
    const last = fakeStep('clarification', async (context) => {
      seen.push(context.resultOf(INTAKE), await context.readArtifact('TASK.md'), context.resultOf('nothing'));
      context.writeArtifact('TASK.md', '# Better');
      seen.push(await context.readArtifact('TASK.md'));
      return done({ answer: 8 });
    });
    await using bench = await openBench({ steps: [intake, last] });
    await bench.run(INTAKE);
    await bench.run(LAST.id);
    expect(seen).to.deep.equal([{ answer: 7 }, '# Task', undefined, '# Better']);
    expect((await bench.types()).slice(-3)).to.deep.equal([
      'PHASE.COMPLETED.SUCCESS',
      'SESSION.ENDED.SUCCESS',
      'WORKFLOW.COMPLETED.SUCCESS',
    ]);
  });

  it('runs nothing when it finds an outcome, and settles as that outcome says', async () => {
    const intake = fakeStep('issue-intake');
    await using bench = await openBench({ steps: [intake] });
    await bench.run(INTAKE);
    const before = await bench.types();
    expect(await bench.run(INTAKE, { attempt: 2 })).to.deep.equal({ kind: 'done' });
    expect(intake.runs()).to.equal(1);
    expect(await bench.types()).to.deep.equal(before);
  });

  it('stops again, and runs nothing, when the outcome it finds is a stop', async () => {
    const intake = fakeStep('issue-intake', () => unwanted('the issue is closed'));
    await using bench = await openBench({ steps: [intake] });
    const stop = { kind: 'stop', why: 'the issue is closed' };
    expect(await bench.run(INTAKE)).to.deep.equal(stop);
    expect(await bench.run(INTAKE, { attempt: 2 })).to.deep.equal(stop);
    expect(intake.runs()).to.equal(1);
  });

  it('stores nothing at all of a commit that is refused', async () => {
    const intake = fakeStep('issue-intake', async (context) => {
      context.writeArtifact('TASK.md', '# Task');
      await bench.hashes.cancel('demo-1.r1', []);
      return done({ answer: 1 });
    });
    await using bench = await openBench({ steps: [intake] });
    const fate = await bench.run(INTAKE);
    expect(fate).to.deep.equal({ kind: 'stop', why: 'the workflow is cancelled' });
    expect(await bench.hashes.readArtifact('demo-1.r1', 'TASK.md')).to.equal(null);
    expect(await bench.types()).to.not.include('TASK.COMPLETED.SUCCESS');
    expect(await bench.redis.hkeys(hashKey(bench))).to.have.members([
      'head',
      'checksum',
      'cancelled',
      'attempt:demo-1.r1.issue-intake',
    ]);
  });

  it('ends a phase only when the template has what it was promised', async () => {
    const closes = { artifactsRequired: ['TASK.md', 'CONTEXT.md'], nextStep: null } as const;
    const plan = [buildStep({ closes: { ...closes, artifactsRequired: [...closes.artifactsRequired] } })];
    const writes = (...names: ('TASK.md' | 'CONTEXT.md')[]) =>
      fakeStep('issue-intake', (context) => {
        for (const name of names) context.writeArtifact(name, 'text');
        return done({ answer: 1 });
      });
    await using poor = await openBench({ plan, steps: [writes('TASK.md')] });
    expect(await poor.run(INTAKE)).to.deep.equal({
      kind: 'stop',
      why: 'phase INTAKE cannot end: CONTEXT.md was not written',
    });
    expect(await poor.types())
      .to.include('ESCALATION.TRIGGERED.SUCCESS')
      .and.not.include('PHASE.COMPLETED.SUCCESS');
    await using rich = await openBench({ plan, steps: [writes('TASK.md', 'CONTEXT.md')] });
    expect(await rich.run(INTAKE)).to.deep.equal({ kind: 'done' });
  });

  it('escalates a result of the wrong shape, and one that would not fit into an event', async () => {
    const wrong = fakeStep('issue-intake', () => done({ answer: 'forty-two' }));
    await using bench = await openBench({ steps: [wrong] });
    const fate = await bench.run(INTAKE);
    expect(fate.kind === 'stop' && fate.why).to.contain('returned a result of the wrong shape');
    expect(await stopCode(bench)).to.equal('RESULT_INVALID');
    const huge = fakeStep('issue-intake', () => done({ answer: 1, more: 'x'.repeat(70_000) }));
    await using other = await openBench({ steps: [huge] });
    expect((await other.run(INTAKE)).kind).to.equal('stop');
    expect(await stopCode(other)).to.equal('RESULT_TOO_LARGE');
  });

  it('cuts texts that would not fit into an event instead of losing the outcome', async () => {
    const message = 'long '.repeat(100_000);
    const intake = fakeStep('issue-intake', () => escalate({ code: 'LONG', class: 'gate', message }));
    await using bench = await openBench({ steps: [intake] });
    const fate = await bench.run(INTAKE);
    expect(fate.kind === 'stop' && fate.why.length).to.equal(4000);
    expect(await stopCode(bench)).to.equal('LONG');
  });

  it('makes an error of whatever a step throws, and tries again when its class allows', async () => {
    for (const [thrown, why] of [
      ['a mere string', 'a mere string'],
      [undefined, 'undefined'],
      [new Error('it broke'), 'it broke'],
    ] as const) {
      const intake = fakeStep('issue-intake', () => Promise.reject(thrown));
      await using bench = await openBench({ steps: [intake] });
      expect(await bench.run(INTAKE)).to.deep.equal({ kind: 'retry', delayMs: 1000, why });
      expect(await bench.types()).to.include('TASK.RETRY.SCHEDULED');
    }
    const refused = new TammaError('NO_KEY', 'the key is wrong', { class: 'authentication' });
    const intake = fakeStep('issue-intake', () => Promise.reject(refused));
    await using bench = await openBench({ steps: [intake] });
    expect(await bench.run(INTAKE)).to.deep.equal({ kind: 'stop', why: 'the key is wrong' });
    expect(await stopCode(bench)).to.equal('NO_KEY');
  });

  it('escalates a step this worker has no code for, with an event that says what to do', async () => {
    await using bench = await openBench();
    const fate = await bench.run(INTAKE);
    expect(fate).to.deep.equal({
      kind: 'stop',
      why: 'this worker has no code "issue-intake" for step issue-intake',
    });
    expect((await bench.types()).slice(-2)).to.deep.equal([
      'TASK.FAILED.PERMANENT',
      'ESCALATION.TRIGGERED.SUCCESS',
    ]);
    expect(await stopCode(bench)).to.equal('HANDLER_MISSING');
    expect(JSON.stringify((await bench.events()).at(-1)?.data)).to.contain(
      '"remedy":"update the worker to the version of the orchestrator"',
    );
  });

  it('escalates a step that is not in the plan at all, with an event', async () => {
    await using bench = await openBench({ steps: [fakeStep('issue-intake')] });
    const fate = await bench.run('deploy');
    expect(fate).to.deep.equal({ kind: 'stop', why: 'the plan of workflow demo-1.r1 has no step deploy' });
    const events = await bench.events();
    expect(events.map(({ type, stepId }) => [type, stepId])).to.deep.equal([
      ['TASK.DEQUEUED.SUCCESS', 'deploy'],
      ['TASK.FAILED.PERMANENT', 'deploy'],
      ['ESCALATION.TRIGGERED.SUCCESS', 'deploy'],
    ]);
  });

  it('calls the eleventh pick-up a crash loop and does not run the step', async () => {
    const intake = fakeStep('issue-intake');
    await using bench = await openBench({ steps: [intake] });
    expect((await bench.run(INTAKE, { attempt: 11 })).kind).to.equal('stop');
    expect(intake.runs()).to.equal(0);
    expect(await stopCode(bench)).to.equal('CRASH_LOOP');
  });

  it('does not run commands without the sandbox a project demands', async () => {
    const plan = [buildStep({ capability: 'build' })];
    const intake = fakeStep('issue-intake');
    await using careless = await openBench({ plan, steps: [intake] });
    const { project } = careless.head;
    const head = { project: { ...project, gates: { ...project.gates, sandbox: 'required' as const } } };
    await using bench = await openBench({ plan, steps: [intake], head });
    expect((await bench.run(INTAKE)).kind).to.equal('stop');
    expect(await stopCode(bench)).to.equal('SANDBOX_MISSING');
    expect(intake.runs()).to.equal(0);
    const workspaces = fakeWorkspaces({ sandbox: 'bubblewrap' });
    await using safe = await openBench({ plan, steps: [intake], head, deps: { workspaces } });
    expect(await safe.run(INTAKE)).to.deep.equal({ kind: 'done' });
  });

  for (const [what, outcome] of [
    ['is unwanted', unwanted('it was closed meanwhile')],
    ['needs no change', noChange('main does so already')],
  ] as const) {
    it(`takes its mark off the issue when the work ${what}, and leaves the words to the orchestrator`, async () => {
      await using bench = await openBench({ steps: [fakeStep('issue-intake', () => outcome)] });
      await bench.platform.markIssue(1, { labelsAdded: [WORKING_LABEL] });
      await bench.run(INTAKE);
      expect((await bench.platform.readIssue(1))?.labels).to.not.include(WORKING_LABEL);
      expect(bench.comments()).to.deep.equal([]);
    });
  }

  it('leaves its mark on the issue while a person is needed', async () => {
    const error = { code: 'STUCK', class: 'conflict', message: 'it is stuck' } as const;
    await using bench = await openBench({ steps: [fakeStep('issue-intake', () => escalate(error))] });
    await bench.platform.markIssue(1, { labelsAdded: [WORKING_LABEL] });
    await bench.run(INTAKE);
    expect((await bench.platform.readIssue(1))?.labels).to.include(WORKING_LABEL);
  });

  it('keeps what it committed when the platform cannot be reached, and logs that', async () => {
    await using bench = await openBench({ steps: [fakeStep('issue-intake', () => unwanted('enough'))] });
    const platform = { ...bench.platform, markIssue: () => Promise.reject(new Error('platform away')) };
    await using deaf = await openBench({
      steps: [fakeStep('issue-intake', () => unwanted('enough'))],
      deps: { platformOf: () => platform },
    });
    expect(await deaf.run(INTAKE)).to.deep.equal({ kind: 'stop', why: 'enough' });
    expect(await deaf.types()).to.include('WORKFLOW.CANCELLED.SUCCESS');
    expect(deaf.lines.join('')).to.contain('mark not taken off the issue').and.contain('platform away');
  });

  it('says that a workflow it does not know is gone, and writes nothing', async () => {
    const intake = fakeStep('issue-intake');
    await using bench = await openBench({ steps: [intake] });
    await bench.hashes.remove('demo-1.r1');
    const why = 'workflow demo-1.r1 is not known any more';
    expect(await bench.run(INTAKE)).to.deep.equal({ kind: 'stop', why });
    expect(intake.runs()).to.equal(0);
    expect(await bench.redis.exists(hashKey(bench))).to.equal(0);
  });

  it('does not fail a step because a viewer could not be shown its progress', async () => {
    const intake = fakeStep('issue-intake', async (context) => {
      await context.progress(10, 'a tenth');
      return done({ answer: 1 });
    });
    await using bench = await openBench({ steps: [intake] });
    const task = { ...bench.taskOf(INTAKE), reportProgress: () => Promise.reject(new Error('job is gone')) };
    const fate = await createExecutor(bench.deps, 'git')(task, new AbortController().signal);
    expect(fate).to.deep.equal({ kind: 'done' });
    expect(await bench.types()).to.include('TASK.PROGRESS.UPDATED');
    expect(bench.lines.join('')).to.contain('progress not shown');
  });
});

type Bench = Awaited<ReturnType<typeof openBench>>;

function hashKey(bench: Bench): string {
  return `${bench.prefix}:wf:${bench.head.workflowId}`;
}

function fenceOf(bench: Bench, stepId: string) {
  const { workflowId } = bench.head;
  return { workflowId, taskId: `${workflowId}.${stepId}` };
}

async function stopCode(bench: Bench): Promise<string | undefined> {
  const event = (await bench.events()).find((one) => one.type === 'TASK.FAILED.PERMANENT');
  return event?.type === 'TASK.FAILED.PERMANENT' ? event.data.error.code : undefined;
}
