import { setTimeout as sleep } from 'node:timers/promises';
import { loadTemplate } from '@tamma/workflow';
import type { Blow } from '../blows/strike.ts';
import type { Stage } from '../stage.ts';
import { judge, type Verdict } from './judge.ts';
import { lookAtIssues } from './look-at-issues.ts';
import { lookAtRecord } from './look-at-record.ts';
import { readWitness } from './read-witness.ts';

/** How long what was told last may take to the record. */
const SETTLE_MS = 20_000;
const LOOK_AGAIN_MS = 1000;
const TEMPLATE = 'issue-to-pr';

/** What was told in the last moment is on its way to the record: it has a while to arrive. */
export async function judgeStage(stage: Stage, blows: readonly Blow[]): Promise<Verdict> {
  const deadline = Date.now() + SETTLE_MS;
  for (;;) {
    const verdict = await judgeNow(stage, blows);
    if (verdict.missing.length === 0 || Date.now() > deadline) return verdict;
    await sleep(LOOK_AGAIN_MS);
  }
}

async function judgeNow({ scene, store, witnessFile }: Stage, blows: readonly Blow[]): Promise<Verdict> {
  const template = await loadTemplate(TEMPLATE);
  if (!template.ok) throw new Error(`the template ${TEMPLATE} does not load`);
  const issues = await Promise.all(scene.projects.map(lookAtIssues));
  return judge({
    blows,
    witness: await readWitness(witnessFile),
    issues: issues.flat(),
    record: await lookAtRecord(store.reader),
    steps: template.plan.steps.map((step) => step.id),
  });
}
