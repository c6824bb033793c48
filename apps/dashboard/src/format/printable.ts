/** Colors and cursor moves of terminals, as tools write them into their logs. */
const TERMINAL_SEQUENCE = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[ -/]*[@-~]`, 'g');
/** Steers or hides what stands around it. The joiners that scripts and emoji are spelled with stay. */
const STEERING = /(?![\t\n\u200c\u200d])[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/**
 * Text of strangers as a page may show it: what would turn the direction of the line, hide a part of it or imitate
 * another text is named instead, such as ⟨U+202E⟩. Line ends and tabs stay.
 */
export function printable(text: string): string {
  return text
    .replace(TERMINAL_SEQUENCE, '')
    .replace(/\r\n?/g, '\n')
    .replace(STEERING, (character) => `⟨U+${codeOf(character)}⟩`);
}

/** What is read at a glance is not longer than this, in characters; the whole of it stands elsewhere. */
const LINE_LENGTH_MAX = 400;

/** The same on one line, cut where nobody reads on. */
export function printableLine(text: string): string {
  const line = printable(text).replace(/\s+/g, ' ').trim();
  if (line.length <= LINE_LENGTH_MAX) return line;
  return `${line.slice(0, LINE_LENGTH_MAX)} … (${line.length - LINE_LENGTH_MAX} more characters)`;
}

function codeOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
