import type { Command } from '@tamma/domain';

/** A command that changes something. */
export type Order = Exclude<Command, { readonly kind: 'explain' | 'help' }>;

export function isOrder(command: Command): command is Order {
  return command.kind !== 'explain' && command.kind !== 'help';
}

/** What a person who may said in a comment. */
export interface SpokenOrder {
  /** The issue or pull request that it was said about. */
  readonly number: number;
  readonly command: Order;
  readonly by: string;
  /** When it was written, in whole seconds; ISO 8601. */
  readonly at: string;
  /** Whether it was begun before, and cut off. */
  readonly isAgain: boolean;
}

export type Obeyed =
  | { readonly kind: 'obeyed'; readonly result: string; readonly isNews: boolean }
  | { readonly kind: 'refused'; readonly why: string };

/** Longest reason that is kept, in characters; the same as anywhere else that people give one. */
const WORDS_MAX = 4000;

export function wordsOf({ text }: Order): string {
  return text.slice(0, WORDS_MAX).trim();
}

/** Whether something was said before a moment. Platforms tell whole seconds, so the moment's own second is not before. */
export function isBefore(saidAt: string, moment: string): boolean {
  return Date.parse(saidAt) < Math.floor(Date.parse(moment) / 1000) * 1000;
}

export function refused(why: string): Obeyed {
  return { kind: 'refused', why };
}
