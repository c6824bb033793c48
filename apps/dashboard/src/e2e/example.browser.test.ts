import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { openTab, type Tab, wordsOf } from '../testing/browser.ts';
import { useBrowser } from '../testing/browser-tests.ts';
import { startProduct } from '../testing/product.ts';

const WHOLE_EXAMPLE_MS = 600_000;
/** Canned answers take their time, so that people can watch. */
const STEP_MS = 180_000;

const row = (page: Page, issue: number) =>
  page.locator('.row').filter({ has: page.locator('.row-issue', { hasText: new RegExp(`^#${issue}$`) }) });
const card = (page: Page, issue: number) =>
  page.getByRole('article').filter({ has: page.getByRole('link', { name: new RegExp(`^#${issue} `) }) });
const go = (page: Page, name: RegExp) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).click();

/** A gate on its own waits for its queue, stands still, and runs once it may. */
async function steer({ page, shot }: Tab): Promise<void> {
  const say = async (button: string, why: string): Promise<void> => {
    await page.getByRole('button', { name: button, exact: true }).click();
    await page.getByLabel('Why').fill(why);
    await page.getByRole('dialog').getByRole('button').filter({ hasNotText: 'Back' }).last().click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  };
  await say('Pause test …', 'the host is rebuilt');
  await page.getByText('the host is rebuilt').first().waitFor();
  await go(page, /Workflows/);
  await page.getByRole('button', { name: 'Run a gate of textkit …' }).click();
  await page.getByLabel('Branch').fill('main');
  await page.getByRole('button', { name: 'Run it' }).click();
  const keepers = page.getByRole('region', { name: 'What keeps it' });
  await keepers.getByText('paused by local: the host is rebuilt').waitFor();
  await say('Suspend …', 'not now');
  await page.getByRole('status').getByText('suspended by local: not now').waitFor();
  await shot('example-10-suspended');
  await say('Resume …', 'now');
  await keepers.getByText('paused by local: the host is rebuilt').waitFor();
  await page.getByRole('link', { name: 'Workers' }).click();
  await say('Resume test …', 'it is back');
  await page.goBack();
  await page.getByRole('status').getByText('completed').waitFor();
  await shot('example-11-gate');
}

describe('npm start, seen by a newcomer', () => {
  useBrowser();

  it('five issues move, a question is answered, a plan and a merge are approved: four merges, one refusal', async function () {
    this.timeout(WHOLE_EXAMPLE_MS);
    await using product = await startProduct();
    await using tab = await openTab(product.url);
    const { page } = tab;
    page.setDefaultTimeout(STEP_MS);
    await page.getByText('live', { exact: true }).waitFor();
    for (const issue of [1, 3, 4, 5]) await row(page, issue).waitFor();
    const aside = page.getByRole('complementary', { name: 'Not taken' });
    await aside.getByText('#2 Add a camelCase helper').waitFor();
    expect(await wordsOf(aside)).to.contain('it lacks the required label "tamma"');
    await tab.shot('example-1-begins');

    await row(page, 4).getByRole('link').first().click();
    await page.getByRole('heading', { name: 'Steps' }).waitFor();
    await page.getByText('repair 1 of 3').first().waitFor();
    await tab.shot('example-2-repair');

    await go(page, /Needs you/);
    await card(page, 5).getByLabel('Your answer').fill('Dashes and slashes, too: "a-b" is two words.');
    await tab.shot('example-3-question');
    await card(page, 5).getByRole('button', { name: 'Answer' }).click();
    await page.getByText('question answered by local').waitFor();
    await card(page, 3).getByRole('heading', { name: 'wants its plan approved' }).waitFor();
    await card(page, 3).locator('.markdown').first().waitFor();
    await tab.shot('example-4-plan');
    await card(page, 3).getByRole('button', { name: 'Approve' }).click();
    await page.getByText('plan approved by local').waitFor();

    await go(page, /Workflows/);
    await row(page, 3).getByRole('link').first().click();
    await page.getByText('step code-generation runs').waitFor();
    await page.getByRole('log', { name: 'Text of the model' }).locator('pre').waitFor();
    await tab.shot('example-5-writes');
    await page.getByRole('heading', { name: 'Wants its merge approved' }).waitFor();
    await page.locator('.reading .diff-added').first().waitFor();
    await tab.shot('example-6-merge');
    await page.getByLabel('Comment').fill('read it, looks right');
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('status').getByText('completed').waitFor();
    await page.getByText('Merged as', { exact: true }).waitFor();
    await tab.shot('example-7-merged');

    await go(page, /Workflows/);
    for (const issue of [1, 3, 4, 5]) {
      await row(page, issue).getByText('completed').waitFor();
      // What an event of the millisecond of the last look told is shown after the next look.
      await row(page, issue).getByText('14/14').waitFor();
      expect(await wordsOf(row(page, issue))).to.contain('merged');
    }
    await page.getByRole('link', { name: 'Needs you', exact: true }).waitFor();
    await tab.shot('example-8-four-merges');

    await go(page, /Workers/);
    await page
      .getByText(/runs \d of \d+/)
      .first()
      .waitFor();
    await page.getByRole('heading', { name: 'approval', exact: true }).waitFor();
    await tab.shot('example-9-workers');
    await steer(tab);
    expect(await tab.breaches()).to.deep.equal([]);
    expect(tab.complaints).to.deep.equal([]);
    expect(await product.stop(), product.output()).to.equal(0);
  });
});
