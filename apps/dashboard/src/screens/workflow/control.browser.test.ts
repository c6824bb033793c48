import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { workflowAddress } from '../../app/route.ts';
import { openTab, type Tab } from '../../testing/browser.ts';
import { useBrowser } from '../../testing/browser-tests.ts';
import { type FakeTamma, startFakeTamma } from '../../testing/fake-tamma.ts';
import { populate } from '../../testing/scene.ts';
import type { Story } from '../../testing/story.ts';

const open = (fake: FakeTamma, { id }: Story, look = {}) =>
  openTab(`${fake.url}/${workflowAddress(id)}`, look);
const button = ({ page }: Tab, name: string) => page.getByRole('button', { name });
const lastEvent = (fake: FakeTamma, { id }: Story) => fake.log.recorded(id).at(-1)?.event;
const stateOf = (fake: FakeTamma, { id }: Story) => fake.log.states().find((state) => state.id === id);

/** Opens a dialog, gives the reason, and presses its button. */
async function say({ page }: Tab, asked: { dialog: string; why: string; press: string }): Promise<void> {
  const dialog = page.getByRole('dialog', { name: asked.dialog });
  const press = dialog.getByRole('button', { name: asked.press });
  expect(await press.isDisabled()).to.equal(true);
  await dialog.getByLabel('Why').fill(asked.why);
  await press.click();
}

