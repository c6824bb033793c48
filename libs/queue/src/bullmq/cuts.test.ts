import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import type { Fate } from '../queue.ts';
import { consumeAll, flowOf, openQueue, type Steps } from '../testing/bench.ts';
import { openCuttable } from '../testing/cuttable.ts';

const STEPS: Steps = [
  ['plan', 'git'],
  ['code', 'ai'],
  ['build', 'code'],
  ['merge', 'test'],
];
const FLOWS = 20;
const CUTS = 10;

describe('connections that are cut again and again', () => {
  it('cost no flow a task, an order or a failure, whatever its tasks were about to do', async () => {
    await using way = await openCuttable();
    await using queue = await openQueue();
    await using workers = await openQueue(queue.prefix, { redisUrl: way.redisUrl });
    const outcomes = new Set<string>();
    const wrong: string[] = [];
    const spines = Array.from({ length: FLOWS }, (_, index) => flowOf(`cut-${index}.r1`, STEPS));
    const fateOf = (workflowId: string, stepId: string, attempt: number): Fate => {
      const round = flowOf(workflowId, [['fix', 'build']], 1);
      if (stepId === 'plan' && attempt === 1) {
        return { kind: 'park', until: Date.now() + 3_600_000, isOver: async () => true };
      }
      if (stepId === 'code' && attempt === 1) return { kind: 'hand-back' };
      const isOpen = round.some(({ taskId }) => !outcomes.has(taskId));
      return stepId === 'build' && isOpen ? { kind: 'spawn', tasks: round } : { kind: 'done' };
    };
    await consumeAll(workers, ({ payload, attempt, failures }) => {
      const { taskId, workflowId, stepId } = payload;
      const place = STEPS.findIndex(([name]) => name === stepId);
      const before = STEPS.slice(0, Math.max(place, 0)).map(([name]) => `${workflowId}.${name}`);
      if (failures > 0 || before.some((id) => !outcomes.has(id))) wrong.push(`${taskId}.${attempt}`);
      const fate = fateOf(workflowId, stepId, attempt);
      if (fate.kind === 'done') outcomes.add(taskId);
      return fate;
    });
    for (const spine of spines) await queue.addFlow(spine);
    for (let round = 0; round < CUTS; round += 1) {
      await eventually('something is done meanwhile', () => outcomes.size >= (round * FLOWS) / 2);
      await eventually('the workers are connected', () => way.cut() > 1);
    }
    const last = spines.flatMap((spine) => spine.slice(-1));
    await eventually('all end', async () =>
      (await queue.readStatuses(last)).every((status) => status === 'completed'),
    );
    expect(wrong).to.deep.equal([]);
  });
});
