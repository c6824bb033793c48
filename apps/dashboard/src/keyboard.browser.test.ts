import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { openTab } from './testing/browser.ts';
import { useBrowser } from './testing/browser-tests.ts';
import { startFakeTamma } from './testing/fake-tamma.ts';
import { populate } from './testing/scene.ts';

/** What has the focus, as a screen reader names it. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '';
  });
}

/** Waits, as the page may move the focus once it has drawn. */
const expectFocus = (page: Page, name: string) =>
  eventually(`${name} has the focus`, async () => (await focused(page)) === name);
const idInFocus = (page: Page) => page.evaluate(() => document.activeElement?.id);

const PRESSES_MAX = 60;

/** Goes on with the Tab key until that has the focus. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses < PRESSES_MAX; presses += 1) {
    await page.keyboard.press('Tab');
    const now = await focused(page);
    if (typeof name === 'string' ? now === name : name.test(now)) return;
    passed.push(now.slice(0, 40));
  }
  throw new Error(`the Tab key does not lead to ${name}, only to: ${passed.join(' | ')}`);
}

describe('without a mouse', () => {
  useBrowser();

  it('one skips to the content, opens a workflow, goes through its tabs, and cancels it', async () => {
    await using fake = await startFakeTamma();
    populate(fake);
    await using tab = await openTab(fake.url);
    const { page } = tab;
    await page.getByText('waits for an approval').first().waitFor();
    await page.keyboard.press('Tab');
    await expectFocus(page, 'Skip to content');
    await tab.shot('keyboard-skip');
    await page.keyboard.press('Enter');
    await eventually('the content has the focus', async () => (await idInFocus(page)) === 'main');
    await tabTo(page, /^#4 Show what/);
    await tab.shot('keyboard-row');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Show what the functions return' }).waitFor();
    await eventually('the focus moves to the new screen', async () => (await idInFocus(page)) === 'main');
    await tabTo(page, 'Live');
    for (const name of ['Artifacts', 'Changes', 'Timeline', 'Costs', 'Live', 'Costs'] as const) {
      await page.keyboard.press(name === 'Costs' && (await focused(page)) === 'Live' ? 'End' : 'ArrowRight');
      await expectFocus(page, name);
      await page.getByRole('tab', { name, selected: true }).waitFor();
    }
    await page.keyboard.press('Home');
    await expectFocus(page, 'Live');

    await page.getByRole('button', { name: 'Cancel …' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    for (let presses = 0; presses < 8; presses += 1) {
      await page.keyboard.press('Tab');
      const isOutside = await page.evaluate(
        () => document.activeElement !== document.body && document.activeElement?.closest('dialog') === null,
      );
      expect(isOutside, await focused(page)).to.equal(false);
    }
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expectFocus(page, 'Cancel …');
    await page.keyboard.press('Enter');
    await page.getByLabel('Why').focus();
    await page.keyboard.type('not needed');
    await tabTo(page, 'Cancel workflow');
    await page.keyboard.press('Enter');
    await page.getByText('cancelled: not needed').first().waitFor();
  });

  it('one answers, approves and rejects', async () => {
    await using fake = await startFakeTamma();
    populate(fake);
    await using tab = await openTab(fake.url);
    const { page } = tab;
    await page.getByRole('link', { name: 'Needs you 4 decisions' }).waitFor();
    await tabTo(page, /^Needs you/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Needs you' }).waitFor();
    await tabTo(page, 'Answer');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.type('One word.');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('question answered by local').waitFor();
    await page.getByRole('article').filter({ hasText: 'truncate cuts' }).getByLabel('Comment').focus();
    await tabTo(page, 'Reject');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Reject?' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expectFocus(page, 'Reject');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await expectFocus(page, 'Approve');
    await page.keyboard.press('Enter');
    await page.getByText('merge approved by local').waitFor();
    expect(tab.complaints).to.deep.equal([]);
  });

  it('what happens is said to whoever cannot see it', async () => {
    await using fake = await startFakeTamma();
    populate(fake);
    await using tab = await openTab(`${fake.url}/#/inbox`);
    const asked = tab.page.getByRole('article').filter({ hasText: 'Title case' });
    await asked.getByRole('button', { name: 'Approve' }).click();
    const said = tab.page.locator('[aria-live="polite"]');
    await eventually('it is said', async () => (await said.textContent())?.includes('#6: approved'));
    await fake.stop();
    await tab.page.getByRole('status').getByText('reconnecting …').waitFor();
  });
});
