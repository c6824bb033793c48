import { SAMPLE_DATA } from '@tamma/domain/testing';
import { FakeProduct } from './fake-product.ts';

const STEP = 'issue-intake';

/** Five workflows: one waits for a plan's approval, one merged, one runs, one is escalated, one asks a question. */
export function createScene(): FakeProduct {
  const product = new FakeProduct();
  begin(product, 1, 'Add a title-case function');
  product.tell('ARTIFACT.WRITTEN.SUCCESS', { data: { name: 'PLAN.md', bytes: 20 } });
  product.tell('APPROVAL.REQUESTED.SUCCESS', {
    step: STEP,
    data: { approvalId: `demo-1.r1.${STEP}.a1`, risk: 'high', until: '2099-01-01T00:00:00.000Z' },
  });
  begin(product, 2, 'Mend the build');
  const merged = { workflow: 'demo-2.r1', step: STEP };
  product.tell('COMMIT.CREATED.SUCCESS', merged);
  product.tell('PR.OPENED.SUCCESS', merged);
  product.tell('PR.MERGED.SUCCESS', merged);
  product.tell('WORKFLOW.COMPLETED.SUCCESS', merged);
  begin(product, 3, 'Write the docs');
  begin(product, 4, 'Upgrade everything');
  const failed = { workflow: 'demo-4.r1', step: STEP };
  product.tell('TASK.FAILED.PERMANENT', failed);
  product.tell('ESCALATION.TRIGGERED.SUCCESS', failed);
  begin(product, 5, 'Do something');
  product.tell('QUESTION.ASKED.SUCCESS', {
    workflow: 'demo-5.r1',
    step: STEP,
    data: { approvalId: `demo-5.r1.${STEP}.a1`, question: 'Which one?', until: '2099-01-01T00:00:00.000Z' },
  });
  return product;
}

/** Takes an issue and lets its first step run. */
export function begin(product: FakeProduct, issue: number, title: string): string {
  const workflow = `demo-${issue}.r1`;
  product.tell('WORKFLOW.STATE.CREATED', { workflow, data: { issue, title } });
  const steps = SAMPLE_DATA['WORKFLOW.STARTED.SUCCESS'].steps.map((step) => ({
    ...step,
    allow: ['override' as const],
  }));
  product.tell('WORKFLOW.STARTED.SUCCESS', { workflow, data: { steps } });
  product.tell('TASK.DEQUEUED.SUCCESS', { workflow, step: STEP });
  return workflow;
}
