import { showHidden } from './hidden-characters.ts';

/** Everything that a fence is ever named, and names by which models know who speaks. */
export const FENCES = [
  'answer',
  'bug',
  'comment',
  'commits',
  'conflicts',
  'context',
  'diff',
  'earlier',
  'gates',
  'issue',
  'plan',
  'problem',
  'question',
  'related',
  'reply',
  'task',
  'unread',
  'wanted',
] as const;
export type FenceName = (typeof FENCES)[number];
const SPEAKERS: readonly string[] = ['system', 'assistant', 'human', 'instructions'];
const NAMES: readonly string[] = [...FENCES, ...SPEAKERS];

/** Where a text comes from and how far its author is trusted: `source`, `author`, `role`. */
export type Labels = Readonly<Record<string, string>>;

/** All that may be taken for the beginning of a tag. */
const OPENERS = /[<\uFF1C\uFE64\u2039\u27E8\u3008\u276E\u1438\u02C2\u2329\u226A\u00AB\u300A]/gu;
/** How far behind an opener its name may stand, in characters. */
const REACH = 200;
const SLASHES = /^[\s/\u2044\u2215\u29F8\u2571\u3033\uFF0F]+/u;
/** Letters of other alphabets that look like Latin ones. */
const ALIKE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    а: 'a',
    е: 'e',
    і: 'i',
    ї: 'i',
    ј: 'j',
    о: 'o',
    р: 'p',
    с: 'c',
    у: 'y',
    х: 'x',
    ѕ: 's',
    ԛ: 'q',
    ԝ: 'w',
    һ: 'h',
    ո: 'n',
    ս: 'u',
    α: 'a',
    ε: 'e',
    ι: 'i',
    ο: 'o',
    ρ: 'p',
    υ: 'u',
    ν: 'v',
    κ: 'k',
    τ: 't',
    χ: 'x',
    ı: 'i',
    ɩ: 'i',
    ɡ: 'g',
  }),
);

/**
 * Text from outside is data: fenced, labelled with where it comes from, and unable to close its own fence or to open
 * another, however that is spelled: a backslash takes the meaning from whatever looks like it.
 */
export function fence(name: FenceName, text: string, labels: Labels = {}): string {
  const { text: shown, hidden } = showHidden(text);
  const all = hidden === 0 ? labels : { ...labels, 'hidden-characters': String(hidden) };
  return `<${name}${renderLabels(all)}>\n${takeMeaning(shown)}\n</${name}>`;
}

function takeMeaning(text: string): string {
  return text.replaceAll(OPENERS, (opener, offset: number) => {
    const behind = text.slice(offset + opener.length, offset + opener.length + REACH);
    return isFence(behind) ? `${opener}\\` : opener;
  });
}

const LONGEST_NAME = Math.max(...NAMES.map(({ length }) => length));

function isFence(behind: string): boolean {
  const written = behind.trimStart().replace(SLASHES, '');
  // What does not look like its neighbors may take several characters each.
  const folded = fold(written.slice(0, 4 * LONGEST_NAME));
  return NAMES.some((name) => folded.startsWith(name) && !/^[\p{L}\p{N}_-]/u.test(folded.slice(name.length)));
}

function fold(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase();
  return [...plain].map((character) => ALIKE.get(character) ?? character).join('');
}

/** Longest value of a label, in characters. */
const LABEL_MAX = 100;

function renderLabels(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => ` ${key}="${quiet(value)}"`)
    .join('');
}

/** One line without anything that ends a label or a tag. */
function quiet(value: string): string {
  return showHidden(value)
    .text.replaceAll(/["'&\s]+/gu, ' ')
    .replaceAll(OPENERS, '(')
    .replaceAll('>', ')')
    .trim()
    .slice(0, LABEL_MAX)
    .toWellFormed();
}
