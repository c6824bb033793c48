import { createCell, type Watched } from '../state/cell.ts';

/** What screen readers are told although nobody moved there. */
export interface Announcer extends Watched<string> {
  say(text: string): void;
}

export function createAnnouncer(): Announcer {
  const cell = createCell('');
  return {
    get: cell.get,
    subscribe: cell.subscribe,
    // Said twice, it has to differ, or it is not read.
    say: (text) => cell.update((last) => (last === text ? `${text}\u00a0` : text)),
  };
}
