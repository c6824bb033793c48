/** Characters that nobody sees and a model reads: controls, directions, joiners, tags, fillers and selectors. */
const HIDDEN =
  /(?:[\p{Cc}\p{Cf}\u115F\u1160\u3164\uFFA0]|\u034F|\u17B4|\u17B5|[\u180B-\u180F]|[\u{E0100}-\u{E01EF}])+/gu;
const PLAIN = /^[\n\r\t]+$/;
/** Ends of lines stay what they are; only what stands beside them is shown. */
const PLAIN_PARTS = /([\n\r\t]+)/;
const JOINERS = /^[\u200C\u200D]$/;
const ASCII_MAX = 0x7f;

export interface ShownText {
  readonly text: string;
  /** How many were hidden. */
  readonly hidden: number;
}

/**
 * Writes hidden characters out as what they are, so that nothing is said to a model that its people cannot see. A joiner
 * between letters of scripts that need it stays.
 */
export function showHidden(text: string): ShownText {
  let hidden = 0;
  const shown = text.toWellFormed().replaceAll(HIDDEN, (found: string, offset: number, whole: string) => {
    if (PLAIN.test(found) || isJoining(found, whole, offset)) return found;
    return found
      .split(PLAIN_PARTS)
      .map((part) => {
        if (part === '' || PLAIN.test(part)) return part;
        const characters = [...part];
        hidden += characters.length;
        return nameOf(characters);
      })
      .join('');
  });
  return { text: shown, hidden };
}

function isJoining(found: string, whole: string, offset: number): boolean {
  if (!JOINERS.test(found)) return false;
  const around = [whole.charCodeAt(offset - 1), whole.charCodeAt(offset + found.length)];
  return around.every((code) => code > ASCII_MAX);
}

function nameOf(characters: readonly string[]): string {
  const [first = ''] = characters;
  const code = `U+${(first.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return characters.length === 1 ? `[${code}]` : `[${characters.length} hidden characters from ${code} on]`;
}
