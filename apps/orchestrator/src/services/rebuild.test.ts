import { buildEvent } from '@tamma/domain/testing';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { startCrew } from '../testing/crew.ts';
import { type Desk, intakeOf, issueNumber, LIMITS, openDesk } from '../testing/desk.ts';
import { openKeeper, repairsOf, wipeHash, wipeRedis } from '../testing/keeper.ts';
import { startFlow } from '../testing/people.ts';
import { decideApproval } from '../use-cases/decide-approval.ts';
import { listApprovals } from '../use-cases/list-approvals.ts';
import { retryByPerson } from '../use-cases/retry-by-person.ts';

async function stateOf(desk: Desk, workflowId: string) {
  return desk.store.reader.getWorkflow(workflowId);
}

async function hasStatus(desk: Desk, workflowId: string, status: string): Promise<void> {
  const isSo = async () => (await stateOf(desk, workflowId))?.status === status;
  await eventually(`${workflowId} is ${status}`, isSo);
}

function depsOf(desk: Desk) {
  return { ...desk, ...LIMITS, reader: desk.store.reader, claims: desk.store.claims, now: Date.now };
}

/** Ids in the record are unique by its key; this says that nothing else tells a task's end twice. */
async function endsOf(desk: Desk, workflowId: string): Promise<string[]> {
  const chain = await desk.store.reader.readChain(workflowId);
  const ends = chain.filter(({ event }) => event.type === 'TASK.COMPLETED.SUCCESS');
  return ends.map(({ event }) => event.taskId ?? '');
}

