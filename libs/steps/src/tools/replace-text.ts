import { TammaError } from '@tamma/domain';
import { describeNearest } from './nearest-line.ts';

export interface Edit {
  readonly path: string;
  readonly find: string;
  readonly replace: string;
  /** Every place; otherwise there must be one only. */
  readonly replaceAll?: boolean | undefined;
}

const RESULT_MAX_CHARACTERS = 2 * 1024 * 1024;

export interface Replaced {
  readonly text: string;
  readonly places: number;
}

/** Replaces an exact piece of text. In a file with CRLF, line breaks of the edit are taken for those. */
export function replaceText(text: string, edit: Edit): Replaced {
  const { find, replace } = withBreaksOf(text, edit);
  if (find === replace) throw unfit('EDIT_CHANGES_NOTHING', 'find and replace are the same');
  const first = text.indexOf(find);
  if (first === -1) throw notFound(text, edit.path, find);
  if (edit.replaceAll) {
    const parts = text.split(find);
    const places = parts.length - 1;
    // Asked before it is put together: many places and a long text are more than any memory takes.
    if (text.length + places * (replace.length - find.length) > RESULT_MAX_CHARACTERS)
      throw tooLong(edit.path);
    return { text: parts.join(replace), places };
  }
  // From the next character on: two places may overlap.
  const second = text.indexOf(find, first + 1);
  if (second !== -1) throw notUnique(edit.path, [lineAt(text, first), lineAt(text, second)]);
  return { text: text.slice(0, first) + replace + text.slice(first + find.length), places: 1 };
}

function withBreaksOf(text: string, { find, replace }: Edit): Pick<Edit, 'find' | 'replace'> {
  const isMeantAsIs = find.includes('\r') || (find.includes('\n') && text.includes(find));
  if (isMeantAsIs || !text.includes('\r\n')) return { find, replace };
  return { find: toCrlf(find), replace: toCrlf(replace) };
}

function toCrlf(text: string): string {
  return text.replaceAll(/\r?\n/g, '\r\n');
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function notFound(text: string, path: string, find: string): TammaError {
  const why = `${path} does not hold that text; ${describeNearest(text, find)}`;
  return unfit('TEXT_NOT_FOUND', why, 'Read those lines and copy them exactly.');
}

function notUnique(path: string, lines: readonly number[]): TammaError {
  const why = `${path} holds that text more than once, on lines ${lines.join(' and ')} to begin with`;
  return unfit('TEXT_NOT_UNIQUE', why, 'Take in more of the text around it, or set replaceAll.');
}

function tooLong(path: string): TammaError {
  return unfit('EDIT_TOO_LONG', `${path} would become longer than ${RESULT_MAX_CHARACTERS} characters`);
}

function unfit(code: string, why: string, remedy = 'Make another edit.'): TammaError {
  return new TammaError(code, why, { remedy });
}
