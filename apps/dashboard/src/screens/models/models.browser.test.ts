import { expect } from 'chai';
import { openTab, type Tab, wordsOf } from '../../testing/browser.ts';
import { useBrowser } from '../../testing/browser-tests.ts';
import { startFakeTamma } from '../../testing/fake-tamma.ts';
import { populate } from '../../testing/scene.ts';

const raise = ({ page }: Tab, name: string) => page.getByRole('button', { name: `Raise ${name} …` });

describe('money for models', () => {
  useBrowser();

  it('is shown by budget with a warning at 80 %, and raised with a reason, for all who look on', async () => {
    await using fake = await startFakeTamma();
    const { merge } = populate(fake);
    await using tab = await openTab(`${fake.url}/#/models`);
    await using other = await openTab(`${fake.url}/#/workflows/${merge.id}/costs`);
    const budget = tab.page.getByRole('listitem').filter({ has: raise(tab, 'textkit, 2026-06-01') });
    await budget.waitFor();
    expect(await wordsOf(budget)).to.contain('$41.00 of $50.00, $1.00 of it held for calls nearly spent');
    const agent = tab.page.getByRole('row').nth(1);
    await agent.waitFor();
    expect(await wordsOf(agent)).to.match(/claude claude-sonnet-5-5 8 of 8 1 12\.5/);
    await raise(tab, merge.id).click();
    const dialog = tab.page.getByRole('dialog', { name: `Raise the budget: ${merge.id}` });
    const submit = dialog.getByRole('button', { name: 'Raise' });
    await dialog.getByLabel('Why').fill('it is worth it');
    await dialog.getByLabel('US dollars more').fill('lots');
    expect(await submit.isDisabled()).to.equal(true);
    await dialog.getByLabel('US dollars more').fill('2.50');
    await tab.shot('budget-raise');
    expect(await tab.breaches()).to.deep.equal([]);
    await submit.click();
    await tab.page.getByText('$9.99 of $12.50').waitFor();
    await dialog.waitFor({ state: 'detached' });
    await other.page.getByText('$9.99 of $12.50').waitFor();
    expect([...tab.complaints, ...other.complaints]).to.deep.equal([]);
  });

  it('is only looked at by who is no operator, who is told why', async () => {
    await using fake = await startFakeTamma();
    populate(fake);
    fake.people.give({ app: { name: 'abe', roles: ['approver'] } });
    await using tab = await openTab(`${fake.url}/#/models`);
    await tab.page.getByLabel('Token').fill('app');
    await tab.page.getByRole('button', { name: 'Sign in' }).click();
    await tab.page.getByText('This needs the role operator; abe is approver.').waitFor();
    expect(await raise(tab, 'textkit, 2026-06-01').isDisabled()).to.equal(true);
  });
});
