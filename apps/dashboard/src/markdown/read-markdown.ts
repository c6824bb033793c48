import { lexer, type Token, type Tokens } from 'marked';
import { printable } from '../format/printable.ts';
import { DEPTH_MAX, isKnown, readInlines } from './read-inline.ts';
import type { Block } from './tree.ts';

/** Longer texts are shown as they are: nobody reads them for their looks. In characters. */
export const MARKDOWN_LENGTH_MAX = 128 * 1024;

/** Reads Markdown of strangers; null for what is too long or too deeply nested to be more than plain text. */
export function readMarkdown(text: string): readonly Block[] | null {
  if (text.length > MARKDOWN_LENGTH_MAX) return null;
  try {
    return readBlocks(lexer(text), 0);
  } catch (error) {
    // Nested so deeply that the stack ended.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function readBlocks(tokens: readonly Token[], depth: number): readonly Block[] {
  return tokens.flatMap((token) => readBlock(token, depth));
}

function readBlock(token: Token, depth: number): readonly Block[] {
  if (!isKnown(token) || depth > DEPTH_MAX) return [verbatim(token.raw)];
  switch (token.type) {
    case 'space':
    case 'def':
      return [];
    case 'heading':
      return [{ kind: 'heading', level: token.depth, content: readInlines(token.tokens, depth) }];
    case 'code':
      return [{ kind: 'code', text: printable(token.text) }];
    case 'blockquote':
      return [{ kind: 'quote', blocks: readBlocks(token.tokens, depth + 1) }];
    case 'list':
      return [readList(token, depth)];
    case 'table':
      return [readTable(token, depth)];
    case 'hr':
      return [{ kind: 'rule' }];
    case 'paragraph':
      return [{ kind: 'paragraph', content: readInlines(token.tokens, depth) }];
    case 'html':
      return [verbatim(token.raw.trimEnd())];
    default:
      return [{ kind: 'paragraph', content: readInlines([token], depth) }];
  }
}

function readList({ ordered, start, items }: Tokens.List, depth: number): Block {
  return {
    kind: 'list',
    start: ordered ? Number(start) : null,
    items: items.map((item) => readItem(item.tokens, depth + 1)),
  };
}

/** The box of a task and the words beside it are one line. */
function readItem(tokens: readonly Token[], depth: number): readonly Block[] {
  const [first, second, ...rest] = tokens;
  if (first?.type !== 'checkbox' || second?.type !== 'text') return readBlocks(tokens, depth);
  return [{ kind: 'paragraph', content: readInlines([first, second], depth) }, ...readBlocks(rest, depth)];
}

function readTable({ header, rows }: Tokens.Table, depth: number): Block {
  return {
    kind: 'table',
    head: header.map(({ tokens }) => readInlines(tokens, depth)),
    rows: rows.map((row) => row.map(({ tokens }) => readInlines(tokens, depth))),
  };
}

function verbatim(raw: string): Block {
  return { kind: 'paragraph', content: [{ kind: 'text', text: printable(raw) }] };
}
