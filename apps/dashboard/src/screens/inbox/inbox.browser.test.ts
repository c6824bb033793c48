import { expect } from 'chai';
import { openTab, type Tab } from '../../testing/browser.ts';
import { useBrowser } from '../../testing/browser-tests.ts';
import { approvalOf } from '../../testing/fake-approvals.ts';
import { type FakeTamma, startFakeTamma } from '../../testing/fake-tamma.ts';
import { populate } from '../../testing/scene.ts';
import type { Story } from '../../testing/story.ts';

const card = ({ page }: Tab, title: string) => page.getByRole('article').filter({ hasText: title });
const lastEvent = (fake: FakeTamma, { id }: Story) => fake.log.recorded(id).at(-1)?.event;

describe('what needs a person', () => {
  useBrowser();

  it('is answered, with words', async () => {
    await using fake = await startFakeTamma();
    const { question } = populate(fake);
    await using tab = await openTab(`${fake.url}/#/inbox`);
    const asked = card(tab, 'count words');
    await asked.getByText('one word or two?').waitFor();
    await asked.getByRole('button', { name: 'Answer' }).click();
    await asked.getByText('Write the answer first.').waitFor();
    await tab.shot('inbox-answer-missing');
    await asked.getByLabel('Your answer').fill('One word.');
    await asked.getByRole('button', { name: 'Answer' }).click();
    await tab.page.getByText('question answered by local').waitFor();
    await asked.waitFor({ state: 'detached' });
    expect(lastEvent(fake, question)).to.deep.include({
      type: 'QUESTION.ANSWERED.SUCCESS',
      actor: { kind: 'human', id: 'local' },
    });
    expect(lastEvent(fake, question)?.data.answer).to.equal('One word.');
    await tab.shot('inbox-answered');
    expect(tab.complaints).to.deep.equal([]);
  });

  it('is approved, with its plan before one’s eyes', async () => {
    await using fake = await startFakeTamma();
    const { plan } = populate(fake);
    await using tab = await openTab(`${fake.url}/#/inbox`);
    const asked = card(tab, 'Title case');
    await asked.getByText('Normalize to NFKD').waitFor();
    await asked.getByText('medium risk').first().waitFor();
    await asked.getByLabel('Comment').fill('looks right');
    await asked.getByRole('button', { name: 'Approve' }).click();
    await tab.page.getByText('plan approved by local').waitFor();
    expect(lastEvent(fake, plan)?.data).to.deep.include({
      decision: 'approve',
      why: 'looks right',
      subject: 'f00d',
    });
    await tab.page.getByRole('link', { name: 'Needs you 3 decisions' }).waitFor();
  });

  it('is sent back to planning, not without words', async () => {
    await using fake = await startFakeTamma();
    const { plan } = populate(fake);
    await using tab = await openTab(`${fake.url}/#/inbox`);
    const asked = card(tab, 'Title case');
    await asked.getByRole('button', { name: 'Send back' }).click();
    await asked.getByText('Write what is to be different.').waitFor();
    expect(await asked.getByLabel('Comment').evaluate((field) => field === document.activeElement)).to.equal(
      true,
    );
    await asked.getByLabel('Comment').fill('Keep the dashes.');
    await asked.getByRole('button', { name: 'Send back' }).click();
    await tab.page.getByText('plan sent back by local').waitFor();
    expect(lastEvent(fake, plan)?.data).to.deep.include({ decision: 'edit', why: 'Keep the dashes.' });
  });

  it('is rejected, after one was asked whether one means it', async () => {
    await using fake = await startFakeTamma();
    const { merge } = populate(fake);
    await using tab = await openTab(`${fake.url}/#/inbox`);
    const asked = card(tab, 'truncate cuts');
    await asked.getByText('src/slugify.js').waitFor();
    await asked.getByRole('button', { name: 'Reject' }).click();
    const dialog = tab.page.getByRole('dialog', { name: 'Reject?' });
    await dialog.getByText('The workflow is cancelled and the issue released.').waitFor();
    await tab.shot('inbox-reject');
    expect(await tab.breaches()).to.deep.equal([]);
    await dialog.getByRole('button', { name: 'Keep it open' }).click();
    expect(lastEvent(fake, merge)?.type).to.equal('APPROVAL.REQUESTED.SUCCESS');
    await asked.getByRole('button', { name: 'Reject' }).click();
    await dialog.getByRole('button', { name: 'Reject' }).click();
    await tab.page.getByText('merge rejected by local').waitFor();
    expect(lastEvent(fake, merge)?.data).to.deep.include({ decision: 'reject' });
  });

  it('says who was faster, when a decision comes too late', async () => {
    await using fake = await startFakeTamma();
    const { plan } = populate(fake);
    await using tab = await openTab(`${fake.url}/#/inbox`);
    const asked = card(tab, 'Title case');
    await asked.getByRole('button', { name: 'Approve' }).waitFor();
    decideQuietly(fake, plan);
    await asked.getByRole('button', { name: 'Approve' }).click();
    await asked.getByText('Your decision came too late.').waitFor();
    await asked.getByText('ada decided "reject" at').waitFor();
    await tab.shot('inbox-too-late');
    expect(await tab.breaches()).to.deep.equal([]);
    expect(tab.complaints).to.deep.equal([]);
  });

  it('goes away with a word when somebody else decides', async () => {
    await using fake = await startFakeTamma();
    const { merge } = populate(fake);
    await using tab = await openTab(`${fake.url}/#/inbox`);
    await card(tab, 'truncate cuts').waitFor();
    merge.tell(
      'APPROVAL.PROVIDED.SUCCESS',
      { approvalId: approvalIdOf(fake, merge), kind: 'merge', decision: 'approve', why: '', subject: 'f00d' },
      { step: 'merge-approval', actor: { kind: 'human', id: 'ada' } },
    );
    await tab.page.getByText('merge approved by ada').waitFor();
    await card(tab, 'truncate cuts').waitFor({ state: 'detached' });
    await tab.shot('inbox-gone');
  });

  it('is tried again, or ended, where a step failed for good', async () => {
    await using fake = await startFakeTamma();
    const { escalated } = populate(fake);
    await using tab = await openTab(`${fake.url}/#/inbox`);
    const asked = card(tab, 'Parse dates');
    await asked.getByText('parse("1 May")').waitFor();
    await asked.getByRole('button', { name: 'Try again' }).click();
    await asked.getByText('Write why; it is kept with the decision.').waitFor();
    await asked.getByLabel('Why').fill('mended by hand');
    await asked.getByRole('button', { name: 'Try again' }).click();
    await tab.page.getByText('escalation tried again by local').waitFor();
    expect(lastEvent(fake, escalated)?.data).to.deep.equal({ decision: 'retry', why: 'mended by hand' });
  });

  it('concerns more people when nobody answers, and is overridden by who may', async () => {
    await using fake = await startFakeTamma();
    const { escalated } = populate(fake);
    await using tab = await openTab(`${fake.url}/#/inbox`);
    const asked = card(tab, 'Parse dates');
    await asked.getByText('level 2, on-call').waitFor();
    escalated.tell('ESCALATION.RAISED.SUCCESS', { level: 3, why: 'nobody answered' }, { step: 'test-gate' });
    await asked.getByText('level 3, lead').waitFor();
    await asked.getByRole('button', { name: 'Override' }).click();
    await asked.getByText('Write why; it is kept with the decision.').waitFor();
    await asked.getByLabel('Why').fill('the tests are wrong');
    await asked.getByRole('button', { name: 'Override' }).click();
    const dialog = tab.page.getByRole('dialog', { name: 'Override?' });
    await dialog.getByText('shown as overridden for this very commit, never as passed').waitFor();
    await dialog.getByRole('button', { name: 'Override' }).click();
    await tab.page.getByText('escalation overridden by local').waitFor();
    expect(fake.log.recorded(escalated.id).map(({ event }) => event.type)).to.include.members([
      'TASK.OVERRIDE.ORDERED',
      'ESCALATION.RESOLVED.SUCCESS',
    ]);
  });

  it('is a merge that is sent back, and what follows is said before', async () => {
    await using fake = await startFakeTamma();
    const { merge } = populate(fake);
    await using tab = await openTab(`${fake.url}/#/inbox`);
    const asked = card(tab, 'truncate cuts');
    await asked.getByText('The change is made anew with your comment').waitFor();
    await asked.getByLabel('Comment').fill('Keep the old name.');
    await asked.getByRole('button', { name: 'Send back' }).click();
    await tab.page.getByText('merge sent back by local').waitFor();
    expect(lastEvent(fake, merge)?.data).to.deep.include({ kind: 'merge', decision: 'edit' });
  });

  it('is nothing, and says so', async () => {
    await using fake = await startFakeTamma();
    await using tab = await openTab(`${fake.url}/#/inbox`);
    await tab.page.getByText('Nothing waits for you.').waitFor();
    await tab.shot('inbox-empty');
  });
});

function approvalIdOf(fake: FakeTamma, { id }: Story): string {
  const state = fake.log.states().find((one) => one.id === id);
  return state?.approval?.id ?? '';
}

/** Somebody decided, and nobody was told yet. */
function decideQuietly(fake: FakeTamma, { id }: Story): void {
  const state = fake.log.states().find((one) => one.id === id);
  const approval = state === undefined ? null : approvalOf(state);
  if (approval === null) throw new Error(`${id} waits for nobody`);
  fake.decisions.set(approval.id, { approval, decision: 'reject', comment: '', by: 'ada', at: '12:00' });
}
