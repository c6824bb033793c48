/** Between who learns that there is something to look at and the loop that looks, which runs only in the one that leads. */
export interface Bell {
  ring(): void;
  /** Calls `onRing` at every ring, until what is returned is called. */
  listen(onRing: () => void): () => void;
}

export function createBell(): Bell {
  const listeners = new Set<() => void>();
  return {
    ring: () => {
      for (const onRing of listeners) onRing();
    },
    listen: (onRing) => {
      const own = () => onRing();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}
