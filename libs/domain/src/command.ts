import { SCORE_MAX } from './priority.ts';

/** What a person can tell the engine in a comment. */
export type Command =
  | { readonly kind: 'approve' | 'reject' | 'retry' | 'cancel' | 'suspend' | 'resume'; readonly text: string }
  /** Both say nothing without words. */
  | { readonly kind: 'edit' | 'answer'; readonly text: string }
  | { readonly kind: 'priority'; readonly score: number; readonly text: string }
  | { readonly kind: 'explain' | 'help' };

export type CommandKind = Command['kind'];

export type FoundCommand =
  | { readonly ok: true; readonly command: Command }
  /** It was meant as one; says what is wrong with it and how to write it. */
  | { readonly ok: false; readonly problem: string };

export const COMMAND_PREFIX = '/tamma';

const WORDS = ['approve', 'reject', 'retry', 'cancel', 'suspend', 'resume'] as const;
const WORDY = ['edit', 'answer'] as const;
/** Longest text of a command that is kept, in characters. */
const TEXT_MAX = 10_000;
const NAME_MAX = 40;

/** What each command needs of who gives it. */
export function permissionOf(kind: CommandKind): 'operate' | 'approve' | 'view' {
  switch (kind) {
    case 'approve':
    case 'reject':
    case 'edit':
    case 'answer':
      return 'approve';
    case 'explain':
    case 'help':
      return 'view';
    case 'retry':
    case 'cancel':
    case 'suspend':
    case 'resume':
    case 'priority':
      return 'operate';
  }
}

/**
 * The command a comment gives, null when it gives none. It has to begin the first line with words: what is quoted,
 * fenced, indented as code or hidden, or stands further down, is somebody else's words, and never a command.
 */
export function findCommand(comment: string): FoundCommand | null {
  const said = /^(?:[ \t]*\r?\n)* {0,3}\/tamma(?!\S)(?:[ \t]+(\S+))?([\s\S]*)$/i.exec(comment);
  if (said === null) return null;
  const [, word = '', rest = ''] = said;
  // People write sentences: "/tamma approve, thanks."
  const name = word
    .slice(0, NAME_MAX)
    .toLowerCase()
    .replace(/[.,:;!]+$/, '');
  const text = storable(rest.trim().slice(0, TEXT_MAX));
  if (name === 'priority') return priorityOf(text);
  if (name === 'explain' || name === 'help') return { ok: true, command: { kind: name } };
  const plain = WORDS.find((one) => one === name);
  if (plain !== undefined) return { ok: true, command: { kind: plain, text } };
  const wordy = WORDY.find((one) => one === name);
  if (wordy === undefined) return { ok: false, problem: `${namedOf(name)} is no command; ${KNOWN}` };
  if (text !== '') return { ok: true, command: { kind: wordy, text } };
  return { ok: false, problem: `write what you mean behind it: ${COMMAND_PREFIX} ${wordy} <text>` };
}

/** Shown only where it is a plain word: an answer must not repeat a stranger's markup or mentions. */
function namedOf(name: string): string {
  if (name === '') return `${COMMAND_PREFIX} alone`;
  return /^[a-z0-9-]+$/.test(name) ? `"${name}"` : 'that';
}

/** Neither JSON in PostgreSQL nor its text takes a NUL or half a surrogate pair. */
function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}

function priorityOf(text: string): FoundCommand {
  const [, digits, why = ''] = /^(\d{1,4})(?:\s+([\s\S]*))?$/.exec(text) ?? [];
  const score = Number(digits);
  if (digits !== undefined && score <= SCORE_MAX) {
    return { ok: true, command: { kind: 'priority', score, text: why } };
  }
  return {
    ok: false,
    problem: `write a number from 0 to ${SCORE_MAX} behind it: ${COMMAND_PREFIX} priority 700`,
  };
}

const KNOWN = `known are ${[...WORDS, ...WORDY, 'priority', 'explain', 'help'].join(', ')}`;
