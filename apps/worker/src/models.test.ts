import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAnthropicProvider } from '@tamma/ai-provider/anthropic';
import { aiSchema, redisKeysOf } from '@tamma/contracts';
import { buildProject, buildStep } from '@tamma/contracts/testing';
import { createBudgets } from '@tamma/coordination/redis';
import { dayOf, done, queuePriority, taskIdOf } from '@tamma/domain';
import type { FlowTask } from '@tamma/queue';
import { createBullmqQueue } from '@tamma/queue/bullmq';
import { eventually, testServers } from '@tamma/testing';
import { expect } from 'chai';
import { openBench } from './executor/testing/bench.ts';
import { askOf, fakeAgents } from './executor/testing/fake-agents.ts';
import { fakeStep } from './executor/testing/fake-step.ts';
import { type Ground, openGround } from './testing/ground.ts';
import { type ModelServer, startModelServer } from './testing/model-server.ts';

const ID = 'demo-1.r2';
const STEP = 'clarification';
const KEY = 'sk-ant-a-key-of-this-test';
const PASSWORD = 'tr0ub4dor-and-3';
const ANSWER = { ambiguity: 5, goal: 'It works.', acceptance: ['it works'], questions: [], assumptions: [] };
/** 1,000 tokens counted, two of a hundred more for safety, at $2.50; and 16,384 tokens of answer at $10 a million. */
const RESERVED_MICRO = Math.ceil(1020 * 2.5) + 16_384 * 10;
/** 700 tokens at $2, 300 written to the cache at $2.50, 90 of answer at $10 a million. */
const COST_MICRO = 1400 + 750 + 900;

interface Asking extends AsyncDisposable {
  status(): Promise<string | null>;
}

/** Queues a step that asks Claude about an issue with a password in it. */
async function ask(ground: Ground, server: ModelServer): Promise<Asking> {
  const { bench, folder } = ground;
  const body = `The password of the server is ${PASSWORD}.`;
  await writeFile(join(folder, 'issues', '001-a.md'), `---\ntitle: A\nstate: open\n---\n\n${body}\n`);
  const ai = aiSchema.parse({ provider: 'anthropic', baseUrl: server.url });
  const steps = [
    buildStep({ id: 'issue-intake', handler: 'issue-intake' }),
    buildStep({ id: STEP, handler: STEP, capability: 'ai', index: 1, opens: false }),
  ];
  const issue = { ...bench.head.issue, body };
  const template = { name: 'asking', hash: 'hash', steps };
  const project = { ...bench.head.project, ai };
  await bench.hashes.open({ ...bench.head, workflowId: ID, issue, project, template }, []);
  await settleIntake(ground, issue);
  const queue = await createBullmqQueue({
    redisUrl: testServers().redisUrl,
    prefix: bench.prefix,
    workerName: 'test',
    lockDurationMs: 1000,
    stalledIntervalMs: 500,
    onError: () => {},
  });
  const taskId = taskIdOf(ID, STEP);
  const payload = { workflowId: ID, taskId, stepId: STEP, round: 0 };
  const flow: FlowTask = { taskId, capability: 'ai', payload, priority: queuePriority(500, 1, 0) };
  await queue.addFlow([flow]);
  return { status: () => queue.readStatus(flow), [Symbol.asyncDispose]: () => queue.close() };
}

async function settleIntake({ bench }: Ground, issue: object): Promise<void> {
  const fence = { workflowId: ID, taskId: taskIdOf(ID, 'issue-intake'), attempt: 1 };
  await bench.hashes.begin(fence, []);
  await bench.hashes.commit({
    fence,
    outcome: { kind: 'done', result: { issue } },
    ...{ wait: null, round: null, unlessDecided: null },
    ...{ activeMs: 0, isExcused: false, isHeld: false, gates: [], artifacts: new Map(), events: [] },
  });
}

