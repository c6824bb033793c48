import { expect } from 'chai';
import { openTab } from '../../testing/browser.ts';
import { useBrowser } from '../../testing/browser-tests.ts';
import { startFakeTamma } from '../../testing/fake-tamma.ts';
import { populate } from '../../testing/scene.ts';

const STEP = { id: 'quality-gate', phase: 'REVIEW', capability: 'test' } as const;

describe('a gate on its own', () => {
  useBrowser();

  it('is run on a branch, and watched like any workflow', async () => {
    await using fake = await startFakeTamma();
    populate(fake);
    await using tab = await openTab(`${fake.url}/#/`, { width: 360, height: 740 });
    const { page } = tab;
    await page.getByRole('button', { name: 'Run a gate of textkit …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Run a gate of textkit' });
    const run = dialog.getByRole('button', { name: 'Run it' });
    expect(await run.isDisabled()).to.equal(true);
    await dialog.getByLabel('Branch').fill('../main');
    await run.click();
    await dialog.getByText('expected the name of a branch').waitFor();
    await tab.shot('gate-refused');
    expect(await tab.breaches()).to.deep.equal([]);
    await dialog.getByLabel('Gate').selectOption('security');
    await dialog.getByLabel('Branch').fill('main');
    await dialog.getByLabel('Branch').press('Enter');
    await page.getByRole('heading', { name: 'task quality_gate: security on main' }).waitFor();
    await page.getByRole('log', { name: 'Log' }).getByText('took task quality_gate').waitFor();
    const made = fake.log.states().find(({ taskType }) => taskType !== null);
    fake.log.tell({
      id: 'started',
      type: 'WORKFLOW.STARTED.SUCCESS',
      at: new Date().toISOString(),
      workflowId: made?.id ?? '',
      actor: { kind: 'system', id: 'intake' },
      tags: {},
      metadata: { schemaVersion: 1, source: 'test' },
      data: { steps: [STEP] },
    });
    const steps = page.getByRole('region', { name: 'Steps' });
    await steps.getByText('quality gate').waitFor();
    expect(await steps.getByRole('heading', { level: 3 }).count()).to.equal(1);
    await tab.shot('gate-watched');
    await page.getByRole('link', { name: 'Workflows' }).first().click();
    await page.getByRole('link', { name: 'task quality_gate: security on main' }).waitFor();
    expect(tab.complaints).to.deep.equal([]);
  });
});
