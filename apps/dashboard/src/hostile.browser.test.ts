import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { workflowAddress } from './app/route.ts';
import { openTab, type Tab, wordsOf } from './testing/browser.ts';
import { useBrowser } from './testing/browser-tests.ts';
import { type FakeTamma, startFakeTamma } from './testing/fake-tamma.ts';
import { createStory } from './testing/stories.ts';
import type { Story } from './testing/story.ts';

const IMAGE = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';
const LINK = '[click me](javascript:document.title="owned") <a href="javascript:alert(1)">here</a>';
const TURNED = 'invoice\u202egnp.exe \u2066hidden\u2069 \u200bzero';
const LONG = 'w'.repeat(10_000);
const MARKS = `Z${'\u0301'.repeat(200)}algo`;
const TITLE = `${IMAGE} ${TURNED} ${LONG}`.slice(0, 10_000);
const BODY = `# ${IMAGE}\n\n${LINK}\n\n${TURNED}\n\n${LONG}\n\n${MARKS}\n\n![x](https://evil.example/pixel.png)\n\n\`\`\`\n${LONG}\n\`\`\`\n\n|${LONG}|${IMAGE}|\n|-|-|\n|a|b|\n\n${'> '.repeat(300)}deep\n`;
const PATCH = `diff --git a/${'p'.repeat(3000)} b/${'p'.repeat(3000)}\n--- a/x\n+++ b/${'p'.repeat(3000)}\n@@ -1 +1 @@ ${IMAGE}\n-${LONG}\n+if (isAdmin) {\u202e } ${IMAGE}\n`;

/** Everything a stranger can write, as bad as it gets. */
function tellHostile(fake: FakeTamma): Story {
  const story = createStory(fake, { project: 'textkit', issue: 666, title: TITLE });
  story.begin();
  story.step('issue-intake', () => story.write('issue-intake', 'TASK.md', BODY));
  story.take('clarification');
  story.tell(
    'TASK.PROGRESS.UPDATED',
    { percent: 10, message: `${IMAGE}${LONG.slice(0, 3000)}` },
    { step: 'clarification' },
  );
  story.tell(
    'AI.TOOL.CALLED',
    { tool: IMAGE, ok: false, summary: `${LINK} ${LONG}` },
    { step: 'clarification' },
  );
  story.finish('clarification');
  story.step('context-research');
  story.step('plan-generation', () => story.write('plan-generation', 'PLAN.md', BODY));
  story.step('plan-approval');
  story.tell(
    'BRANCH.CREATED.SUCCESS',
    { branch: `tamma/${LONG}`, base: 'main', baseCommit: 'x' },
    { step: 'branch-setup' },
  );
  story.step('code-generation', () => {
    story.tell(
      'COMMIT.CREATED.SUCCESS',
      { hash: '0123456789abcdef', message: IMAGE, author: IMAGE },
      { step: 'code-generation' },
    );
    story.write('code-generation', 'change.patch', PATCH);
    story.write('code-generation', 'test.log', `\u001b]0;owned\u0007\u001b[31m${IMAGE}\u001b[0m ${LONG}`);
  });
  story.tell(
    'PR.OPENED.SUCCESS',
    { number: 1, url: 'javascript:document.title="owned"', head: 'x', base: 'main', commit: 'x' },
    { step: 'pull-request' },
  );
  story.take('merge-approval');
  story.approve('merge', 'high', `${IMAGE} ${LONG} ${LINK}`);
  const why = `${IMAGE} ${TURNED} ${LONG}`;
  const actor = { kind: 'human', id: IMAGE } as const;
  story.tell('TASK.SKIP.ORDERED', { why }, { step: 'code-review', actor });
  fake.world.blockers.set(story.id, [{ what: IMAGE, why, since: null, until: null }]);
  const paused = { by: IMAGE, why, since: new Date().toISOString() };
  fake.world.queues = fake.world.queues.map((queue) => ({ ...queue, paused }));
  fake.world.health = {
    ...fake.world.health,
    status: 'degraded',
    checks: [{ name: 'queues', status: 'degraded', details: { ai: why } }],
  };
  fake.world.projects = [
    {
      id: 'textkit',
      platform: 'local',
      repository: 'x',
      intake: {
        passes: 1,
        lastPassAt: new Date().toISOString(),
        problem: IMAGE,
        unreadable: [{ source: IMAGE, reason: LONG, remedy: LINK }],
        issues: [
          { number: 7, title: TITLE, eligible: false, reasons: [IMAGE, LONG], score: null, workflowId: null },
        ],
      },
    },
  ];
  return story;
}

