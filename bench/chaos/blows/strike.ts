import { setTimeout as sleep } from 'node:timers/promises';
import type { Member, MemberKind } from '../fleet/member.ts';
import { decideBlow } from './decide-blow.ts';

/** A blow that was struck. */
export interface Blow {
  readonly kind: 'kill' | 'freeze';
  readonly target: string;
  readonly targetKind: MemberKind;
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface StrikeRequest {
  readonly members: readonly Member[];
  readonly everyMs: number;
  readonly lockMs: number;
  readonly blowsMax: number;
  readonly random: () => number;
  /** Aborts when it is enough. */
  readonly signal: AbortSignal;
  readonly onBlow: (blow: Blow) => void;
}

/** Hits one member after the other until it is enough. Whoever was hit comes back by himself. */
export async function strike(request: StrikeRequest): Promise<void> {
  const { members, everyMs, blowsMax, signal } = request;
  for (let blows = 0; blows < blowsMax; blows += 1) {
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const plan = decideBlow({ ...request, targets: members.filter((member) => member.target() !== null) });
    const member = members.find(({ name }) => name === plan?.target);
    const pid = member?.target();
    if (plan === null || member === undefined || pid == null) continue;
    request.onBlow({ kind: plan.kind, target: member.name, targetKind: member.kind, pid, at: Date.now() });
    if (plan.kind === 'kill') member.kill();
    else member.freeze(plan.forMs);
  }
}
