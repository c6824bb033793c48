import { expect } from 'chai';
import { openTab, type Tab, wordsOf } from '../../testing/browser.ts';
import { useBrowser } from '../../testing/browser-tests.ts';
import { startFakeTamma } from '../../testing/fake-tamma.ts';
import { populate } from '../../testing/scene.ts';

const row = ({ page }: Tab, queue: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: queue, exact: true }) });
const button = ({ page }: Tab, name: string) => page.getByRole('button', { name, exact: true });

describe('queues', () => {
  useBrowser();

  it('are paused and resumed one by one, and say who did so and why', async () => {
    await using fake = await startFakeTamma();
    populate(fake);
    await using tab = await openTab(`${fake.url}/#/workers`);
    await row(tab, 'ai').getByText('the model costs too much today').waitFor();
    expect(await wordsOf(row(tab, 'test'))).to.match(
      /^test open waiting 4 active 0 delayed 0 failed 1 Pause test …$/,
    );
    await button(tab, 'Pause test …').click();
    const dialog = tab.page.getByRole('dialog', { name: 'Pause queue test' });
    await dialog.getByLabel('Why').fill('the test host is being rebuilt');
    await tab.shot('queue-pause');
    expect(await tab.breaches()).to.deep.equal([]);
    await dialog.getByRole('button', { name: 'Pause' }).click();
    await row(tab, 'test').getByText('the test host is being rebuilt').waitFor();
    expect(await wordsOf(row(tab, 'test'))).to.contain('paused by local for');
    await button(tab, 'Resume ai …').click();
    await tab.page.getByLabel('Why').fill('a new day');
    await tab.page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
    await button(tab, 'Pause ai …').waitFor();
    expect(fake.world.queues.filter(({ paused }) => paused !== null).map(({ queue }) => queue)).to.deep.equal(
      ['test'],
    );
    expect(tab.complaints).to.deep.equal([]);
  });

  it('are paused and resumed all at once, by keyboard, and elsewhere', async () => {
    await using fake = await startFakeTamma();
    await using tab = await openTab(`${fake.url}/#/workers`);
    await using other = await openTab(`${fake.url}/#/workers`, { width: 360, height: 740, scheme: 'dark' });
    await button(other, 'Pause all …').waitFor();
    await button(tab, 'Pause all …').press('Enter');
    await tab.page.keyboard.press('Tab');
    await tab.page.getByLabel('Why').fill('the building is on fire');
    await tab.page.keyboard.press('Tab');
    await tab.page.keyboard.press('Enter');
    await button(tab, 'Resume all …').waitFor();
    await button(tab, 'Pause all …').waitFor({ state: 'detached' });
    await button(other, 'Resume all …').waitFor();
    expect(await other.page.getByText('the building is on fire').count()).to.equal(fake.world.queues.length);
    await other.shot('queues-all-paused-phone');
    expect(await other.breaches()).to.deep.equal([]);
    await button(other, 'Resume all …').click();
    await other.page.getByLabel('Why').fill('it is out');
    await other.page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
    await button(tab, 'Pause all …').waitFor();
    expect(fake.world.queues.every(({ paused }) => paused === null)).to.equal(true);
  });

  it('are only looked at by who is no operator, who is told why', async () => {
    await using fake = await startFakeTamma();
    populate(fake);
    fake.people.give({ app: { name: 'abe', roles: ['approver'] } });
    await using tab = await openTab(`${fake.url}/#/workers`);
    await tab.page.getByLabel('Token').fill('app');
    await tab.page.getByRole('button', { name: 'Sign in' }).click();
    await tab.page.getByText('This needs the role operator; abe is approver.').waitFor();
    for (const name of ['Pause all …', 'Resume all …', 'Pause git …', 'Resume ai …'])
      expect(await button(tab, name).isDisabled(), name).to.equal(true);
  });
});
