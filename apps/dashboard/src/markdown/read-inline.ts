import type { MarkedToken, Token } from 'marked';
import { printable } from '../format/printable.ts';
import type { Inline } from './tree.ts';

/** Deeper than people write, and what still has room on a phone. */
export const DEPTH_MAX = 8;

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

export function readInlines(tokens: readonly Token[] | undefined, depth: number): readonly Inline[] {
  return (tokens ?? []).flatMap((token) => readInline(token, depth));
}

function readInline(token: Token, depth: number): readonly Inline[] {
  if (!isKnown(token) || depth > DEPTH_MAX) return [textOf(token.raw)];
  switch (token.type) {
    case 'text':
      return token.tokens === undefined ? [textOf(decode(token.text))] : readInlines(token.tokens, depth + 1);
    case 'escape':
      return [textOf(token.text)];
    case 'strong':
      return [{ kind: 'strong', content: readInlines(token.tokens, depth + 1) }];
    case 'em':
      return [{ kind: 'emphasis', content: readInlines(token.tokens, depth + 1) }];
    case 'del':
      return [{ kind: 'deleted', content: readInlines(token.tokens, depth + 1) }];
    case 'codespan':
      return [{ kind: 'code', text: printable(token.text) }];
    case 'link':
      return readLink(token.href, readInlines(token.tokens, depth + 1), token.raw);
    case 'image':
      return readLink(token.href, [textOf(`image: ${token.text || token.href}`)], token.raw);
    case 'checkbox':
      return [{ kind: 'checkbox', isChecked: token.checked }];
    case 'br':
      return [{ kind: 'break' }];
    default:
      return [textOf(token.raw)];
  }
}

/** An address that is no web or mail address stays the text it was written as. */
function readLink(href: string, content: readonly Inline[], raw: string): readonly Inline[] {
  const protocol = URL.parse(href)?.protocol;
  if (protocol === undefined || !['http:', 'https:', 'mailto:'].includes(protocol)) return [textOf(raw)];
  return [{ kind: 'link', href, content }];
}

function textOf(text: string): Inline {
  return { kind: 'text', text: printable(text) };
}

function decode(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}

/** Marked types tokens of extensions as anything; there are none here. */
export function isKnown(token: Token): token is MarkedToken {
  return typeof token.type === 'string';
}
