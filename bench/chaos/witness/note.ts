import { AsyncLocalStorage } from 'node:async_hooks';
import { openSync, writeSync } from 'node:fs';
import { WITNESS_VARIABLE, type WitnessLine } from './line.ts';

interface Doer {
  readonly task: string;
  readonly attempt: number;
}

/** Which attempt is at work, wherever its calls lead. */
export const doing = new AsyncLocalStorage<Doer>();

// O_APPEND and one write per line: lines of several processes never mix, and none is lost with the process.
const file = openSync(process.env[WITNESS_VARIABLE] ?? '/nowhere', 'a');

function append(line: Pick<WitnessLine, 'effect' | 'workflow' | 'commit' | 'phase' | 'result'>): void {
  const { task, attempt } = doing.getStore() ?? { task: null, attempt: null };
  const whole: WitnessLine = { ...line, task, attempt, pid: process.pid, at: Date.now() };
  writeSync(file, `${JSON.stringify(whole)}\n`);
}

export interface Seen<Value> {
  readonly effect: WitnessLine['effect'];
  /** The workflow it is about, where it is done outside of any task. */
  readonly workflow?: string | null;
  /** Known before it is done. */
  readonly commit?: string | null;
  /** What came of it, in a word; `ok` by default. */
  readonly resultOf?: (value: Value) => string;
  /** Known only when it is done. */
  readonly commitOf?: (value: Value) => string | null;
}

/** Says that something is about to be done, does it, and says what came of it. */
export async function witnessed<Value>(
  { effect, workflow = null, commit = null, resultOf, commitOf }: Seen<Value>,
  act: () => Promise<Value>,
): Promise<Value> {
  append({ effect, workflow, commit, phase: 'before', result: null });
  try {
    const value = await act();
    const result = resultOf?.(value) ?? 'ok';
    append({ effect, workflow, commit: commitOf?.(value) ?? commit, phase: 'after', result });
    return value;
  } catch (thrown) {
    append({ effect, workflow, commit, phase: 'after', result: 'thrown' });
    throw thrown;
  }
}
