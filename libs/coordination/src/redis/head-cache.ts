import { createHash } from 'node:crypto';
import { type WorkflowHead, workflowHeadSchema } from '@tamma/contracts';
import { TammaError } from '@tamma/domain';

/** Heads kept at once: those of the workflows that run, and some more. A head takes some kilobytes. */
const HEADS_MAX = 1000;
/** Characters of the checksum: it only tells heads of one and the same workflow apart. */
const CHECKSUM_LENGTH = 16;

interface CheckedHead {
  readonly checksum: string;
  readonly head: WorkflowHead;
}

export interface StoredHead {
  readonly checksum: string;
  /** Empty when it is known to the one who reads. */
  readonly text: string;
}

export interface HeadCache {
  /** What is known of a workflow's head, if it still has that checksum. */
  find(workflowId: string): CheckedHead | undefined;
  /** Reads and keeps a head. Throws a TammaError with code `HEAD_UNREADABLE` when the text is none. */
  add(workflowId: string, stored: StoredHead): WorkflowHead;
}

/**
 * Heads of the workflows that were read last: all attempts of a workflow read the same one, and to send and check it
 * anew would cost more than all else they read. All readers share one object, so it is frozen.
 */
export function createHeadCache(headsMax = HEADS_MAX): HeadCache {
  const heads = new Map<string, CheckedHead>();
  const keep = (workflowId: string, checked: CheckedHead): void => {
    heads.delete(workflowId);
    heads.set(workflowId, checked);
    if (heads.size <= headsMax) return;
    const [oldest] = heads.keys();
    if (oldest !== undefined) heads.delete(oldest);
  };
  return {
    find(workflowId) {
      const checked = heads.get(workflowId);
      if (checked !== undefined) keep(workflowId, checked);
      return checked;
    },
    add(workflowId, { checksum, text }) {
      const head = deepFreeze(parseHead(workflowId, text));
      keep(workflowId, { checksum, head });
      return head;
    },
  };
}

/** As the BEGIN script makes it for a hash that lacks one. */
export function checksumOf(headText: string): string {
  return createHash('sha1').update(headText).digest('hex').slice(0, CHECKSUM_LENGTH);
}

function parseHead(workflowId: string, text: string): WorkflowHead {
  const parsed = workflowHeadSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new TammaError('HEAD_UNREADABLE', `the head of workflow ${workflowId} does not parse`, {
    class: 'validation',
    remedy: 'cancel the workflow and let it start again; its head was written by another version',
    cause: parsed.error,
  });
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
