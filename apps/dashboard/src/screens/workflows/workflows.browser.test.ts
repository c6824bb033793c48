import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { openTab, type Tab, wordsOf } from '../../testing/browser.ts';
import { useBrowser } from '../../testing/browser-tests.ts';
import { problem } from '../../testing/fake-answer.ts';
import { startFakeTamma } from '../../testing/fake-tamma.ts';
import { populate } from '../../testing/scene.ts';
import { createStory } from '../../testing/stories.ts';

const titles = ({ page }: Tab) => page.locator('.row-title').allInnerTexts();

/** Waits, as the page follows a moment later. */
function expectTitles(tab: Tab, expected: readonly string[]): Promise<unknown> {
  const wanted = JSON.stringify(expected);
  return eventually(`the list is ${wanted}`, async () => JSON.stringify(await titles(tab)) === wanted);
}

describe('the list of workflows', () => {
  useBrowser();

  it('shows first what needs a person, and says how each one stands', async () => {
    await using fake = await startFakeTamma();
    populate(fake);
    await using tab = await openTab(fake.url);
    await tab.page.getByText('waits for an approval').first().waitFor();
    await expectTitles(tab, [
      '#6 Title case for headings',
      '#5 count words counts wrong',
      '#3 truncate cuts words in half',
      '#9 Parse dates without a year',
      '#4 Show what the functions return',
      '#8 A helper for kebab case',
      '#1 slugify drops letters that carry an accent',
    ]);
    const merge = tab.page.getByRole('listitem').filter({ hasText: 'truncate cuts' });
    const words = await wordsOf(merge);
    expect(words).to.match(/paused #3 truncate cuts words in half Elapsed: \d+ min \d* ?s?/);
    expect(words).to.match(
      /12\/14 · merge approval REVIEW waits for an approval for 2[89] min high risk always asks a person/,
    );
    expect(words).to.contain('textkit PR #7 (opens a new tab) $0.06 19.8k tokens');
    expect(await merge.getByRole('img').getAttribute('aria-label')).to.equal(
      '12 of 14 steps completed, at merge approval',
    );
    expect(await merge.getByRole('link', { name: /PR #7/ }).getAttribute('href')).to.equal(
      'https://git.example.org/textkit/pulls/7',
    );
  });

  it('tells why issues were not taken, with every reason, and what cannot be read', async () => {
    await using fake = await startFakeTamma();
    populate(fake);
    await using tab = await openTab(fake.url);
    const aside = tab.page.getByRole('complementary', { name: 'Not taken' });
    await aside.getByText('#2 Add a camelCase helper').waitFor();
    const words = await wordsOf(aside);
    expect(words).to.contain('it lacks the required label "tamma"').and.to.contain('its author "eve"');
    expect(words).to.contain('010-broken.md cannot be read').and.to.contain('Give it a line such as');
    expect(words).not.to.contain('slugify');
  });

  it('has a refused issue worked on all the same, after one was asked whether one means it', async () => {
    await using fake = await startFakeTamma();
    populate(fake);
    await using tab = await openTab(fake.url);
    const { page } = tab;
    await page.getByRole('button', { name: 'Work on #2 all the same …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Work on #2 all the same?' });
    await dialog.getByText('it lacks the required label "tamma"').waitFor();
    await tab.shot('workflows-override');
    expect(await tab.breaches()).to.deep.equal([]);
    await dialog.getByRole('button', { name: 'Work on it' }).click();
    await page.getByRole('heading', { name: 'Add a camelCase helper' }).waitFor();
    await page.getByText('waits for a free slot').first().waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Work on #2 all the same …' }).click();
    await dialog.getByRole('button', { name: 'Work on it' }).click();
    await dialog.getByText('works on issue 2 already').waitFor();
    expect(tab.complaints).to.deep.equal([]);
  });

  it('is filtered by status, words and project, and remembers it', async () => {
    await using fake = await startFakeTamma();
    populate(fake);
    createStory(fake, { project: 'webshop', issue: 77, title: 'Cart forgets words' }).create();
    await using tab = await openTab(fake.url);
    const { page } = tab;
    await page.getByText('Cart forgets words').waitFor();
    await page.getByLabel('Find').fill('words');
    await expectTitles(tab, [
      '#5 count words counts wrong',
      '#3 truncate cuts words in half',
      '#77 Cart forgets words',
    ]);
    await page.getByLabel('Project').selectOption('webshop');
    await expectTitles(tab, ['#77 Cart forgets words']);
    await page.getByRole('link', { name: 'Workers' }).click();
    await page.getByRole('link', { name: 'Workflows' }).click();
    await expectTitles(tab, ['#77 Cart forgets words']);
    await page.getByLabel('Status').selectOption('failed');
    await page.getByText('No workflow fits the filter.').waitFor();
    await tab.shot('workflows-no-fit');
    await page.getByRole('button', { name: 'Show all' }).click();
    await eventually('all are back', async () => (await titles(tab)).length === 8);
    await page.getByLabel('Status').selectOption('running');
    await expectTitles(tab, ['#4 Show what the functions return']);
  });

  it('moves while events come in, and counts what waits for a person', async () => {
    await using fake = await startFakeTamma();
    await using tab = await openTab(fake.url);
    const { page } = tab;
    await page.getByText('No workflow yet.').waitFor();
    await page.getByText('live', { exact: true }).waitFor();
    await tab.shot('workflows-empty');
    expect(await page.title()).to.equal('Tamma');

    const story = createStory(fake, { issue: 5, title: 'count words counts wrong' });
    story.begin();
    const row = page.locator('.row').filter({ hasText: 'count words' });
    await row.getByText('waits for a worker').waitFor();
    story.upTo('code-generation');
    await row.getByText('code generation').waitFor();
    await row.getByText('6/14').waitFor();
    story.approve('plan', 'high', 'high risk always asks a person');
    await row.getByText('waits for an approval').waitFor();
    await page.getByRole('link', { name: 'Needs you 1 decision' }).waitFor();
    await eventually('the title counts', async () => (await page.title()) === '(1) Tamma');
    await tab.shot('workflows-live');
    expect(tab.complaints).to.deep.equal([]);
  });

  it('says what is wrong when the orchestrator cannot answer, and comes back by itself', async () => {
    await using fake = await startFakeTamma();
    populate(fake);
    fake.world.failures.set(
      '/workflows',
      problem(503, 'a server behind this one does not answer; try again'),
    );
    await using tab = await openTab(fake.url);
    const { page } = tab;
    await page.getByText('a server behind this one does not answer').waitFor();
    await tab.shot('workflows-failed');
    fake.world.failures.clear();
    await page.getByText('waits for an approval').first().waitFor();
    await eventually('the message goes', async () => (await page.getByText('a server behind').count()) === 0);
  });

  it('shows older workflows on demand', async () => {
    await using fake = await startFakeTamma();
    for (let issue = 1; issue <= 130; issue += 1) {
      const story = createStory(fake, { issue, title: `Old thing ${issue}`, agoMs: 600_000 - issue * 1000 });
      story.create();
      story.tell('WORKFLOW.CANCELLED.SUCCESS', { why: 'the issue is closed' });
    }
    await using tab = await openTab(fake.url);
    await tab.page.getByText('Old thing 130').waitFor();
    expect(await titles(tab)).to.have.length(100);
    await tab.page.getByRole('button', { name: 'Show older workflows' }).click();
    await tab.page.getByText('Old thing 1', { exact: true }).waitFor();
    expect(await titles(tab)).to.have.length(130);
    await tab.page.getByRole('button', { name: 'Show older workflows' }).waitFor({ state: 'detached' });
  });
});
