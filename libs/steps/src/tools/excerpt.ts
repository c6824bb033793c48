import { TammaError } from '@tamma/domain';

const LINES_MAX = 2_000;
/** Below what the conversation takes of one answer, so that the note is not cut off. */
export const CHARACTERS_MAX = 31 * 1024;

export interface LineRange {
  readonly path: string;
  /** Counted from one; the first and the last line when absent. */
  readonly startLine?: number | undefined;
  readonly endLine?: number | undefined;
}

/** The lines as they are; a note at the end says which they are when they are not the whole file, and how to go on. */
export function excerptOf(text: string, { path, startLine = 1, endLine }: LineRange): string {
  const lines = text.split(/(?<=\n)/);
  const total = text === '' ? 0 : lines.length;
  if (startLine > Math.max(total, 1)) throw badRange(`${path} has ${total} lines, none from ${startLine} on`);
  if (endLine !== undefined && endLine < startLine) {
    throw badRange(`endLine ${endLine} is before startLine ${startLine}`);
  }
  const wanted = lines.slice(startLine - 1, Math.min(endLine ?? total, startLine - 1 + LINES_MAX));
  const shown = takeLines(wanted);
  if (shown.length === total && shown.every((line, index) => line === lines[index])) return text;
  return `${shown.join('')}${noteAfter(shown, { startLine, total, cut: wanted[shown.length - 1] })}`;
}

/** As many whole lines as there is room for; of a first line that is too long by itself, its beginning. */
function takeLines(lines: readonly string[]): readonly string[] {
  const taken: string[] = [];
  let room = CHARACTERS_MAX;
  for (const line of lines) {
    if (line.length > room) break;
    taken.push(line);
    room -= line.length;
  }
  const [first] = lines;
  return taken.length === 0 && first !== undefined ? [first.slice(0, CHARACTERS_MAX)] : taken;
}

interface Shown {
  readonly startLine: number;
  readonly total: number;
  /** The last line shown, as it is in the file. */
  readonly cut: string | undefined;
}

function noteAfter(shown: readonly string[], { startLine, total, cut }: Shown): string {
  const last = startLine + shown.length - 1;
  const lineBreak = shown.at(-1)?.endsWith('\n') ? '' : '\n';
  const end = shown.at(-1) === cut ? '' : `; line ${last} is longer than can be shown`;
  const next = last < total ? `; go on with startLine ${last + 1}` : '';
  return `${lineBreak}[lines ${startLine} to ${last} of ${total}${end}${next}]`;
}

function badRange(why: string): TammaError {
  return new TammaError('LINES_MISSING', why, { remedy: 'Read the file without a range first.' });
}