describe('rebuilding what Redis has lost', () => {
  it('has every workflow finish, and no step that was on record run again', async () => {
    await using desk = await openDesk();
    await using keeper = await openKeeper(desk);
    const count = 6;
    for (let number = 1; number <= count; number += 1) desk.platform.addIssue(issueNumber(number));
    await intakeOf(desk).runOnce();
    const ids = Array.from({ length: count }, (_, i) => `demo-${i + 1}.r1`);
    {
      // Nobody can do the second step: each comes half way.
      await using crew = await startCrew(desk, { capabilities: ['git'] });
      await eventually('all first steps ran', () => crew.ran.length === count);
    }
    await eventually('it is on record', async () => (await keeper.lag()) === 0);
    const before = await desk.store.reader.recordedTo();
    await wipeRedis(desk);
    await keeper.reconcile();
    expect(keeper.repairs).to.deep.equal(ids.map(() => 'missing'));
    await using crew = await startCrew(desk);
    for (const id of ids) await hasStatus(desk, id, 'completed');
    expect(crew.ran.filter(({ taskId }) => taskId.endsWith('.first'))).to.deep.equal([]);
    for (const id of ids) {
      expect(await endsOf(desk, id)).to.deep.equal([`${id}.first`, `${id}.second`, `${id}.third`]);
      expect(crew.timesRun(`${id}.second`)).to.equal(1);
    }
    expect((await repairsOf(desk)).map(({ workflowId }) => workflowId)).to.have.members(ids);
    const later = await desk.store.reader.listEvents({ since: before, limit: 1000 });
    expect(later.length, 'offsets rise over the loss').to.be.above(3 * count);
    await keeper.reconcile();
    expect(keeper.repairs, 'nothing differs any more').to.have.length(count);
    expect(desk.problems).to.deep.equal([]);
  });

  it('goes on with attempt numbers that nobody had, so that who still runs one is refused', async () => {
    await using desk = await openDesk();
    await using keeper = await openKeeper(desk);
    const workflowId = await startFlow(desk, 1);
    const gone = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    await using zombies = await startCrew(desk, {
      behave: async ({ attempt }) => {
        if (attempt > 1) return { kind: 'done' };
        begun.resolve();
        await gone.promise;
        return { kind: 'done' };
      },
    });
    await begun.promise;
    await eventually('it is on record', async () => (await keeper.lag()) === 0);
    await wipeRedis(desk);
    await keeper.reconcile();
    await hasStatus(desk, workflowId, 'completed');
    gone.resolve();
    const attempts = zombies.ran.filter(({ taskId }) => taskId === `${workflowId}.first`);
    expect(attempts.map(({ attempt }) => attempt)).to.deep.equal([1, 4]);
    expect(await endsOf(desk, workflowId)).to.have.length(3);
  });

  it('asks anew what a person had not decided, and shows only that', async () => {
    await using desk = await openDesk();
    await using keeper = await openKeeper(desk);
    const workflowId = await startFlow(desk, 1);
    await using _ = await startCrew(desk, {
      behave: ({ stepId, begun }) =>
        stepId === 'second' && begun.decisions.length === 0 ? { kind: 'ask' } : { kind: 'done' },
    });
    await hasStatus(desk, workflowId, 'paused');
    const first = (await stateOf(desk, workflowId))?.approval?.id ?? '';
    await wipeRedis(desk);
    await keeper.reconcile();
    const next = async () => {
      const id = (await stateOf(desk, workflowId))?.approval?.id;
      return id !== undefined && id !== first ? id : null;
    };
    const approvalId = await eventually('it is asked again', next);
    const waiting = await listApprovals(depsOf(desk));
    expect(waiting.map(({ id }) => id)).to.deep.equal([approvalId]);
    const word = { decision: 'approve', comment: '', by: 'ann' } as const;
    expect(await decideApproval(depsOf(desk), { ...word, approvalId: first })).to.include({ kind: 'late' });
    expect(await decideApproval(depsOf(desk), { ...word, approvalId })).to.include({ kind: 'decided' });
    await hasStatus(desk, workflowId, 'completed');
  });

  it('keeps what a person decided, and does not ask again', async () => {
    await using desk = await openDesk();
    await using keeper = await openKeeper(desk);
    const workflowId = await startFlow(desk, 1);
    {
      await using _ = await startCrew(desk, { behave: () => ({ kind: 'ask' }) });
      await hasStatus(desk, workflowId, 'paused');
    }
    const approvalId = (await stateOf(desk, workflowId))?.approval?.id ?? '';
    await decideApproval(depsOf(desk), { approvalId, decision: 'approve', comment: '', by: 'ann' });
    await hasStatus(desk, workflowId, 'running');
    await wipeRedis(desk);
    await keeper.reconcile();
    const seen: string[] = [];
    await using _ = await startCrew(desk, {
      behave: ({ begun }) => {
        seen.push(...begun.decisions.map((one) => `${one.approvalId} ${one.decision} ${one.by}`));
        return { kind: 'done' };
      },
    });
    await hasStatus(desk, workflowId, 'completed');
    expect(seen).to.deep.equal([`${approvalId} approve ann`]);
  });

  it('leaves a step that stopped for good to its person', async () => {
    await using desk = await openDesk();
    await using keeper = await openKeeper(desk);
    const workflowId = await startFlow(desk, 1);
    let isMended = false;
    await using crew = await startCrew(desk, {
      behave: () => (isMended ? { kind: 'done' } : { kind: 'stop' }),
    });
    await hasStatus(desk, workflowId, 'paused');
    await wipeRedis(desk);
    await keeper.reconcile();
    const task = { taskId: `${workflowId}.first`, capability: 'git' } as const;
    await eventually('it stops again', async () => (await desk.queue.readStatus(task)) === 'failed');
    expect(crew.timesRun(task.taskId), 'its body did not run').to.equal(1);
    await keeper.reconcile();
    expect(keeper.repairs).to.deep.equal(['missing']);
    isMended = true;
    const word = { workflowId, reason: 'mended', by: 'ann' };
    expect(await retryByPerson(depsOf(desk), word)).to.include({ kind: 'done' });
    await hasStatus(desk, workflowId, 'completed');
  });

  it('goes on in the middle of a round', async () => {
    await using desk = await openDesk();
    await using keeper = await openKeeper(desk);
    const workflowId = await startFlow(desk, 1);
    const asker = `${workflowId}.third`;
    {
      // The repair of the second step is for `ai`, which is held up.
      await using crew = await startCrew(desk, {
        behave: async ({ stepId, taskId, begun }) => {
          if (stepId === 'third' && begun.rounds.length === 0) {
            return { kind: 'send-back', steps: ['first', 'second'] };
          }
          if (taskId === `${workflowId}.first.1`) await desk.queue.pause('ai');
          return { kind: 'done' };
        },
      });
      await eventually('half of the round is done', async () => {
        return (await endsOf(desk, workflowId)).includes(`${workflowId}.first.1`);
      });
      expect(crew.timesRun(asker)).to.equal(1);
    }
    await eventually('it is on record', async () => (await keeper.lag()) === 0);
    await wipeRedis(desk);
    await keeper.reconcile();
    await using crew = await startCrew(desk);
    await hasStatus(desk, workflowId, 'completed');
    expect(crew.ran.map(({ taskId }) => taskId)).to.deep.equal([`${workflowId}.second.1`, asker]);
  });

  it('starts anew what was lost with all that was told of it', async () => {
    await using desk = await openDesk();
    const workflowId = await startFlow(desk, 1);
    await wipeRedis(desk);
    await using keeper = await openKeeper(desk);
    await keeper.reconcile();
    await using _ = await startCrew(desk);
    await hasStatus(desk, workflowId, 'completed');
    expect(keeper.repairs).to.deep.equal(['missing']);
  });

  it('mends also what lost only its hash, while a worker is in the middle of a step', async () => {
    await using desk = await openDesk();
    await using keeper = await openKeeper(desk);
    const workflowId = await startFlow(desk, 1);
    const goOn = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    await using crew = await startCrew(desk, {
      behave: async ({ stepId }) => {
        if (stepId === 'second') begun.resolve();
        if (stepId === 'second') await goOn.promise;
        return { kind: 'done' };
      },
    });
    await begun.promise;
    await eventually('it is on record', async () => (await keeper.lag()) === 0);
    await wipeHash(desk, workflowId);
    await keeper.reconcile();
    goOn.resolve();
    await hasStatus(desk, workflowId, 'completed');
    expect(crew.ran.map(({ taskId }) => taskId)).to.deep.equal(
      ['first', 'second', 'third'].map((step) => `${workflowId}.${step}`),
    );
  });

  it('ends and escalates what was cut off between two facts that belong together', async () => {
    await using desk = await openDesk();
    const ended = await startFlow(desk, 1);
    const stopped = await startFlow(desk, 2);
    const error = { code: 'GATE_FAILED', class: 'gate', message: 'red' } as const;
    const completed = (step: string) => {
      const about = { workflowId: ended, taskId: `${ended}.${step}`, stepId: step, attempt: 1 };
      const id = `${ended}.${step}.end`;
      return [
        buildEvent('TASK.DEQUEUED.SUCCESS', { capability: 'git', workerId: 'w1' }, about),
        buildEvent('TASK.COMPLETED.SUCCESS', { result: null, durationMs: 1 }, { ...about, id }),
      ];
    };
    const about = { workflowId: stopped, taskId: `${stopped}.first`, stepId: 'first', attempt: 1 };
    await desk.eventLog.append([
      ...['first', 'second', 'third'].flatMap(completed),
      buildEvent('TASK.DEQUEUED.SUCCESS', { capability: 'git', workerId: 'w1' }, about),
      buildEvent('TASK.FAILED.PERMANENT', { error, retryCount: 0 }, about),
    ]);
    await using keeper = await openKeeper(desk);
    await eventually('it is on record', async () => (await keeper.lag()) === 0);
    await wipeRedis(desk);
    await keeper.reconcile();
    await hasStatus(desk, stopped, 'paused');
    expect((await stateOf(desk, stopped))?.escalation).to.include({ taskId: about.taskId, level: 2 });
    await using crew = await startCrew(desk);
    await hasStatus(desk, ended, 'completed');
    expect(crew.ran.map(({ taskId }) => taskId)).to.deep.equal([`${ended}.third`]);
  });
});
