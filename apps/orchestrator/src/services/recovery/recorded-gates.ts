import type { AnyEvent, Gate, GateResult } from '@tamma/domain';

/** The last verdict of each gate on each commit, and what a person let pass all the same. */
export function readGates(events: readonly AnyEvent[]): readonly GateResult[] {
  const results = new Map<string, GateResult>();
  const gateOfTask = new Map<string, Gate>();
  const overrides = new Map<string, NonNullable<GateResult['override']>>();
  for (const event of events) {
    const { taskId = '' } = event;
    if (event.type === 'GATE.RAN.SUCCESS' || event.type === 'GATE.RAN.FAILED') {
      const { gate, commit, summary } = event.data;
      gateOfTask.set(taskId, gate);
      results.set(keyOf(gate, commit), { gate, commit, summary, passed: event.type === 'GATE.RAN.SUCCESS' });
    }
    if (event.type === 'TASK.OVERRIDE.ORDERED') {
      overrides.set(taskId, { by: event.actor.id, why: event.data.why });
    }
    if (event.type !== 'TASK.COMPLETED.SUCCESS') continue;
    const [gate, override, commit] = [
      gateOfTask.get(taskId),
      overrides.get(taskId),
      commitIn(event.data.result),
    ];
    if (gate === undefined || override === undefined || commit === null) continue;
    const failed = results.get(keyOf(gate, commit));
    if (failed?.passed === false) results.set(keyOf(gate, commit), { ...failed, override });
  }
  return [...results.values()];
}

function keyOf(gate: Gate, commit: string): string {
  return `${gate}:${commit}`;
}

/** The commit that a gate's step ended on: an override counts for it alone. */
function commitIn(result: unknown): string | null {
  if (typeof result !== 'object' || result === null || !('commit' in result)) return null;
  return typeof result.commit === 'string' ? result.commit : null;
}
