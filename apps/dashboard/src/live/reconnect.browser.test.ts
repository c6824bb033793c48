import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { workflowAddress } from '../app/route.ts';
import { openTab } from '../testing/browser.ts';
import { useBrowser } from '../testing/browser-tests.ts';
import { startFakeTamma } from '../testing/fake-tamma.ts';
import { createStory } from '../testing/stories.ts';

const ANSWERED = {
  provider: 'scripted',
  model: 'canned',
  usage: { inputTokens: 100, outputTokens: 10, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0.01 },
  durationMs: 5,
};

describe('a lost connection', () => {
  useBrowser();

  it('is shown, comes back by itself, and has lost and doubled nothing', async () => {
    await using fake = await startFakeTamma();
    const story = createStory(fake, { issue: 4, title: 'Show what the functions return' });
    story.begin();
    story.upTo('plan-generation');
    await using tab = await openTab(`${fake.url}/${workflowAddress(story.id)}/timeline`);
    const { page } = tab;
    await page.getByText('live', { exact: true }).waitFor();
    await page.getByText(`${fake.log.recorded(story.id).length} events`).waitFor();

    for (let outage = 1; outage <= 5; outage += 1) {
      await fake.stop();
      await page.getByText('reconnecting …').waitFor();
      if (outage === 1) await tab.shot('reconnecting');
      // Told while nobody is connected, and some of it not on record yet when the page is back.
      fake.log.holdRecord();
      for (let call = 0; call < 3; call += 1) {
        story.tell('AI.RESPONSE.RECEIVED', ANSWERED, { step: 'plan-generation' });
      }
      await fake.start();
      await page.getByText('live', { exact: true }).waitFor();
      story.tell(
        'AI.TOOL.CALLED',
        { tool: 'read_file', ok: true, summary: `read_file after ${outage}` },
        { step: 'plan-generation' },
      );
      await page.getByText(`read_file after ${outage}`, { exact: true }).waitFor();
      fake.log.catchUp();
    }
    const events = fake.log.recorded(story.id);
    await page.getByText(`${events.length} events`).waitFor();
    const calls = events.filter(({ event }) => event.type === 'AI.RESPONSE.RECEIVED').length;
    await page.getByText(`${calls} calls`).waitFor();
    await tab.shot('reconnected');
    expect(tab.complaints).to.deep.equal([]);
  });

  it('leaves the list as the record has it', async () => {
    await using fake = await startFakeTamma();
    const story = createStory(fake, { issue: 4, title: 'Show what the functions return' });
    story.begin();
    await using tab = await openTab(fake.url);
    const { page } = tab;
    await page.getByText('live', { exact: true }).waitFor();
    await page.getByText('waits for a worker').waitFor();
    await fake.stop();
    await page.getByText('reconnecting …').waitFor();
    story.upTo('code-generation');
    const later = createStory(fake, { issue: 6, title: 'Came while nobody looked' });
    later.begin();
    await fake.start();
    await page.getByText('6/14').waitFor();
    await page.getByText('Came while nobody looked').waitFor();
    await page.getByText('13.2k tokens').waitFor();
  });

  it('asks the server for what came after the last thing it heard', async () => {
    await using fake = await startFakeTamma();
    const story = createStory(fake, { issue: 4, title: 'Show what the functions return' });
    story.begin();
    await using tab = await openTab(`${fake.url}/${workflowAddress(story.id)}`);
    await tab.page.getByText('live', { exact: true }).waitFor();
    story.take('issue-intake');
    await tab.page.getByText('step issue-intake runs').waitFor();
    await tab.page.getByRole('tab', { name: 'Timeline' }).click();
    await tab.page.getByText(`${fake.log.recorded(story.id).length} events`).waitFor();
    const last = fake.log.recorded(story.id).at(-1)?.offset;
    await fake.stop();
    await fake.start();
    const asked = await eventually('it asks again', () =>
      fake.live().asked.find((one) => typeof one === 'object' && one !== null && 'workflowId' in one),
    );
    expect(asked).to.deep.equal({ workflowId: story.id, since: last });
  });
});