/** Nothing ran, nothing was fetched, nothing sticks out, nothing is turned. */
async function expectHarmless(tab: Tab, width: number): Promise<void> {
  const seen = await tab.page.evaluate(() => ({
    title: document.title,
    images: document.images.length,
    scripts: document.querySelectorAll('body script').length,
    handlers: document.querySelectorAll('[onerror], [onclick]').length,
    links: [...document.links]
      .map(({ protocol }) => protocol)
      .filter((protocol) => !/^https?:$/.test(protocol)),
    width: document.documentElement.scrollWidth,
    text: document.body.textContent,
  }));
  expect(seen.title).not.to.equal('owned');
  expect({ ...seen, title: '', text: '', width: 0 }).to.deep.equal({
    title: '',
    images: 0,
    scripts: 0,
    handlers: 0,
    links: [],
    width: 0,
    text: '',
  });
  expect(seen.width).to.be.at.most(width);
  expect(seen.text).not.to.match(/[\u202a-\u202e\u2066-\u2069\u200b]/);
  expect(tab.complaints).to.deep.equal([]);
}

describe('text of strangers', () => {
  useBrowser();

  for (const width of [1440, 360]) {
    it(`is harmless and stays in its place everywhere, at ${width} pixels`, async () => {
      await using fake = await startFakeTamma();
      const story = tellHostile(fake);
      await using tab = await openTab(fake.url, { width });
      const { page } = tab;
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.getByText('waits for an approval').waitFor();
      await page.getByText('010-broken').count();
      await page.getByText('cannot be listed').waitFor();
      await tab.shot(`hostile-workflows-${width}`);
      await expectHarmless(tab, width);

      await page.goto(`${fake.url}/#/inbox`);
      await page.getByText('if (isAdmin) {⟨U+202E⟩ }').waitFor();
      await tab.shot(`hostile-inbox-${width}`);
      await expectHarmless(tab, width);

      await page.goto(`${fake.url}/${workflowAddress(story.id)}`);
      await page.getByRole('heading', { name: 'Steps' }).waitFor();
      await eventually('the page listens', () => fake.live().isWatched(story.id));
      fake.live().stream({
        workflowId: story.id,
        taskId: 't',
        step: 'clarification',
        chunk: `${IMAGE}${TURNED}${LONG}`,
      });
      await page.getByText('Latest').waitFor({ state: 'detached' });
      await page.getByRole('log', { name: 'Text of the model' }).getByText('onerror').waitFor();
      await tab.shot(`hostile-workflow-${width}`);
      await expectHarmless(tab, width);
      expect(await wordsOf(page.locator('.pull-request').first())).to.equal('PR #1');
      expect(await page.locator('a.pull-request').count()).to.equal(0);

      await page.getByRole('region', { name: 'What keeps it' }).getByText('onerror').first().waitFor();
      await page.getByText('skip ordered by').waitFor();

      for (const [name, sign] of [
        ['Artifacts', 'click me'],
        ['Changes', 'isAdmin'],
        ['Timeline', 'pull request #1 opened'],
        ['Costs', 'Waits'],
      ] as const) {
        await page.getByRole('tab', { name }).click();
        await page.getByRole('tabpanel').getByText(sign).first().waitFor();
        await tab.shot(`hostile-${name.toLowerCase()}-${width}`);
        await expectHarmless(tab, width);
      }
      await page.getByRole('tab', { name: 'Artifacts' }).click();
      await page.getByRole('tabpanel').getByRole('button', { name: 'test.log' }).click();
      await page.getByText('⟨U+001B⟩]0;owned⟨U+0007⟩').waitFor();
      await expectHarmless(tab, width);
      await page.goto(`${fake.url}/#/workers`);
      await page.getByText('paused by').first().waitFor();
      await tab.shot(`hostile-workers-${width}`);
      await expectHarmless(tab, width);
      expect(
        asked.filter((url) => !url.startsWith(fake.url) && !url.startsWith(fake.url.replace('http', 'ws'))),
      ).to.deep.equal([]);
    });
  }
});
