import type { ControlChannel } from '@tamma/coordination';

/** A channel within one process. */
export function memoryControl(): ControlChannel {
  const listeners = new Set<(workflowId: string) => void>();
  return {
    announce: async (workflowId) => {
      for (const listener of listeners) listener(workflowId);
    },
    listen: (onWorkflow) => {
      listeners.add(onWorkflow);
      return { [Symbol.dispose]: () => void listeners.delete(onWorkflow) };
    },
    close: async () => listeners.clear(),
  };
}
