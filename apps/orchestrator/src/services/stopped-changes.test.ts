import type { StepHandler } from '@tamma/contracts';
import type { WorkflowState } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import { countEvents, type Desk, openDesk, plan, recordAll } from '../testing/desk.ts';
import { escalate, failAgain } from '../testing/people.ts';
import { PROJECT } from '../testing/talk.ts';
import { createReviewWatch } from './reviews.ts';

const COMMIT = 'f00d';

/** A workflow whose only open step stopped for good, and its pull request. */
async function stop(desk: Desk) {
  const stopped = await escalate(desk, 1);
  const { workflowId } = stopped;
  const { number } = desk.platform.addPullRequest({ head: 'tamma/1', headCommit: COMMIT, author: 'tamma' });
  const data = { number, url: 'memory://', head: 'tamma/1', base: 'main', commit: COMMIT };
  await desk.eventLog.append([buildEvent('PR.OPENED.SUCCESS', data, { workflowId })]);
  await recordAll(desk);
  return { ...stopped, number };
}

async function look(desk: Desk, handler: StepHandler): Promise<void> {
  const findOpen = async (id: string) => {
    const claim = await desk.store.claims.findOpen(id);
    if (claim === null) return null;
    const steps = claim.head.template.steps.map((step) => ({ ...step, handler }));
    return { ...claim, head: { ...claim.head, template: { ...claim.head.template, steps } } };
  };
  const watch = createReviewWatch({
    ...desk,
    claims: { ...desk.store.claims, findOpen },
    projects: [{ project: PROJECT, plan, platform: desk.platform }],
    suspendedDeadlineMs: 1000,
    requireLead: async () => {},
    onFailure: (about, error) => void desk.problems.push(`${about}: ${error.message}`),
  });
  await watch.runOnce();
  await recordAll(desk);
}

async function stateOf(desk: Desk, workflowId: string): Promise<WorkflowState> {
  const state = await desk.store.reader.getWorkflow(workflowId);
  if (state === null) throw new Error(`${workflowId} is not on record`);
  return state;
}

function merge(desk: Desk, number: number) {
  return desk.platform.mergePullRequest({ number, headCommit: COMMIT, message: 'By hand', method: 'merge' });
}

describe('a change whose workflow stopped', () => {
  it('that was merged by hand has the step that delivers it look once more, and no more than once', async () => {
    await using desk = await openDesk();
    const { workflowId, taskId, number } = await stop(desk);
    await look(desk, 'pull-request');
    expect((await stateOf(desk, workflowId)).escalation, 'it is open still').not.to.equal(null);
    await merge(desk, number);
    await look(desk, 'pull-request');
    expect(await stateOf(desk, workflowId)).to.deep.include({ status: 'running', escalation: null });
    await look(desk, 'pull-request');
    expect(await countEvents(desk, 'ESCALATION.RESOLVED.SUCCESS')).to.equal(1);
    await failAgain(desk, { workflowId, taskId });
    await look(desk, 'pull-request');
    expect(await stateOf(desk, workflowId)).to.include({ status: 'cancelled' });
    expect(await countEvents(desk, 'ESCALATION.RESOLVED.SUCCESS')).to.equal(1);
    expect(desk.problems).to.deep.equal([]);
  });

  it('that was merged by hand past a step that no retry would help ends as what it is', async () => {
    await using desk = await openDesk();
    const { workflowId, number } = await stop(desk);
    const merged = await merge(desk, number);
    if (merged.kind !== 'merged') throw new Error('it was not merged');
    await look(desk, 'test-gate');
    await look(desk, 'test-gate');
    expect(await stateOf(desk, workflowId)).to.deep.include({
      status: 'cancelled',
      cancelledBecause: `pull request #${number} was merged by hand`,
      mergeCommit: merged.mergeCommit,
    });
    expect(await countEvents(desk, 'PR.MERGED.SUCCESS')).to.equal(1);
  });

  it('that was closed by hand is cancelled', async () => {
    await using desk = await openDesk();
    const { workflowId, number } = await stop(desk);
    await desk.platform.closePullRequest(number);
    await look(desk, 'test-gate');
    expect(await stateOf(desk, workflowId)).to.include({ status: 'cancelled' });
  });
});
