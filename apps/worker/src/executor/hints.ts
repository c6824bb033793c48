import type { ControlChannel } from '@tamma/coordination';

/** Hears that something about one workflow changed, from the moment it was made. */
export interface Ear extends Disposable {
  /** Called at once when something was heard before. */
  onHint(look: () => void): void;
}

export interface Hints extends Disposable {
  listen(workflowId: string): Ear;
}

/** One listener per process, however many attempts run in it. */
export function createHints(control: ControlChannel): Hints {
  const ears = new Map<string, Set<() => void>>();
  const listener = control.listen((workflowId) => {
    for (const hear of ears.get(workflowId) ?? []) hear();
  });
  return {
    listen: (workflowId) => createEar(ears, workflowId),
    [Symbol.dispose]: () => listener[Symbol.dispose](),
  };
}

function createEar(ears: Map<string, Set<() => void>>, workflowId: string): Ear {
  let onHint: (() => void) | null = null;
  let isHinted = false;
  const hear = () => {
    isHinted = true;
    onHint?.();
  };
  const others = ears.get(workflowId) ?? new Set();
  ears.set(workflowId, others.add(hear));
  return {
    onHint: (look) => {
      onHint = look;
      if (isHinted) look();
    },
    [Symbol.dispose]: () => {
      others.delete(hear);
      if (others.size === 0 && ears.get(workflowId) === others) ears.delete(workflowId);
    },
  };
}
