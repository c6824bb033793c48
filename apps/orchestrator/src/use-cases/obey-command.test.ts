import type { WorkflowState } from '@tamma/domain';
import { expect } from 'chai';
import { type Desk, LIMITS, openDesk } from '../testing/desk.ts';
import { askPerson, escalate, startFlow } from '../testing/people.ts';
import { findWorkflow } from './find-workflow.ts';
import { obeyCommand } from './obey-command.ts';
import type { Order } from './spoken-order.ts';

const DAY_MS = 86_400_000;
const dayAgo = new Date(Date.now() - DAY_MS).toISOString();
const hourAgo = new Date(Date.now() - DAY_MS / 24).toISOString();

function depsOf(desk: Desk) {
  return { ...desk, ...LIMITS, claims: desk.store.claims, now: Date.now };
}

/** As it would be if it had begun a day ago. */
async function oldState(desk: Desk, workflowId: string): Promise<WorkflowState> {
  const state = await findWorkflow(depsOf(desk), workflowId);
  if (state === null) throw new Error('there is no such workflow');
  return { ...state, createdAt: dayAgo };
}

function spoken(command: Order, at: string) {
  return { number: 1, command, by: 'maria', at, isAgain: false };
}

describe('a command of a person', () => {
  it('counts for nothing that was asked after it was said', async () => {
    await using desk = await openDesk();
    const { workflowId } = await askPerson(desk, 1, 'merge');
    const state = await oldState(desk, workflowId);
    for (const kind of ['approve', 'reject', 'edit'] as const) {
      const obeyed = await obeyCommand(depsOf(desk), state, spoken({ kind, text: 'x' }, hourAgo));
      expect(obeyed, kind).to.deep.equal({
        kind: 'refused',
        why: 'what is asked now was asked after this was said; look at it, and say it again',
      });
    }
    const now = new Date().toISOString();
    const approve: Order = { kind: 'approve', text: '' };
    expect((await obeyCommand(depsOf(desk), state, spoken(approve, now))).kind).to.equal('obeyed');
  });

  it('counts for no workflow that began, and no trouble that came, after it was said', async () => {
    await using desk = await openDesk();
    const { workflowId } = await escalate(desk, 1);
    const state = await oldState(desk, workflowId);
    const retry: Order = { kind: 'retry', text: '' };
    expect(await obeyCommand(depsOf(desk), state, spoken(retry, hourAgo))).to.deep.equal({
      kind: 'refused',
      why: 'it stopped only after this was said; say it again to have it tried again',
    });
    const begunLater = { ...state, createdAt: new Date().toISOString() };
    const cancel: Order = { kind: 'cancel', text: '' };
    expect(await obeyCommand(depsOf(desk), begunLater, spoken(cancel, hourAgo))).to.deep.equal({
      kind: 'refused',
      why: 'this was said before the work began; say it again if it is still meant',
    });
  });

  it('that says what is so already is told so, and what somebody else decided stands', async () => {
    await using desk = await openDesk();
    const { workflowId } = await askPerson(desk, 1, 'plan');
    const state = await oldState(desk, workflowId);
    const now = new Date().toISOString();
    const say = (command: Order, by = 'maria') =>
      obeyCommand(depsOf(desk), state, { ...spoken(command, now), by });
    expect(await say({ kind: 'answer', text: 'x' })).to.deep.equal({
      kind: 'refused',
      why: 'this cannot be said to what is asked; expected approve or reject or edit',
    });
    expect(await say({ kind: 'resume', text: '' })).to.include({ kind: 'obeyed', isNews: false });
    expect((await say({ kind: 'reject', text: 'no' })).kind).to.equal('obeyed');
    expect(await say({ kind: 'reject', text: 'no' })).to.include({ kind: 'obeyed' });
    const late = await say({ kind: 'approve', text: '' }, 'ann');
    expect(late.kind === 'refused' ? late.why : '').to.match(
      /^maria decided "reject" at .+; the first decision stands$/,
    );
  });

  it('has nothing to change where nothing is worked on', async () => {
    await using desk = await openDesk();
    const workflowId = await startFlow(desk, 1);
    const command: Order = { kind: 'approve', text: '' };
    const now = new Date().toISOString();
    expect(await obeyCommand(depsOf(desk), null, spoken(command, now))).to.deep.equal({
      kind: 'refused',
      why: 'nothing works on #1 now',
    });
    const asked = await obeyCommand(depsOf(desk), await oldState(desk, workflowId), spoken(command, now));
    expect(asked.kind === 'refused' ? asked.why : '').to.match(/^nobody is asked anything now: /);
    const ended = { ...(await oldState(desk, workflowId)), status: 'cancelled' } as const;
    expect(await obeyCommand(depsOf(desk), ended, spoken(command, now))).to.deep.equal({
      kind: 'refused',
      why: 'nothing works on #1 any more',
    });
  });
});
