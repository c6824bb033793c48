import type { AnyEvent } from '@tamma/domain';
import { buildEvent, SAMPLE_DATA } from '@tamma/domain/testing';
import { expect } from 'chai';
import { buildBeginning, openTestStore, toEntries } from '../testing/fixtures.ts';

const sample = SAMPLE_DATA['AI.RESPONSE.RECEIVED'];

interface Answer {
  readonly workflowId: string;
  readonly step?: string;
  readonly costUsd: number;
  readonly at: string;
}

let told = 0;

function answer({ workflowId, step = 'context', costUsd, at }: Answer): AnyEvent {
  told += 1;
  const about = { id: `answer-${told}`, workflowId, taskId: `${workflowId}.${step}`, at };
  return buildEvent('AI.RESPONSE.RECEIVED', { ...sample, usage: { ...sample.usage, costUsd } }, about);
}

async function openWith(events: readonly AnyEvent[]) {
  const test = await openTestStore();
  const term = (await test.store.lease.acquire('recorder', 60_000)) ?? 0;
  await test.store.writer.record({ term, entries: toEntries(events), artifacts: [] });
  return test;
}

describe('what models cost, by the record', () => {
  const MORNING = '2026-06-01T08:00:00.000Z';
  const EVENING = '2026-06-01T20:00:00.000Z';
  const NEXT_DAY = '2026-06-02T00:00:00.000Z';

  it('is summed up for each task to the last millionth, without what came later', async () => {
    await using test = await openWith([
      ...buildBeginning('demo-1.r1'),
      answer({ workflowId: 'demo-1.r1', costUsd: 0.1, at: MORNING }),
      answer({ workflowId: 'demo-1.r1', costUsd: 0.200001, at: MORNING }),
      answer({ workflowId: 'demo-1.r1', step: 'plan', costUsd: 1e-6, at: MORNING }),
      answer({ workflowId: 'demo-1.r1', step: 'plan', costUsd: 5, at: EVENING }),
      answer({ workflowId: 'demo-2.r1', costUsd: 7, at: MORNING }),
    ]);
    const { reader } = test.store;
    expect(await reader.costsOfTasks(['demo-1.r1', 'unknown'], EVENING)).to.have.deep.members([
      { workflowId: 'demo-1.r1', taskId: 'demo-1.r1.context', microUsd: 300_001 },
      { workflowId: 'demo-1.r1', taskId: 'demo-1.r1.plan', microUsd: 1 },
    ]);
    expect(await reader.costsOfTasks([], EVENING)).to.deep.equal([]);
  });

  it('is summed up for each project and day', async () => {
    await using test = await openWith([
      ...buildBeginning('demo-1.r1'),
      answer({ workflowId: 'demo-1.r1', costUsd: 0.5, at: MORNING }),
      answer({ workflowId: 'demo-1.r1', costUsd: 0.25, at: EVENING }),
      answer({ workflowId: 'demo-1.r1', costUsd: 9, at: NEXT_DAY }),
      answer({ workflowId: 'stray-1.r1', costUsd: 1, at: MORNING }),
    ]);
    const { reader } = test.store;
    const span = { from: '2026-06-01T00:00:00.000Z', before: NEXT_DAY };
    expect(await reader.costsOfProjects(span)).to.have.deep.members([
      { project: 'demo', microUsd: 750_000 },
      { project: null, microUsd: 1_000_000 },
    ]);
    expect(await reader.costsOfProjects({ ...span, before: span.from })).to.deep.equal([]);
  });

  it('comes with what people raised budgets by', async () => {
    const raise = (id: string, data: { level: 'all' | 'workflow'; id: string; byUsd: number }, at: string) =>
      buildEvent('BUDGET.RAISED.SUCCESS', { ...SAMPLE_DATA['BUDGET.RAISED.SUCCESS'], ...data }, { id, at });
    const flow = { level: 'workflow', id: 'demo-1.r1' } as const;
    await using test = await openWith([
      ...buildBeginning('demo-1.r1'),
      raise('raise-1', { ...flow, byUsd: 0.1 }, MORNING),
      raise('raise-2', { ...flow, byUsd: 0.2 }, EVENING),
      raise('raise-3', { level: 'all', id: '2026-06-01', byUsd: 5 }, EVENING),
      raise('raise-4', { level: 'all', id: '2026-05-01', byUsd: 5 }, '2026-05-01T00:00:00.000Z'),
    ]);
    expect(await test.store.reader.raisesOfBudgets(MORNING)).to.have.deep.members([
      { ...flow, microUsd: 300_000 },
      { level: 'all', id: '2026-06-01', microUsd: 5_000_000 },
    ]);
  });
});
