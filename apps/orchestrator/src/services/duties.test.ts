import { createWorkerRegistry } from '@tamma/coordination/redis';
import { buildEvent } from '@tamma/domain/testing';
import { openStore } from '@tamma/store/postgres';
import { createLogger, createMetrics } from '@tamma/telemetry';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { startCrew } from '../testing/crew.ts';
import { type Desk, issueNumber, LIMITS, openDesk, plan, rejectionOf } from '../testing/desk.ts';
import { wipeRedis } from '../testing/keeper.ts';
import { askPerson } from '../testing/people.ts';
import { startProxy } from '../testing/proxy.ts';
import { pauseQueues } from '../use-cases/queue-control.ts';
import { submitWorkflow } from '../use-cases/submit-workflow.ts';
import { createCensus } from './census.ts';
import { createDuties } from './duties.ts';
import type { DutiesOptions } from './duties-options.ts';

const ID = 'demo-1.r1';

function dutiesOf(desk: Desk, overrides: Partial<DutiesOptions> = {}) {
  const lines: string[] = [];
  const lost: number[] = [];
  const logger = createLogger({
    name: 'test',
    level: 'debug',
    destination: { write: (line) => void lines.push(line) },
  });
  const metrics = createMetrics();
  const duties = createDuties({
    ...desk,
    ...LIMITS,
    projects: [{ project: desk.project, plan, platform: desk.platform }],
    registry: createWorkerRegistry(desk),
    census: createCensus(),
    maxConcurrent: 1,
    offlineAfterMs: 30_000,
    queueLimits: {},
    pollIntervalMs: 60_000,
    reconcileIntervalMs: 60_000,
    batchSize: 500,
    flushIntervalMs: 5,
    holdBack: async () => null,
    now: Date.now,
    logger,
    metrics,
    requireLead: async () => {},
    onTermLost: (term) => void lost.push(term),
    onRepaired: () => {},
    ...overrides,
  });
  return { duties, lines, lost, metrics };
}

async function leadWith(desk: Desk): Promise<number> {
  const term = await desk.store.lease.acquire('test', 600_000);
  if (term === null) throw new Error('somebody else leads');
  return term;
}

function statusOf(desk: Desk, id: string) {
  return async () => (await desk.store.reader.getWorkflow(id))?.status;
}

