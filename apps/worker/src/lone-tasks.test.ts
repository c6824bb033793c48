import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PlannedStep, WorkflowHead } from '@tamma/contracts';
import { buildStep } from '@tamma/contracts/testing';
import { queuePriority, taskIdOf } from '@tamma/domain';
import type { FlowTask } from '@tamma/queue';
import { createBullmqQueue } from '@tamma/queue/bullmq';
import { eventually, testServers } from '@tamma/testing';
import { expect } from 'chai';
import { type Ground, openGround } from './testing/ground.ts';

const run = promisify(execFile);

interface Lone extends AsyncDisposable {
  readonly workflowId: string;
  status(): Promise<string | null>;
  /** Types of what was told about it. */
  types(): Promise<readonly string[]>;
}

/** Queues one task on its own, as an orchestrator does. */
async function submit(ground: Ground, task: NonNullable<WorkflowHead['task']>): Promise<Lone> {
  const { bench } = ground;
  const step = stepOf(task.type);
  const workflowId = `demo-task-${task.type.replace('_', '-')}.r1`;
  const issue = { ...bench.head.issue, number: 0 };
  const template = { name: 'task', hash: 'hash', steps: [step] };
  await bench.hashes.open({ ...bench.head, workflowId, issue, template, task }, []);
  const queue = await createBullmqQueue({
    redisUrl: testServers().redisUrl,
    prefix: bench.prefix,
    workerName: 'test',
    lockDurationMs: 1000,
    stalledIntervalMs: 500,
    onError: () => {},
  });
  const taskId = taskIdOf(workflowId, step.id);
  const { capability } = step;
  const payload = { workflowId, taskId, stepId: step.id, round: 0 };
  const flow: FlowTask = { taskId, capability, payload, priority: queuePriority(500, 0, 0) };
  await queue.addFlow([flow]);
  const types = async () => {
    const events = await bench.events();
    return events.filter((event) => event.workflowId === workflowId).map(({ type }) => type);
  };
  return {
    workflowId,
    status: () => queue.readStatus(flow),
    types,
    [Symbol.asyncDispose]: () => queue.close(),
  };
}

function stepOf(type: NonNullable<WorkflowHead['task']>['type']): PlannedStep {
  const [handler, capability] =
    type === 'quality_gate' ? (['quality-gate', 'build'] as const) : (['git-operation', 'git'] as const);
  return buildStep({ id: handler, handler, phase: 'EXECUTE', capability, opens: false, closes: null });
}

const BUILD = { type: 'quality_gate', payload: { project: 'demo', gate: 'build', branch: 'main' } } as const;

async function untilWorkspacesAreGone(ground: Ground): Promise<void> {
  const workspaces = join(ground.folder, 'home', 'workspaces');
  await eventually('its workspace is gone', async () => (await readdir(workspaces)).length === 0);
}

describe('a task on its own, in a worker process', () => {
  it('is done, with its end told, and leaves no workspace', async () => {
    await using ground = await openGround(['true']);
    await using worker = ground.start();
    await worker.port();
    await using lone = await submit(ground, BUILD);
    await eventually('it is done', async () => (await lone.status()) === 'completed');
    const types = await lone.types();
    expect(types.slice(-3)).to.deep.equal([
      'TASK.COMPLETED.SUCCESS',
      'SESSION.ENDED.SUCCESS',
      'WORKFLOW.COMPLETED.SUCCESS',
    ]);
    expect(types).to.include.members([
      'TASK.DEQUEUED.SUCCESS',
      'GATE.RAN.SUCCESS',
      'ARTIFACT.WRITTEN.SUCCESS',
    ]);
    await untilWorkspacesAreGone(ground);
  });

  it('asks a person when its gate is red, and leaves no workspace', async () => {
    await using ground = await openGround(['false']);
    await using worker = ground.start();
    await worker.port();
    await using lone = await submit(ground, BUILD);
    await eventually('it has failed', async () => (await lone.status()) === 'failed');
    const types = await lone.types();
    expect(types.slice(-2)).to.deep.equal(['TASK.FAILED.PERMANENT', 'ESCALATION.TRIGGERED.SUCCESS']);
    expect(types).to.include('GATE.RAN.FAILED');
    await untilWorkspacesAreGone(ground);
  });

  it('is broken off when it is cancelled, tells no end of its own, and leaves no workspace', async () => {
    await using ground = await openGround(['sleep', '30']);
    await using worker = ground.start();
    await worker.port();
    await using lone = await submit(ground, BUILD);
    const isRunning = async () => (await lone.types()).includes('TASK.PROGRESS.UPDATED');
    await eventually('it runs', isRunning);
    expect(await ground.bench.hashes.cancel(lone.workflowId, [])).to.equal('cancelled');
    await eventually('it is broken off', async () => (await lone.status()) === 'failed');
    expect(await lone.types()).to.not.include('TASK.COMPLETED.SUCCESS');
    await untilWorkspacesAreGone(ground);
  });

  it('makes a branch at the platform, once', async () => {
    await using ground = await openGround();
    await using worker = ground.start();
    await worker.port();
    const { repository } = ground.bench.head.project;
    const { stdout } = await run('git', ['-C', repository, 'rev-parse', 'main']);
    const payload = {
      project: 'demo',
      operation: 'create-branch',
      branch: 'a/b',
      commit: stdout.trim(),
    } as const;
    await using lone = await submit(ground, { type: 'git_operation', payload });
    await eventually('it is done', async () => (await lone.status()) === 'completed');
    const made = await run('git', ['-C', repository, 'rev-parse', 'a/b']);
    expect(made.stdout).to.equal(stdout);
    expect((await lone.types()).at(-1)).to.equal('WORKFLOW.COMPLETED.SUCCESS');
  });
});
