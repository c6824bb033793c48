import { expect } from 'chai';
import { addressOf, TABS } from './app/route.ts';
import { openTab, type Tab } from './testing/browser.ts';
import { useBrowser } from './testing/browser-tests.ts';
import { type FakeTamma, startFakeTamma } from './testing/fake-tamma.ts';
import { populate, type Scene } from './testing/scene.ts';

interface Screen {
  readonly name: string;
  readonly address: (scene: Scene) => string;
  /** What is there once it is drawn. */
  readonly sign: (tab: Tab) => Promise<unknown>;
}

const byText = (text: string) => (tab: Tab) => tab.page.getByText(text).first().waitFor();
const SIGNS: Readonly<Record<(typeof TABS)[number], string>> = {
  live: 'pull request #7 opened from',
  artifacts: 'Normalize to NFKD',
  changes: 'src/slugify.js',
  timeline: 'asks for approval of the merge',
  costs: 'plan generation',
};

const SCREENS: readonly Screen[] = [
  { name: 'workflows', address: () => '#/', sign: byText('waits for an approval') },
  { name: 'inbox', address: () => '#/inbox', sign: byText('Normalize to NFKD') },
  { name: 'workers', address: () => '#/workers', sign: byText('build-host-7f3a') },
  { name: 'models', address: () => '#/models', sign: byText('qwen3-coder') },
  { name: 'nowhere', address: () => '#/moon', sign: byText('There is nothing at this address.') },
  {
    name: 'escalated',
    address: ({ escalated }) => addressOf({ screen: 'workflow', id: escalated.id, tab: 'live' }),
    sign: byText('cannot go on without you'),
  },
  {
    name: 'repairing',
    address: ({ repairing }) => addressOf({ screen: 'workflow', id: repairing.id, tab: 'live' }),
    sign: byText('repair 1 of 3'),
  },
  ...TABS.map((tab) => ({
    name: `workflow-${tab}`,
    address: ({ merge }: Scene) => addressOf({ screen: 'workflow', id: merge.id, tab }),
    sign: (opened: Tab) => openArtifact(opened, tab).then(() => byText(SIGNS[tab])(opened)),
  })),
];

async function openArtifact({ page }: Tab, tab: string): Promise<void> {
  if (tab === 'artifacts') await page.getByRole('tabpanel').getByRole('button', { name: 'PLAN.md' }).click();
}

const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 360, height: 740 };

describe('every screen', () => {
  useBrowser();
  let fake: FakeTamma;
  let scene: Scene;
  before(async () => {
    fake = await startFakeTamma();
    scene = populate(fake);
  });
  after(() => fake[Symbol.asyncDispose]());

  for (const { name, address, sign } of SCREENS) {
    it(`${name} is readable in light and dark, wide and on a phone`, async () => {
      await using tab = await openTab(`${fake.url}/${address(scene)}`, { scheme: 'light', ...WIDE });
      await sign(tab);
      await tab.page.getByText('live', { exact: true }).first().waitFor();
      await look(tab, `${name}-light-wide`);
      expect(await tab.breaches(), 'light').to.deep.equal([]);
      await tab.page.setViewportSize(PHONE);
      await look(tab, `${name}-light-phone`);
      await tab.page.emulateMedia({ colorScheme: 'dark' });
      await look(tab, `${name}-dark-phone`);
      expect(await tab.breaches(), 'dark').to.deep.equal([]);
      await tab.page.setViewportSize(WIDE);
      await look(tab, `${name}-dark-wide`);
      expect(tab.complaints).to.deep.equal([]);
    });
  }
});

/** Keeps a picture, and sees to it that nothing sticks out. */
async function look(tab: Tab, name: string): Promise<void> {
  await tab.shot(name);
  const [needed, there] = await tab.page.evaluate(() => [
    document.documentElement.scrollWidth,
    window.innerWidth,
  ]);
  expect(needed, name).to.be.at.most(there ?? 0);
}
