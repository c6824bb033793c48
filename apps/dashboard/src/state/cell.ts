/** A value that says when it changed; what screens read. */
export interface Watched<Value> {
  get(): Value;
  /** Returns the function that ends it. */
  subscribe(listener: () => void): () => void;
}

export interface Cell<Value> extends Watched<Value> {
  set(value: Value): void;
  update(change: (value: Value) => Value): void;
}

export function createCell<Value>(initial: Value): Cell<Value> {
  let current = initial;
  const listeners = new Set<() => void>();
  const set = (value: Value): void => {
    if (Object.is(value, current)) return;
    current = value;
    for (const listener of [...listeners]) listener();
  };
  return {
    get: () => current,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    set,
    update: (change) => set(change(current)),
  };
}
