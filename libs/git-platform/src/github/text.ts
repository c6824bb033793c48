/** Longest body that is taken over, in characters: it travels in the result of a step, and in prompts. */
const BODY_MAX = 20_000;
const TITLE_MAX = 1000;
/** Longest comment GitHub takes, in characters. */
export const COMMENT_MAX = 65_536;

/** A body as it may go on to prompts and rows: in bounds, and without what databases cannot hold. */
export function bodyOf(text: string | null | undefined): string {
  return cut(cleaned(text ?? ''), BODY_MAX);
}

export function titleOf(text: string): string {
  return cleaned(text).slice(0, TITLE_MAX);
}

/** A text of at most so many characters, which says so when some of it is missing. */
export function cut(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  const note = `\n\n[cut: it has ${text.length} characters]`;
  return text.slice(0, charactersMax - note.length).toWellFormed() + note;
}

/** A text without what databases and GitHub refuse to hold. */
export function cleaned(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
