import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { openTab, type Tab } from './testing/browser.ts';
import { useBrowser } from './testing/browser-tests.ts';
import { startFakeTamma } from './testing/fake-tamma.ts';
import { populate } from './testing/scene.ts';

const ground = ({ page }: Tab) =>
  page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

/** Waits, as the page follows a moment later. */
const expectGround = (tab: Tab, expected: string) =>
  eventually(`the ground is ${expected}`, async () => (await ground(tab)) === expected);
const LIGHT = 'rgb(244, 245, 248)';
const DARK = 'rgb(14, 17, 23)';

describe('colors', () => {
  useBrowser();

  it('follow the machine until one chooses, and the choice is kept', async () => {
    await using fake = await startFakeTamma();
    populate(fake);
    await using tab = await openTab(fake.url, { scheme: 'dark' });
    const { page } = tab;
    await page.getByText('waits for an approval').first().waitFor();
    await expectGround(tab, DARK);
    await page.getByText('light', { exact: true }).click();
    await expectGround(tab, LIGHT);
    await page.reload();
    await page.getByText('waits for an approval').first().waitFor();
    await expectGround(tab, LIGHT);
    expect(await page.getByRole('radio', { name: 'light' }).isChecked()).to.equal(true);
    await page.getByText('system', { exact: true }).click();
    await expectGround(tab, DARK);
    await page.emulateMedia({ colorScheme: 'light' });
    await expectGround(tab, LIGHT);
    await page.getByText('dark', { exact: true }).click();
    await tab.shot('theme-dark-chosen');
    expect(await tab.breaches()).to.deep.equal([]);
  });

  it('nothing moves for those who asked for that', async () => {
    await using fake = await startFakeTamma();
    populate(fake);
    const moving = ({ page }: Tab) => page.evaluate(() => document.getAnimations().length);
    await using calm = await openTab(fake.url, { reducedMotion: 'reduce' });
    await calm.page.getByText('running', { exact: true }).waitFor();
    expect(await moving(calm)).to.equal(0);
    await using lively = await openTab(fake.url, { reducedMotion: 'no-preference' });
    await lively.page.getByText('running', { exact: true }).waitFor();
    await eventually('something moves', async () => (await moving(lively)) > 0);
  });

  it('the menu of a phone holds what has no room beside', async () => {
    await using fake = await startFakeTamma();
    populate(fake);
    await using tab = await openTab(fake.url, { width: 360 });
    const { page } = tab;
    await page.getByText('waits for an approval').first().waitFor();
    expect(await page.getByRole('link', { name: 'Queues (Bull Board)' }).isVisible()).to.equal(false);
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('link', { name: 'Queues (Bull Board)' }).waitFor();
    expect(await page.getByRole('link', { name: 'API' }).getAttribute('href')).to.equal('/api/docs');
    await tab.shot('menu-phone');
    expect(await tab.breaches()).to.deep.equal([]);
  });
});
