import type {
  CancelResult,
  CommitResult,
  DecideResult,
  FlagResult,
  OrderResult,
  RetryResult,
  StoredOutcome,
} from '../workflow-hash.ts';

/** Makes a parser of the words that a script may answer. */
function parserOf<Word extends string>(
  script: string,
  words: Readonly<Record<Word, true>>,
): (reply: unknown) => Word {
  const isWord = (reply: unknown): reply is Word => typeof reply === 'string' && Object.hasOwn(words, reply);
  return (reply) => {
    if (isWord(reply)) return reply;
    throw unexpectedReply(script, reply);
  };
}

export const parseCancelled = parserOf<CancelResult>('cancel', {
  cancelled: true,
  unchanged: true,
  merging: true,
});

export const parseCommitted = parserOf<CommitResult>('commit', {
  committed: true,
  overtaken: true,
  cancelled: true,
  missing: true,
  decided: true,
});

export const parseRetried = parserOf<RetryResult>('retry', {
  retried: true,
  'not-stopped': true,
  cancelled: true,
  missing: true,
});

export const parseFlag = parserOf<FlagResult>('suspend, resume or prioritize', {
  changed: true,
  unchanged: true,
  cancelled: true,
  merging: true,
  missing: true,
});

export const parseOrdered = parserOf<OrderResult>('order', {
  ordered: true,
  unchanged: true,
  done: true,
  cancelled: true,
  missing: true,
});

export function parseDecided(reply: unknown): DecideResult {
  if (!Array.isArray(reply)) throw unexpectedReply('decide', reply);
  const [verdict, stored]: unknown[] = reply;
  switch (verdict) {
    case 'already':
      return { kind: 'already', decision: JSON.parse(String(stored)) };
    case 'decided':
    case 'late':
    case 'unknown':
    case 'cancelled':
    case 'missing':
      return { kind: verdict };
    default:
      throw unexpectedReply('decide', reply);
  }
}

export function parseOutcome(text: string): StoredOutcome {
  const outcome: StoredOutcome = JSON.parse(text);
  return outcome;
}

export function unexpectedReply(script: string, reply: unknown): Error {
  return new Error(`the ${script} script answered ${JSON.stringify(reply)?.slice(0, 200)}`);
}
