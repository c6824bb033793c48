import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { workflowAddress } from '../../app/route.ts';
import { openTab, type Tab, wordsOf } from '../../testing/browser.ts';
import { useBrowser } from '../../testing/browser-tests.ts';
import { type FakeTamma, startFakeTamma } from '../../testing/fake-tamma.ts';
import { populate } from '../../testing/scene.ts';
import { createStory } from '../../testing/stories.ts';
import type { Story } from '../../testing/story.ts';

const open = (fake: FakeTamma, { id }: Story) => openTab(`${fake.url}/${workflowAddress(id)}`);
const steps = ({ page }: Tab) => page.getByRole('region', { name: 'Steps' });

describe('one workflow', () => {
  useBrowser();

  it('moves live: steps, rounds, log, progress, streamed text, costs', async () => {
    await using fake = await startFakeTamma();
    const story = createStory(fake, { issue: 4, title: 'Show what the functions return' });
    story.begin();
    await using tab = await open(fake, story);
    const { page } = tab;
    await page.getByText('waits for a worker: its first step is queued').waitFor();

    story.upTo('plan-generation');
    await steps(tab).getByText('plan generation').waitFor();
    const about = { workflowId: story.id, taskId: `${story.id}.plan-generation`, step: 'plan-generation' };
    await eventually('the page listens', () => fake.live().isWatched(story.id));
    for (const chunk of ['# Plan\n\n', 'First a test ', 'that fails.'])
      fake.live().stream({ ...about, chunk });
    await page.getByText('First a test that fails.').waitFor();
    story.tell(
      'TASK.PROGRESS.UPDATED',
      { percent: 40, message: 'reading files' },
      { step: 'plan-generation' },
    );
    await page.getByRole('progressbar').waitFor();
    expect(await page.getByRole('progressbar').getAttribute('value')).to.equal('40');
    await page.getByText('step plan-generation runs').waitFor();
    await tab.shot('workflow-moving-1');

    story.finish('plan-generation');
    for (const step of ['plan-approval', 'branch-setup', 'code-generation', 'build-gate'] as const)
      story.step(step);
    story.take('test-gate');
    story.tell(
      'GATE.RAN.FAILED',
      { gate: 'test', commit: '64af972b1c22', summary: '1 of 12 tests fails', durationMs: 9 },
      { step: 'test-gate' },
    );
    story.tell(
      'ROUND.STARTED.SUCCESS',
      { round: 1, kind: 'repair', steps: ['code-generation', 'build-gate'], why: 'the test gate is red' },
      { step: 'test-gate' },
    );
    story.take('code-generation', 1);
    await steps(tab).getByText('repair 1 of 3').first().waitFor();
    await page.getByText('test gate is red on 64af972: 1 of 12 tests fails').waitFor();
    await tab.shot('workflow-moving-2');

    for (const step of ['code-generation', 'build-gate'] as const) {
      if (step === 'build-gate') story.take(step, 1);
      story.finish(step, 1);
    }
    story.step('test-gate');
    for (const step of ['security-gate', 'code-review', 'pull-request', 'merge-approval'] as const)
      story.step(step);
    story.take('merge-and-close');
    story.merge();
    await page.getByRole('status').getByText('completed').waitFor();
    expect(await steps(tab).getByText('completed').count()).to.equal(14);
    await page.getByRole('button', { name: 'Cancel …' }).waitFor({ state: 'detached' });
    await tab.shot('workflow-moving-3');
    expect(tab.complaints).to.deep.equal([]);
  });

  it('follows the log to its end, and stops when somebody scrolls up', async () => {
    await using fake = await startFakeTamma();
    const { merge } = populate(fake);
    await using tab = await open(fake, merge);
    const { page } = tab;
    const log = page.getByRole('log', { name: 'Log' });
    const tell = (message: string) =>
      merge.tell('TASK.INTERRUPTED.SUCCESS', { why: message }, { step: 'merge-approval' });
    const lengthBelow = () => log.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);
    await log.getByText('asks for approval of the merge').waitFor();
    await eventually('it stands at the end', async () => (await lengthBelow()) < 4);
    await log.evaluate((box) => {
      box.scrollTop = 0;
    });
    await page.getByRole('button', { name: 'Latest' }).waitFor();
    for (let count = 1; count <= 20; count += 1) tell(`news ${count}`);
    await log.getByText('interrupted: news 20').waitFor({ state: 'attached' });
    expect(await log.evaluate((box) => box.scrollTop)).to.equal(0);
    await tab.shot('workflow-scrolled-up');
    await page.getByRole('button', { name: 'Latest' }).click();
    await eventually('it goes to the end', async () => (await lengthBelow()) < 4);
    tell('news 21');
    await log.getByText('interrupted: news 21').waitFor();
    await eventually('it stays there', async () => (await lengthBelow()) < 4);
  });

  it('shows artifacts as what they are', async () => {
    await using fake = await startFakeTamma();
    const { merged } = populate(fake);
    await using tab = await open(fake, merged);
    const { page } = tab;
    await page.getByRole('tab', { name: 'Artifacts' }).click();
    const panel = page.getByRole('tabpanel');
    await panel.getByRole('heading', { name: 'Slugify drops letters that carry an accent' }).waitFor();
    await panel.getByRole('button', { name: 'PLAN.md' }).click();
    await panel.getByRole('cell', { name: 'src/slugify.js' }).waitFor();
    await panel.getByRole('button', { name: 'TODO.md' }).click();
    await panel.getByText('☑ Reproduce it').waitFor();
    await panel.getByRole('button', { name: 'build.log' }).click();
    await panel.getByText('> build').waitFor();
    expect(await wordsOf(panel))
      .to.contain('> build ok')
      .and.not.to.contain('[32m');
    await page.getByRole('tab', { name: 'Changes' }).click();
    await panel.getByText('+2').waitFor();
    expect(await panel.locator('.diff-added').count()).to.equal(5);
    expect(await wordsOf(panel.locator('.diff-removed'))).to.contain(".replace(/[^a-z]+/g, '-');");
    expect(await wordsOf(panel)).to.contain('fix: keep accents');
  });

  it('reads an artifact again when it was written anew', async () => {
    await using fake = await startFakeTamma();
    const { repairing } = populate(fake);
    await using tab = await open(fake, repairing);
    await tab.page.getByRole('tab', { name: 'Artifacts' }).click();
    await tab.page.getByText('Acceptance').waitFor();
    repairing.write('code-generation', 'TASK.md', '# Another task');
    await tab.page.getByRole('heading', { name: 'Another task' }).waitFor();
  });

  it('has every event in its timeline, to be filtered and opened', async () => {
    await using fake = await startFakeTamma();
    const { merged } = populate(fake);
    await using tab = await open(fake, merged);
    const { page } = tab;
    await page.getByRole('tab', { name: 'Timeline' }).click();
    const all = fake.log.recorded(merged.id).length;
    await page.getByText(`${all} events`).waitFor();
    await page.getByLabel('About').selectOption('gates');
    await page.getByText('2 events').waitFor();
    await page.getByLabel('Find').fill('12 passed');
    await page.getByText('1 event', { exact: true }).waitFor();
    await page.getByText('test gate passed on').click();
    await page.getByText('"summary": "12 passed"').waitFor();
    await tab.shot('workflow-timeline-opened');
    await page.getByLabel('Find').fill('nothing like it');
    await page.getByText('No event fits the filter.').waitFor();
  });

  it('adds up costs by step and model, and what it waited for', async () => {
    await using fake = await startFakeTamma();
    const { merge } = populate(fake);
    await using tab = await open(fake, merge);
    await tab.page.getByRole('tab', { name: 'Costs' }).click();
    const panel = tab.page.getByRole('tabpanel');
    await panel.getByRole('rowheader', { name: 'plan generation' }).waitFor();
    const sum = await wordsOf(panel.getByRole('row').last());
    expect(sum).to.equal('All 3 12.6k 2.7k 4.5k 0 2.4 s $0.06');
    expect(await wordsOf(panel)).to.match(/an approval\s+\(now\)/);
  });

  it('is cancelled with a reason, by dialog', async () => {
    await using fake = await startFakeTamma();
    const { repairing } = populate(fake);
    await using tab = await open(fake, repairing);
    const { page } = tab;
    await page.getByRole('button', { name: 'Cancel …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Cancel workflow: #4' });
    expect(await dialog.getByRole('button', { name: 'Cancel workflow' }).isDisabled()).to.equal(true);
    await dialog.getByLabel('Why').fill('nobody needs it any more');
    await tab.shot('workflow-cancel');
    expect(await tab.breaches()).to.deep.equal([]);
    await dialog.getByRole('button', { name: 'Cancel workflow' }).click();
    await page.getByText('cancelled: nobody needs it any more').first().waitFor();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Cancel …' }).waitFor({ state: 'detached' });
  });

  it('is tried again with a reason, when a step failed for good', async () => {
    await using fake = await startFakeTamma();
    const { escalated } = populate(fake);
    await using tab = await open(fake, escalated);
    const { page } = tab;
    await page.getByRole('button', { name: 'Try again …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why').fill('the test is mended');
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('status').getByText('running').waitFor();
    await page.getByText('tried again by a person, the test is mended').waitFor();
    await page.getByRole('button', { name: 'Try again …' }).waitFor({ state: 'detached' });
  });

  it('says so when there is none at this address', async () => {
    await using fake = await startFakeTamma();
    await using tab = await openTab(`${fake.url}/${workflowAddress('moon-1.r1')}`);
    await tab.page.getByText('There is no such workflow.').waitFor();
    await tab.shot('workflow-unknown');
    expect(await tab.breaches()).to.deep.equal([]);
    const story = createStory(fake, { project: 'moon', issue: 1, title: 'It came after all' });
    story.begin();
    await tab.page.getByRole('heading', { name: 'It came after all' }).waitFor();
  });
});