describe('what a person has a workflow do', () => {
  useBrowser();

  it('is to stand still, and to go on', async () => {
    await using fake = await startFakeTamma();
    const { repairing } = populate(fake);
    await using tab = await open(fake, repairing);
    const status = tab.page.getByRole('status');
    await button(tab, 'Suspend …').click();
    await say(tab, { dialog: 'Suspend: #4', why: 'the release is today', press: 'Suspend' });
    await status.getByText('it stands still: suspended by local: the release is today').waitFor();
    await status.getByText('suspended', { exact: true }).waitFor();
    await tab.page.getByText('Stands still for').waitFor();
    const actions = tab.page.locator('.actions').getByRole('button');
    const offered = JSON.stringify(['Resume …', 'Priority …', 'Cancel …']);
    await eventually(
      `it offers ${offered}`,
      async () => JSON.stringify(await actions.allInnerTexts()) === offered,
    );
    expect(await tab.breaches()).to.deep.equal([]);
    await tab.shot('control-suspended');
    await button(tab, 'Resume …').click();
    await say(tab, { dialog: 'Resume: #4', why: 'it is out', press: 'Resume' });
    await button(tab, 'Suspend …').waitFor();
    expect(stateOf(fake, repairing)?.suspended).to.equal(null);
    expect(lastEvent(fake, repairing)).to.deep.include({ data: { why: 'it is out' } });
    expect(tab.complaints).to.deep.equal([]);
  });

  it('is shown in the list of workflows as well, while it is watched', async () => {
    await using fake = await startFakeTamma();
    const { waiting } = populate(fake);
    await using tab = await openTab(`${fake.url}/#/`);
    const row = tab.page.getByRole('listitem').filter({ hasText: 'kebab case' });
    await row.getByText('waits for a free slot for').waitFor();
    const actor = { kind: 'human', id: 'ada' } as const;
    const until = new Date(Date.now() + 1e9).toISOString();
    waiting.tell('WORKFLOW.SUSPENDED.SUCCESS', { why: 'not yet', until }, { actor });
    await row.getByText('stands still for').waitFor();
    await row.getByText('suspended by ada: not yet').waitFor();
    waiting.tell('WORKFLOW.RESUMED.SUCCESS', { why: 'now' }, { actor });
    await row.getByText('waits for a free slot for').waitFor();
  });

  it('says so when nothing changes, because somebody was faster', async () => {
    await using fake = await startFakeTamma();
    const { repairing } = populate(fake);
    await using tab = await open(fake, repairing);
    await button(tab, 'Priority …').click();
    await say(tab, { dialog: 'Set priority: #4', why: 'as it is', press: 'Set priority' });
    await tab.page.getByRole('dialog').getByText('Nothing changed: it was so already.').waitFor();
  });

  it('is not lost while it is written, though the workflow ends meanwhile', async () => {
    await using fake = await startFakeTamma();
    const { question } = populate(fake);
    await using tab = await open(fake, question);
    await button(tab, 'Skip clarification …').click();
    const dialog = tab.page.getByRole('dialog');
    await dialog.getByLabel('Why').fill('it is clear enough');
    question.tell('WORKFLOW.CANCELLED.SUCCESS', { why: 'the issue is closed' });
    await tab.page.getByText('cancelled: the issue is closed').first().waitFor();
    await dialog.getByRole('button', { name: 'Skip the step' }).click();
    await dialog.getByText('Nothing changed: it is cancelled already.').waitFor();
    await tab.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await button(tab, 'Skip clarification …').waitFor({ state: 'detached' });
  });

  it('is to go before others, by a number within its range', async () => {
    await using fake = await startFakeTamma();
    const { waiting } = populate(fake);
    await using tab = await open(fake, waiting);
    await button(tab, 'Priority …').click();
    const dialog = tab.page.getByRole('dialog', { name: 'Set priority: #8' });
    const field = dialog.getByLabel('Priority');
    expect(await field.inputValue()).to.equal('650');
    await dialog.getByLabel('Why').fill('a customer waits');
    for (const rubbish of ['', '-1', '1001', '9999999999', '5.5', '1e2', 'high', '٣']) {
      await field.fill(rubbish);
      expect(await dialog.getByRole('button', { name: 'Set priority' }).isDisabled(), rubbish).to.equal(true);
    }
    await field.fill(' 1000 ');
    await tab.shot('control-priority');
    expect(await tab.breaches()).to.deep.equal([]);
    await field.press('Enter');
    await tab.page.locator('.fact', { hasText: 'Priority' }).getByText('1000').waitFor();
    expect(lastEvent(fake, waiting)?.data).to.deep.equal({ score: 1000, why: 'a customer waits' });
  });

  it('is to do without a step that its template lets go', async () => {
    await using fake = await startFakeTamma();
    const { question } = populate(fake);
    await using tab = await open(fake, question);
    await button(tab, 'Skip clarification …').click();
    await say(tab, { dialog: 'Skip clarification: #5', why: 'it is clear enough', press: 'Skip the step' });
    await tab.page.getByText('skip ordered by local: it is clear enough').waitFor();
    await eventually(
      'it is not offered twice',
      async () => (await button(tab, 'Skip clarification …').count()) === 0,
    );
    expect(await button(tab, 'Skip issue intake …').count()).to.equal(0);
    expect(await button(tab, 'Skip context research …').count()).to.equal(1);
    expect(lastEvent(fake, question)).to.deep.include({ type: 'TASK.SKIP.ORDERED', stepId: 'clarification' });
  });

  it('is to let a gate pass that failed for good, shown as overridden and never as passed', async () => {
    await using fake = await startFakeTamma();
    const { escalated } = populate(fake);
    await using tab = await open(fake, escalated);
    const steps = tab.page.getByRole('region', { name: 'Steps' });
    await button(tab, 'Override test gate …').waitFor();
    expect(await steps.getByRole('button', { name: 'Override' }).count()).to.equal(1);
    await button(tab, 'Override test gate …').press('Enter');
    const dialog = tab.page.getByRole('dialog', { name: 'Override test gate: #9' });
    await dialog.getByText('shown as overridden for this very commit, never as passed').waitFor();
    await tab.shot('control-override');
    expect(await tab.breaches()).to.deep.equal([]);
    await say(tab, { dialog: 'Override test gate: #9', why: 'the tests are wrong', press: 'Override' });
    await steps.getByText('override ordered by local: the tests are wrong').waitFor();
    escalated.step('test-gate');
    await steps.getByText('overridden', { exact: true }).waitFor();
    await tab.shot('control-overridden');
    expect(tab.complaints).to.deep.equal([]);
  });

  it('is refused to who lacks the role, with the reason beside it', async () => {
    await using fake = await startFakeTamma();
    const { escalated, repairing } = populate(fake);
    fake.people.give({ op: { name: 'olga', roles: ['operator'] }, view: { name: 'vic', roles: ['viewer'] } });
    await using tab = await open(fake, escalated);
    await signIn(tab, 'op');
    const override = button(tab, 'Override test gate …');
    expect(await override.isDisabled()).to.equal(true);
    await tab.page
      .getByRole('region', { name: 'Steps' })
      .getByText('This needs the role approver; olga is operator.')
      .waitFor();
    const card = tab.page.getByRole('article');
    await card.getByText('Override: This needs the role approver; olga is operator.').waitFor();
    expect(await card.getByRole('button', { name: 'Try again' }).isEnabled()).to.equal(true);
    expect(await card.getByRole('button', { name: 'Override' }).isDisabled()).to.equal(true);
    await using other = await open(fake, repairing, { width: 360, height: 740, scheme: 'dark' });
    await signIn(other, 'view');
    for (const name of ['Suspend …', 'Priority …', 'Cancel …', 'Skip code review …'])
      expect(await button(other, name).isDisabled(), name).to.equal(true);
    expect(await other.breaches()).to.deep.equal([]);
    await other.shot('control-viewer');
  });

  it('is not all that keeps it: so does what happens around it', async () => {
    await using fake = await startFakeTamma();
    const { waiting } = populate(fake);
    fake.world.blockers.set(waiting.id, [
      {
        what: 'queues',
        why: 'every queue is paused, at last by ada: <b>lunch</b>',
        since: null,
        until: null,
      },
      {
        what: 'circuit local:readIssue',
        why: '5 failures within 60 s',
        since: new Date().toISOString(),
        until: new Date(Date.now() + 300_000).toISOString(),
      },
    ]);
    await using tab = await open(fake, waiting);
    const keepers = tab.page.getByRole('region', { name: 'What keeps it' });
    await keepers.getByText('every queue is paused, at last by ada: <b>lunch</b>').waitFor();
    await keepers.getByText('5 failures within 60 s').waitFor();
    await tab.shot('control-keepers');
    expect(await tab.breaches()).to.deep.equal([]);
    waiting.tell('WORKFLOW.STARTED.SUCCESS', { steps: [] });
    fake.world.blockers.clear();
    await eventually('what kept it before is gone', async () => (await keepers.count()) === 0);
  });
});

async function signIn({ page }: Tab, token: string): Promise<void> {
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1 }).filter({ hasText: '#' }).waitFor();
}
