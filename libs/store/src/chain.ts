import { hash } from 'node:crypto';
import type { AnyEvent } from '@tamma/domain';
import type { ChainedEvent } from './store.ts';

/** What the first event of a workflow has as its predecessor's hash. */
export const CHAIN_START = '0'.repeat(64);

export type ChainVerdict = { readonly ok: true } | { readonly ok: false; readonly seq: number };

/** SHA-256, hexadecimal, over the predecessor's hash and the event as canonical JSON. */
export function hashEvent(prevHash: string, event: AnyEvent): string {
  return hashText(prevHash, canonicalJson(event));
}

/** The same for an event that is canonical JSON already. */
export function hashText(prevHash: string, canonical: string): string {
  return hash('sha256', prevHash + canonical);
}

/**
 * Checks the events of one workflow from its first one on. `seq` is the first place that does not fit: changed,
 * missing, added or moved. An end that was cut off cannot be seen from the events alone.
 */
export function verifyChain(events: readonly ChainedEvent[]): ChainVerdict {
  let prevHash = CHAIN_START;
  for (const [index, link] of events.entries()) {
    const seq = index + 1;
    const fits =
      link.seq === seq && link.prevHash === prevHash && link.hash === hashEvent(prevHash, link.event);
    if (!fits) return { ok: false, seq };
    prevHash = link.hash;
  }
  return { ok: true };
}

/** Most texts of ours: nothing in them that JSON would escape. */
const PLAIN_TEXT = /^[\w .:+/-]*$/;

/** JSON with sorted keys and no blanks: the same text for the same value, wherever it was stored in between. */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return PLAIN_TEXT.test(value) ? `"${value}"` : JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  // Every event passes here: written without the lists in between that would read better.
  let members = '';
  for (const key of Object.keys(value).sort()) {
    const member: unknown = Reflect.get(value, key);
    if (member === undefined) continue;
    members += `${members === '' ? '' : ','}${canonicalJson(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}
