import { type Document, isScalar, isSeq, type Pair, parseDocument, stringify, type YAMLSeq } from 'yaml';
import { pairOf, splitFrontMatter } from './front-matter.ts';

/** A piece of the text to be replaced; offsets in characters. */
interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Sets one key of the front matter and leaves every other character of the file as its author wrote it.
 * Text without front matter comes back unchanged. The caller reads the result again before it trusts it:
 * YAML has spellings that no splice foresees.
 */
export function setScalar(text: string, key: string, value: string | null): string {
  return editYaml(text, ({ document, yaml, lineEnd }) => {
    const pair = pairOf(document, key);
    if (pair === undefined) return [appended(yaml, `${key}: ${inline(value)}`, lineEnd)];
    return [replacedValue(yaml, pair, inline(value))];
  });
}

export interface ListChange {
  /** Items to drop, as the predicate recognizes their text. */
  readonly isDropped: (item: string) => boolean;
  readonly added: readonly string[];
}

export function changeList(text: string, key: string, change: ListChange): string {
  return editYaml(text, ({ document, yaml, lineEnd }) => {
    const pair = pairOf(document, key);
    const added = change.added.map(inline);
    if (pair === undefined) return [appended(yaml, `${key}: [${added.join(', ')}]`, lineEnd)];
    if (!isSeq(pair.value)) return [replacedValue(yaml, pair, `[${added.join(', ')}]`)];
    return pair.value.flow === true
      ? [flowList(yaml, pair.value, change)]
      : blockList(yaml, pair.value, { change, lineEnd });
  });
}

interface Yaml {
  readonly document: Document;
  readonly yaml: string;
  readonly lineEnd: string;
}

function editYaml(text: string, edit: (source: Yaml) => readonly Splice[]): string {
  const split = splitFrontMatter(text);
  if (!split.ok) return text;
  const { opening, yaml, rest } = split.value;
  const lineEnd = opening.endsWith('\r\n') ? '\r\n' : '\n';
  const splices = edit({ document: parseDocument(yaml, { logLevel: 'silent' }), yaml, lineEnd });
  const fromTheEnd = splices.toSorted((one, other) => other.start - one.start || other.end - one.end);
  const edited = fromTheEnd.reduce(
    (all, { start, end, text }) => all.slice(0, start) + text + all.slice(end),
    yaml,
  );
  return opening + edited + rest;
}

function appended(yaml: string, line: string, lineEnd: string): Splice {
  return { start: yaml.length, end: yaml.length, text: line + lineEnd };
}

function replacedValue(yaml: string, pair: Pair, text: string): Splice {
  const { start, end } = rangeOf(pair.value) ?? rangeAfterKey(pair, yaml);
  const before = /\s$/.test(yaml.slice(0, start)) ? '' : ' ';
  const after = /^(\s|$)/.test(yaml.slice(end)) ? '' : ' ';
  return { start, end, text: before + text + after };
}

function flowList(yaml: string, list: YAMLSeq, { isDropped, added }: ListChange): Splice {
  const { start, end } = rangeOf(list) ?? { start: yaml.length, end: yaml.length };
  const kept = list.items.filter((item) => !isDropped(textOf(item))).map((item) => sourceOf(yaml, item));
  const padding = yaml.startsWith('[ ', start) ? ' ' : '';
  const items = [...kept, ...added.map(inline)].join(', ');
  return { start, end, text: items === '' ? '[]' : `[${padding}${items}${padding}]` };
}

/** One item to a line: whole lines go and come, so that comments beside the others stay. */
function blockList(
  yaml: string,
  list: YAMLSeq,
  { change, lineEnd }: { readonly change: ListChange; readonly lineEnd: string },
): Splice[] {
  const lines = list.items.map((item) => lineOf(yaml, item));
  const dropped = lines.filter((_, index) => change.isDropped(textOf(list.items[index])));
  const last = lines.at(-1);
  if (last === undefined) return [];
  const text = change.added.map((item) => `${last.prefix}${inline(item)}${lineEnd}`).join('');
  const drops = dropped.map(({ start, end }) => ({ start, end, text: '' }));
  return [...drops, { start: last.end, end: last.end, text }];
}

function lineOf(yaml: string, item: unknown): { start: number; end: number; prefix: string } {
  const itemStart = rangeOf(item)?.start ?? yaml.length;
  const start = yaml.lastIndexOf('\n', itemStart - 1) + 1;
  const lineFeed = yaml.indexOf('\n', itemStart);
  return { start, end: lineFeed < 0 ? yaml.length : lineFeed + 1, prefix: yaml.slice(start, itemStart) };
}

function rangeOf(node: unknown): { start: number; end: number } | null {
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : null;
  if (!Array.isArray(range)) return null;
  return { start: Number(range[0]), end: Number(range[1]) };
}

function rangeAfterKey(pair: Pair, yaml: string): { start: number; end: number } {
  const end = rangeOf(pair.key)?.end ?? yaml.length;
  return { start: end, end };
}

function sourceOf(yaml: string, item: unknown): string {
  const range = rangeOf(item);
  return range === null ? '' : yaml.slice(range.start, range.end);
}

function textOf(item: unknown): string {
  return isScalar(item) ? String(item.value) : '';
}

/** A value as it may stand anywhere in YAML, within a bracketed list too. */
function inline(value: string | null): string {
  return stringify([value], { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 })
    .trimEnd()
    .slice(1, -1);
}
