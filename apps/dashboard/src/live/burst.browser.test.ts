import { expect } from 'chai';
import { workflowAddress } from '../app/route.ts';
import { openTab } from '../testing/browser.ts';
import { useBrowser } from '../testing/browser-tests.ts';
import { startFakeTamma } from '../testing/fake-tamma.ts';
import { createStory } from '../testing/stories.ts';

const BURST = 5000;
const BUSY_MAX_MS = 1000;

describe('thousands of events at once', () => {
  useBrowser();

  it('are taken in without the page standing still', async () => {
    await using fake = await startFakeTamma();
    const story = createStory(fake, { issue: 4, title: 'Show what the functions return' });
    story.begin();
    await using tab = await openTab(`${fake.url}/${workflowAddress(story.id)}`);
    const { page } = tab;
    await page.getByText('live', { exact: true }).waitFor();
    await page.evaluate(() => {
      window.longestMs = 0;
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) window.longestMs = Math.max(window.longestMs, duration);
      }).observe({ type: 'longtask' });
    });
    story.take('issue-intake');
    for (let count = 0; count < BURST; count += 1) {
      story.tell(
        'AI.TOOL.CALLED',
        { tool: 'read_file', ok: true, summary: `read_file file ${count}` },
        { step: 'issue-intake' },
      );
    }
    await page.getByText(`read_file file ${BURST - 1}`, { exact: true }).waitFor();
    expect(await page.evaluate(() => window.longestMs)).to.be.lessThan(BUSY_MAX_MS);
    await page.getByRole('tab', { name: 'Timeline' }).click();
    await page.getByText('5k events').waitFor();
    expect(tab.complaints).to.deep.equal([]);
  });
});

declare global {
  interface Window {
    longestMs: number;
  }
}
