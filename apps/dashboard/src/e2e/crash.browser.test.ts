import { eventListSchema } from '@tamma/contracts';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { addressOf } from '../app/route.ts';
import { openTab } from '../testing/browser.ts';
import { useBrowser } from '../testing/browser-tests.ts';
import { startProduct } from '../testing/product.ts';

const WHOLE_STORY_MS = 600_000;
const STEP_MS = 180_000;
const ID = 'textkit-1.r1';
const TOKEN = 'a-token-that-nobody-guesses-1234';

describe('a page that stays open', () => {
  useBrowser();

  it('lives through the death of the orchestrator: signed in, nothing lost, nothing doubled', async function () {
    this.timeout(WHOLE_STORY_MS);
    await using product = await startProduct({
      environment: { TAMMA_TOKENS: `ada:operator:${TOKEN},ada:approver:${TOKEN}` },
      issues: ['001'],
    });
    await using tab = await openTab(
      `${product.url}/${addressOf({ screen: 'workflow', id: ID, tab: 'timeline' })}`,
    );
    const { page } = tab;
    page.setDefaultTimeout(STEP_MS);
    await page.getByLabel('Token').fill('a-token-of-nobody-at-all-12345678');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This token is not known here.').waitFor();
    await page.getByLabel('Token').fill(TOKEN);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Steps' }).waitFor();
    await page.getByText('live', { exact: true }).waitFor();

    await product.crash('orchestrator');
    await page.getByText('reconnecting …').waitFor();
    await tab.shot('crash-reconnecting');
    await page.getByText('live', { exact: true }).waitFor();
    await page.getByRole('status').getByText('completed').waitFor();

    const told = await eventually('all of it is on record and on the page', async () => {
      const ids = await recordedIds(product.url);
      return (await page.getByText(`${ids.length} events`).count()) === 1 ? ids : null;
    });
    expect(new Set(told).size, 'each once').to.equal(told.length);
    await page.getByText('Merged as', { exact: true }).waitFor();
    await tab.shot('crash-survived');
    expect(tab.complaints).to.deep.equal([]);

    await page.getByRole('link', { name: 'Queues (Bull Board)' }).click();
    await page
      .getByRole('link', { name: /security/ })
      .first()
      .waitFor();
    await tab.shot('crash-bull-board');
    await page.goBack();
    await page.getByRole('link', { name: 'API', exact: true }).click();
    await page.getByText('/workflows/{id}/explain').first().waitFor();
    await tab.shot('crash-api');
  });
});

async function recordedIds(url: string): Promise<readonly string[]> {
  const response = await fetch(`${url}/api/v1/events?workflowId=${ID}&limit=1000`, {
    headers: { Authorization: `Bearer ${TOKEN}` },
  });
  return eventListSchema.parse(await response.json()).items.map(({ event }) => event.id);
}
