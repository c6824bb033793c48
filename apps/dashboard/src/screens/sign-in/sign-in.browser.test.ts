import { expect } from 'chai';
import { workflowAddress } from '../../app/route.ts';
import { openTab, type Tab } from '../../testing/browser.ts';
import { useBrowser } from '../../testing/browser-tests.ts';
import { type FakeTamma, startFakeTamma } from '../../testing/fake-tamma.ts';
import { populate } from '../../testing/scene.ts';

const TOKENS = {
  'token-of-ada': { name: 'ada', roles: ['viewer', 'operator', 'approver'] },
  'token-of-vic': { name: 'vic', roles: ['viewer'] },
} as const;

async function signIn({ page }: Tab, token: string): Promise<void> {
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

function withTokens(fake: FakeTamma): void {
  fake.people.give({
    'token-of-ada': { name: 'ada', roles: [...TOKENS['token-of-ada'].roles] },
    'token-of-vic': { name: 'vic', roles: [...TOKENS['token-of-vic'].roles] },
  });
}

describe('signing in', () => {
  useBrowser();

  it('lets in who has a token, and out again', async () => {
    await using fake = await startFakeTamma();
    populate(fake);
    withTokens(fake);
    await using tab = await openTab(fake.url);
    const { page } = tab;
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await tab.shot('sign-in');
    expect(await tab.breaches()).to.deep.equal([]);
    await signIn(tab, 'guess');
    await page.getByText('This token is not known here.').waitFor();
    await tab.shot('sign-in-refused');
    await signIn(tab, 'token-of-ada');
    await page.getByRole('heading', { name: 'Workflows' }).waitFor();
    await page.getByText('live', { exact: true }).waitFor();
    await page.getByText('ada', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You have signed out.').waitFor();
    await tab.shot('sign-in-signed-out');
    expect(tab.complaints).to.deep.equal([]);
  });

  it('asks again when the session ends, and goes on at the same place', async () => {
    await using fake = await startFakeTamma();
    const { plan } = populate(fake);
    withTokens(fake);
    await using tab = await openTab(`${fake.url}/#/inbox`);
    await signIn(tab, 'token-of-ada');
    await tab.page.getByRole('heading', { name: 'Needs you' }).waitFor();
    await tab.page.getByText('live', { exact: true }).waitFor();
    fake.people.give({ 'token-of-bob': { name: 'bob', roles: ['viewer', 'operator', 'approver'] } });
    plan.tell('WORKFLOW.CANCELLED.SUCCESS', { why: 'the issue is closed' });
    await tab.page.getByText('Your session has ended.').waitFor();
    await signIn(tab, 'token-of-bob');
    await tab.page.getByRole('heading', { name: 'Needs you' }).waitFor();
    await tab.page.getByText('live', { exact: true }).waitFor();
  });

  it('shows who may only look what is there, and why they may do nothing', async () => {
    await using fake = await startFakeTamma();
    const { escalated } = populate(fake);
    withTokens(fake);
    await using tab = await openTab(`${fake.url}/#/inbox`);
    const { page } = tab;
    await signIn(tab, 'token-of-vic');
    await page.getByText('This needs the role approver; vic is viewer.').first().waitFor();
    for (const name of ['Approve', 'Reject', 'Send back', 'Answer', 'Try again', 'Cancel workflow']) {
      for (const button of await page.getByRole('button', { name, exact: true }).all()) {
        expect(await button.isDisabled(), name).to.equal(true);
      }
    }
    await tab.shot('inbox-viewer');
    expect(await tab.breaches()).to.deep.equal([]);
    await page.goto(`${fake.url}/${workflowAddress(escalated.id)}`);
    expect(await page.getByRole('button', { name: 'Cancel …' }).isDisabled()).to.equal(true);
    await page.getByText('This needs the role operator; vic is viewer.').first().waitFor();
    await tab.shot('workflow-viewer');
  });
});
