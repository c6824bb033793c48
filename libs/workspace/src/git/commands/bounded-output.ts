export interface BoundedOutput {
  append(text: string): void;
  /** At most `max` characters: all of it, or head and tail with a note of how much is missing. */
  text(): string;
}

/** Keeps the head and the tail of a text that may never end. */
export function boundedOutput(max: number): BoundedOutput {
  const headMax = Math.ceil(max / 2);
  const tailMax = max - headMax;
  let head = '';
  let tail = '';
  let total = 0;
  return {
    append(text) {
      total += text.length;
      const room = headMax - head.length;
      head += text.slice(0, room);
      tail += text.slice(room);
      // Cut only now and then: cutting at every piece would copy the tail every time.
      if (tail.length > 2 * tailMax) tail = lastOf(tail, tailMax);
    },
    text() {
      return storable(total <= max ? head + tail : cut({ head, tail: lastOf(tail, tailMax), total, max }));
    },
  };
}

interface Kept {
  readonly head: string;
  readonly tail: string;
  readonly total: number;
  readonly max: number;
}

function cut({ head, tail, total, max }: Kept): string {
  // Room for the longest number the note may carry; the kept parts shrink by the note's length.
  const room = Math.max(0, max - note(total).length);
  const headKept = head.slice(0, Math.ceil(room / 2));
  const tailKept = lastOf(tail, Math.floor(room / 2));
  return (headKept + note(total - headKept.length - tailKept.length) + tailKept).slice(0, max);
}

function note(characters: number): string {
  return `\n[… ${characters} characters left out …]\n`;
}

function lastOf(text: string, length: number): string {
  return length === 0 ? '' : text.slice(-length);
}

/** Neither JSON in PostgreSQL nor its text takes a NUL or half a surrogate pair. */
function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}
