import type {
  CancelResult,
  CommitResult,
  DecideResult,
  RetryResult,
  StoredOutcome,
} from '../workflow-hash.ts';

const COMMIT_RESULTS: readonly string[] = [
  'committed',
  'overtaken',
  'cancelled',
  'missing',
  'decided',
] satisfies CommitResult[];

const RETRY_RESULTS: readonly string[] = [
  'retried',
  'not-stopped',
  'cancelled',
  'missing',
] satisfies RetryResult[];

export function parseCancelled(reply: unknown): CancelResult {
  if (reply === 'cancelled' || reply === 'unchanged' || reply === 'merging') return reply;
  throw unexpectedReply('cancel', reply);
}

export function parseCommitted(reply: unknown): CommitResult {
  if (typeof reply === 'string' && isCommitResult(reply)) return reply;
  throw unexpectedReply('commit', reply);
}

export function parseRetried(reply: unknown): RetryResult {
  if (typeof reply === 'string' && isRetryResult(reply)) return reply;
  throw unexpectedReply('retry', reply);
}

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

function isCommitResult(reply: string): reply is CommitResult {
  return COMMIT_RESULTS.includes(reply);
}

function isRetryResult(reply: string): reply is RetryResult {
  return RETRY_RESULTS.includes(reply);
}
