import type { AssistantBlock } from '../ai-provider.ts';
import type { CallPiece } from './chunk.ts';

interface CallSoFar {
  readonly index: number | null;
  id: string;
  name: string;
  args: string;
}

export interface CallPieces {
  /** Says how many characters it brought. */
  add(piece: CallPiece): number;
  /** The calls so far; one without a usable id of its own gets one. */
  blocks(): readonly AssistantBlock[];
}

/** Puts calls together from their pieces; servers number the pieces, or send each call whole. */
export function createCallPieces(turn: number): CallPieces {
  const calls: CallSoFar[] = [];
  return {
    add(piece: CallPiece): number {
      const call = findCall(calls, piece) ?? addCall(calls, piece);
      const args = toText(piece.function?.arguments);
      call.name ||= nameOf(piece);
      call.args += args;
      return nameOf(piece).length + args.length;
    },
    blocks(): readonly AssistantBlock[] {
      const seen = new Set<string>();
      return calls.map(({ id, name, args }, index) => {
        const usable = id !== '' && !seen.has(id) ? id : `call-${turn}-${index + 1}`;
        seen.add(usable);
        return { type: 'tool_call', id: usable, name, input: readArguments(args) };
      });
    },
  };
}

function findCall(calls: readonly CallSoFar[], piece: CallPiece): CallSoFar | undefined {
  const { index, id } = piece;
  if (typeof index === 'number') {
    const numbered = calls.findLast((call) => call.index === index);
    return numbered !== undefined && isNext(numbered, piece) ? undefined : numbered;
  }
  const last = calls.at(-1);
  return differs(last?.id ?? '', id) || nameOf(piece) !== '' ? undefined : last;
}

/**
 * Some number every call the same and send each one whole: a name begins the next call then. Others say the name again
 * with each piece of one call, whose arguments are not whole yet; or after them, with nothing more to say.
 */
function isNext(call: CallSoFar, piece: CallPiece): boolean {
  const name = nameOf(piece);
  if (name === '') return false;
  if (differs(call.id, piece.id) || (call.name !== '' && name !== call.name)) return true;
  return isWhole(call.args) && toText(piece.function?.arguments).trim() !== '';
}

function nameOf(piece: CallPiece): string {
  return piece.function?.name ?? '';
}

/** Arguments are an object, and no beginning of one is JSON. Most pieces are told by their end, without a look at all. */
function isWhole(args: string): boolean {
  return args.trimEnd().endsWith('}') && typeof readArguments(args) === 'object';
}

function differs(known: string, id: string | null | undefined): boolean {
  return typeof id === 'string' && id !== '' && id !== known;
}

function addCall(calls: CallSoFar[], { index, id }: CallPiece): CallSoFar {
  const call = { index: index ?? null, id: id ?? '', name: '', args: '' };
  calls.push(call);
  return call;
}

function toText(args: unknown): string {
  if (args === undefined || args === null) return '';
  return typeof args === 'string' ? args : JSON.stringify(args);
}

/** What is no JSON stays as it came: whoever runs the call says what is wrong with it. */
function readArguments(args: string): unknown {
  if (args.trim() === '') return {};
  try {
    return JSON.parse(args);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return args;
    throw thrown;
  }
}