describe('duties of the leader', () => {
  it('claim, start, record and retire, and give the slot to the next one without waiting for a poll', async () => {
    await using desk = await openDesk();
    desk.platform.addIssue(issueNumber(1, { labels: ['tamma', 'priority: high'] }));
    desk.platform.addIssue(issueNumber(2));
    const { duties, lines, metrics } = dutiesOf(desk);
    await duties.start(await leadWith(desk));
    await eventually('the first runs', async () => (await statusOf(desk, ID)()) === 'running');
    expect(await statusOf(desk, 'demo-2.r1')()).to.not.equal('running');
    const end = buildEvent('WORKFLOW.COMPLETED.SUCCESS', { result: 'merged' }, { workflowId: ID });
    await desk.eventLog.append([end]);
    await eventually('the second runs', async () => (await statusOf(desk, 'demo-2.r1')()) === 'running');
    expect(await desk.redis.exists(desk.keys.workflow(ID))).to.equal(0);
    await duties.stop();
    expect(lines.filter((line) => line.includes('"msg":"workflow completed"'))).to.have.length(1);
    expect(await metrics.render()).to.match(/tamma_workflows_ended_total\{status="completed"\} 1\n/);
  });

  it('start what a person submits without waiting for a poll', async () => {
    await using desk = await openDesk();
    const { duties } = dutiesOf(desk);
    await duties.start(await leadWith(desk));
    await eventually('it has looked', () => duties.intake.views()[0]?.intake.passes === 1);
    desk.platform.addIssue(issueNumber(1, { labels: [] }));
    const deps = {
      ...desk,
      claims: desk.store.claims,
      projects: [{ project: desk.project, plan, platform: desk.platform }],
      ...LIMITS,
      holdBack: async () => null,
      now: Date.now,
    };
    const submitted = { by: 'ann', startedBy: 'ann' };
    await submitWorkflow(deps, { project: 'demo', issue: 1, rules: 'overridden', submitted });
    await eventually('it runs', async () => (await statusOf(desk, ID)()) === 'running');
    await duties.stop();
  });

  it('wake what a person decided and nobody woke', async () => {
    await using desk = await openDesk();
    const { taskId, workflowId } = await askPerson(desk, 1, 'plan');
    const about = { workflowId, taskId, stepId: 'first' };
    const data = { kind: 'plan', decision: 'approve', why: '', subject: 'f00d' } as const;
    const approvalId = `${taskId}.a1`;
    await desk.eventLog.append([buildEvent('APPROVAL.PROVIDED.SUCCESS', { ...data, approvalId }, about)]);
    const { duties } = dutiesOf(desk);
    await duties.start((await desk.store.lease.acquire('test', 600_000)) ?? 0);
    const status = () => desk.queue.readStatus({ taskId, capability: 'git' });
    await eventually('it is woken', async () => (await status()) === 'pending');
    await duties.stop();
  });

  it('put back what Redis has lost within seconds, and let no pause go', async () => {
    await using desk = await openDesk();
    desk.platform.addIssue(issueNumber(1));
    const { duties } = dutiesOf(desk);
    await duties.start(await leadWith(desk));
    await eventually('it runs', async () => (await statusOf(desk, ID)()) === 'running');
    await pauseQueues({ ...desk, now: Date.now }, { queue: 'test', reason: 'a release', by: 'ann' });
    const isRecorded = async () =>
      (await desk.store.reader.listEvents({ types: ['QUEUE.PAUSED.SUCCESS'], limit: 1 })).length === 1;
    await eventually('the pause is on record', isRecorded);
    await wipeRedis(desk);
    {
      await using _ = await startCrew(desk);
      await eventually('it ends', async () => (await statusOf(desk, ID)()) === 'completed');
    }
    expect([...(await desk.queue.paused())]).to.deep.equal(['test']);
    await duties.stop();
  });

  it('do nothing more once they are stopped, and begin again where they were', async () => {
    await using desk = await openDesk();
    const { duties } = dutiesOf(desk);
    const term = await leadWith(desk);
    await duties.start(term);
    await duties.stop();
    desk.platform.addIssue(issueNumber(1));
    await desk.eventLog.append([buildEvent('TASK.INTERRUPTED.SUCCESS', { why: 'x' }, { id: 'kept' })]);
    const consumer = await desk.eventLog.consumer('recorder');
    expect(await consumer.lag()).to.equal(1);
    expect(await desk.store.claims.listOpen('demo')).to.have.length(0);
    await duties.start(term);
    await eventually('all is on record', async () => (await consumer.lag()) === 0);
    await eventually(
      'the issue is taken',
      async () => (await desk.store.claims.countStarted()).get('demo') === 1,
    );
    await duties.stop();
    await duties.stop();
  });

  it('tell of a term that is over, by its number', async () => {
    await using desk = await openDesk();
    const { duties, lost } = dutiesOf(desk);
    await duties.start(7);
    await desk.eventLog.append([buildEvent('TASK.INTERRUPTED.SUCCESS', { why: 'x' })]);
    await eventually('the recorder is refused', () => lost.length > 0);
    expect(lost[0]).to.equal(7);
    await duties.stop();
    expect(await desk.store.reader.listEvents({ limit: 10 })).to.have.length(0);
  });

  it('do not begin when they were stopped meanwhile', async () => {
    await using desk = await openDesk();
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const consumer: typeof desk.eventLog.consumer = async (name) => {
      asked.resolve();
      await answer.promise;
      return desk.eventLog.consumer(name);
    };
    const { duties, lines } = dutiesOf(desk, { eventLog: { ...desk.eventLog, consumer } });
    const starting = rejectionOf(duties.start(1));
    await asked.promise;
    await duties.stop();
    answer.resolve();
    expect(await starting).to.include({ code: 'TERM_LOST' });
    expect(lines.join('')).to.not.contain('"msg":"leads"');
  });

  it('neither flood the log nor lose anything while PostgreSQL is away', async () => {
    await using desk = await openDesk();
    await using proxy = await startProxy(desk.databaseUrl);
    const far = await openStore({ url: proxy.url, poolMax: 4 });
    const { duties, lines } = dutiesOf(desk, { store: far });
    await duties.start(await leadWith(desk));
    proxy.set('cut');
    await desk.eventLog.append([buildEvent('TASK.INTERRUPTED.SUCCESS', { why: 'x' }, { id: 'kept' })]);
    const complaints = () => lines.filter((line) => line.includes('"service":"recorder"'));
    await eventually('it complains', () => complaints().length > 0);
    const beganAt = performance.now();
    await eventually('a second is over', () => performance.now() - beganAt > 1000);
    expect(complaints()).to.have.length.below(11);
    proxy.set('open');
    await eventually('it is on record', async () => {
      const events = await desk.store.reader.listEvents({ limit: 100 });
      return events.some(({ event }) => event.id === 'kept');
    });
    await duties.stop();
    await far.close();
  });
});
