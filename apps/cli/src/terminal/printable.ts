import { stripVTControlCharacters } from 'node:util';

/** Control characters, invisible ones that turn text around, and line breaks that only some programs see. */
const UNPRINTABLE = /(?:(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}])+/gu;
/** The same where JSON.stringify leaves them as they are. */
const UNPRINTABLE_IN_JSON = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text of strangers for a terminal: no escape sequence and no control character; line breaks and tabs stay. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replaceAll('\r\n', '\n').replace(UNPRINTABLE, ' ');
}

export function oneLine(text: string): string {
  return text.replace(/[\n\t]+/g, ' ');
}

/** One line of JSON with the same value, and nothing in it that a terminal obeys. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(UNPRINTABLE_IN_JSON, (character) =>
    Array.from({ length: character.length }, (_, index) => escapeUnit(character.charCodeAt(index))).join(''),
  );
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
