import type { BudgetScope } from '@tamma/domain';
import { z } from 'zod';
import type { BudgetState, ReserveVerdict } from '../budgets.ts';
import type { BudgetName } from './budget-place.ts';
import { unexpectedReply } from './parse-replies.ts';

const amount = z.coerce.number().pipe(z.int());
const absent = z.union([z.literal(''), z.null()]).transform(() => null);
const fields = z.tuple([
  z.union([absent, amount]),
  z.union([absent.transform(() => 0), amount]),
  z.union([absent.transform(() => 0), amount]),
  z.union([absent.transform(() => 0), amount]),
]);
const place = z.int().positive();
const flatStates = z.array(z.unknown());
const reply = z.union([
  z.tuple([z.literal('reserved'), amount]),
  z.tuple([z.literal('refused'), place, z.unknown()]),
]);

/** The limit, what it was raised by, what is spent and what is reserved, as Redis has them. */
export function parseState({ level, id }: BudgetName, stored: unknown): BudgetState {
  const parsed = fields.safeParse(stored);
  if (!parsed.success) throw unexpectedReply('budget', stored);
  const [limit, raisedMicroUsd, spentMicroUsd, reservedMicroUsd] = parsed.data;
  const limitMicroUsd = limit === null ? null : limit + raisedMicroUsd;
  return { level, id, limitMicroUsd, raisedMicroUsd, spentMicroUsd, reservedMicroUsd };
}

export function parseReserved(scopes: readonly BudgetScope[], answer: unknown): ReserveVerdict {
  const parsed = reply.safeParse(answer);
  if (!parsed.success) throw unexpectedReply('reserve', answer);
  if (parsed.data[0] === 'refused') {
    const [kind, number, stored] = parsed.data;
    return { kind, exhausted: parseState(scopeAt(scopes, number), stored) };
  }
  const [kind, grantedMicroUsd] = parsed.data;
  return { kind, grantedMicroUsd };
}

/** From alternating places and states. */
export function parseWarned(scopes: readonly BudgetScope[], answer: unknown): readonly BudgetState[] {
  const parsed = flatStates.safeParse(answer);
  if (!parsed.success) throw unexpectedReply('settle', answer);
  const flat = parsed.data;
  const warned: BudgetState[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    warned.push(parseState(scopeAt(scopes, place.parse(flat[i])), flat[i + 1]));
  }
  return warned;
}

function scopeAt(scopes: readonly BudgetScope[], number: number): BudgetScope {
  const scope = scopes[number - 1];
  if (scope === undefined) throw unexpectedReply('reserve', number);
  return scope;
}