describe('a model that does not stop', () => {
  it('is cut off in mid-stream when the budget of its step is spent', async () => {
    await using server = await startModelServer();
    const talk = server.talkOn();
    const price = { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 };
    const about = { apiKey: KEY, baseUrl: server.url, model: 'claude-sonnet-5-5', effort: 'off' } as const;
    const provider = createAnthropicProvider({ ...about, price });
    const intake = fakeStep('issue-intake', async ({ agents, signal }) => {
      const [agent] = await agents();
      await agent?.provider.respond(askOf(), { signal });
      return done({ answer: 1 });
    });
    const project = buildProject({ budgets: { step: 0.03, workflow: null, day: null } });
    const deps = { agentOf: fakeAgents({ scripted: provider }) };
    await using bench = await openBench({ steps: [intake], head: { project }, deps });
    expect((await bench.run('issue-intake')).kind).to.equal('stop');
    await eventually('its stream is closed', talk.isCutOff);
    const state = await bench.deps.budgets.read({ level: 'step', id: 'demo-1.r1.issue-intake' });
    expect(state).to.include({ limitMicroUsd: 30_000, reservedMicroUsd: 0 });
    // Not more than what came in while Redis was asked.
    expect(state?.spentMicroUsd).to.be.within(30_000, 60_000);
    const told = (await bench.events()).flatMap((event) =>
      event.type === 'AI.RESPONSE.RECEIVED' ? [Math.round(event.data.usage.costUsd * 1_000_000)] : [],
    );
    expect(told).to.deep.equal([state?.spentMicroUsd]);
    expect(await bench.types()).to.include('BUDGET.EXHAUSTED.SUCCESS');
  });
});

describe('a worker process that asks a model', () => {
  it('leaves what it reserved counted when it is killed in the middle of a call; another one goes on', async () => {
    await using ground = await openGround();
    await using server = await startModelServer();
    await using asking = await ask(ground, server);
    const { redis, prefix } = ground.bench;
    const budgets = createBudgets({ redis, keys: redisKeysOf(prefix) });
    const stateOf = () => budgets.read({ level: 'workflow', id: ID });
    const record = join(ground.folder, 'recorded');
    const environment = { ANTHROPIC_API_KEY: KEY, DATABASE_URL: `postgres://tamma:${PASSWORD}@db/tamma` };
    await using victim = ground.start(environment);
    await victim.port();
    await eventually('the call is under way', () => server.calls.length === 1);
    expect(await stateOf()).to.include({ spentMicroUsd: 0, reservedMicroUsd: RESERVED_MICRO });
    victim.child.kill('SIGKILL');
    await victim.ended();
    server.finishWith(ANSWER);
    await using heir = ground.start({ ...environment, AI_RECORD: record });
    await eventually('the step is done', async () => (await asking.status()) === 'completed');
    const told = await stateOf();
    expect(told).to.include({ spentMicroUsd: COST_MICRO, reservedMicroUsd: RESERVED_MICRO });
    const day = await budgets.read({ level: 'all', id: dayOf(Date.now()) });
    expect(day).to.include({ spentMicroUsd: COST_MICRO, limitMicroUsd: 200_000_000 });

    const events = (await ground.bench.events()).filter((event) => event.workflowId === ID);
    const costs = events.flatMap((event) =>
      event.type === 'AI.RESPONSE.RECEIVED' ? [event.data.usage.costUsd] : [],
    );
    expect(costs).to.deep.equal([COST_MICRO / 1_000_000]);
    expect(events.filter((event) => event.type === 'AI.AGENT.ENDED')).to.have.lengthOf(1);

    expect(await readdir(record, { recursive: true })).to.include(join('demo', '001.yaml'));
    for (const call of server.calls) expect(call).to.contain('[secret removed]').and.not.contain(PASSWORD);
    const everything = [victim.output(), heir.output(), JSON.stringify(events)].join('\n');
    expect(everything).to.not.contain(KEY).and.not.contain(PASSWORD);
  });

  it('goes on without a key, and says what to do about it', async () => {
    await using ground = await openGround();
    await using server = await startModelServer();
    await using asking = await ask(ground, server);
    await using worker = ground.start();
    await eventually('the step stopped', async () => (await asking.status()) === 'failed');
    const failed = (await ground.bench.events()).find((event) => event.type === 'TASK.FAILED.PERMANENT');
    const error = failed?.type === 'TASK.FAILED.PERMANENT' ? failed.data.error : null;
    expect(error).to.include({ code: 'AI_KEY_MISSING', class: 'authentication' });
    expect(error?.remedy).to.contain('ANTHROPIC_API_KEY');
    expect(server.calls).to.deep.equal([]);
    expect(worker.child.exitCode).to.equal(null);
  });
});
