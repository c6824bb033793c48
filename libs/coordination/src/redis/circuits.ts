import type { BreakerSettings } from '@tamma/domain';
import type { CallVerdict, Circuits, ServiceCall } from '../circuits.ts';
import { answerWithin } from './answer-within.ts';
import { callOf, createCircuitMemory, fieldOf } from './circuit-memory.ts';
import {
  afterBrokenOffTrial,
  afterFailedCall,
  afterHold,
  afterTrial,
  judge,
  sharedCircuits,
  sharedHolds,
} from './circuit-states.ts';
import type { RedisPlace } from './redis-place.ts';
import { ANSWER_WITHIN_MS, whileThere } from './while-there.ts';

/** Longest reason that is kept, in characters. */
const WHY_LENGTH_MAX = 500;

const ADMITTED: CallVerdict = { kind: 'admitted' };

export interface CircuitsOptions extends RedisPlace {
  readonly settings: BreakerSettings;
  readonly now?: () => number;
  /** Hears of what Redis could not be asked or told; calls go on as if nothing were known. */
  readonly onError?: (error: Error) => void;
}

export function createCircuits(options: CircuitsOptions): Circuits {
  const { redis, keys, settings, now = Date.now, onError = () => {} } = options;
  const circuits = sharedCircuits({ redis, key: keys.circuits, settings, now });
  const holds = sharedHolds({ redis, key: keys.holds, now });
  const memory = createCircuitMemory(now);
  const ifThere = whileThere(redis, onError);

  const refuseHeld = async (service: string): Promise<CallVerdict | null> => {
    const hold = await holds.read(service);
    if (hold === null) return null;
    if (now() < hold.untilMs) return { kind: 'refused', reason: 'rate-limit', ...hold };
    await holds.dropIfStale(service);
    return null;
  };

  const ask = async (call: ServiceCall): Promise<CallVerdict> => {
    const field = fieldOf(call);
    // First, or a trial would be handed out that a service which is left alone cannot pass.
    const refusal = await refuseHeld(call.service);
    if (refusal !== null) return refusal;
    const { verdict, isTrial } = await circuits.change(field, (state) => judge(state, settings, now()));
    if (isTrial) memory.beginTrial(field);
    else if (verdict.kind === 'admitted') memory.knowClosed(field);
    return verdict;
  };

  return {
    admit: async (call) => (memory.isClosed(fieldOf(call)) ? ADMITTED : ifThere(() => ask(call), ADMITTED)),

    async succeeded(call) {
      const field = fieldOf(call);
      // Only a trial can close a circuit, and whoever made it knows that it did.
      if (!memory.endTrial(field)) return 'unchanged';
      return ifThere(() => circuits.change(field, afterTrial), 'unchanged');
    },

    async brokenOff(call) {
      const field = fieldOf(call);
      if (!memory.endTrial(field)) return;
      await ifThere(() => circuits.change(field, (state) => afterBrokenOffTrial(state, now())), undefined);
    },

    failed(call, why) {
      const field = fieldOf(call);
      memory.endTrial(field);
      memory.forget(field);
      const failure = { why: cut(why), nowMs: now() };
      return ifThere(
        () => circuits.change(field, (state) => afterFailedCall(state, settings, failure)),
        null,
      );
    },

    async hold({ service, untilMs, why }) {
      if (untilMs <= now()) return false;
      memory.forgetService(service);
      const hold = { untilMs, why: cut(why) };
      return ifThere(() => holds.change(service, (state) => afterHold(state, hold)), false);
    },

    async listCircuits() {
      const all = [...(await answerWithin(circuits.readAll(), ANSWER_WITHIN_MS))];
      return all
        .filter(([, state]) => state.status !== 'closed')
        .map(([field, state]) => ({ ...callOf(field), state }));
    },

    async listHolds() {
      const all = [...(await answerWithin(holds.readAll(), ANSWER_WITHIN_MS))];
      const over = all.filter(([, { untilMs }]) => untilMs <= now());
      await Promise.all(over.map(([service]) => holds.dropIfStale(service)));
      return all.filter((one) => !over.includes(one)).map(([service, hold]) => ({ service, ...hold }));
    },
  };
}

function cut(why: string): string {
  return why.slice(0, WHY_LENGTH_MAX);
}
