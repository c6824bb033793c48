import { createHash } from 'node:crypto';
import type { Role } from '@tamma/domain';
import type { AccessToken } from '@tamma/process';
import type { Answer, Question, Site } from './site.ts';

const HOLDERS: Readonly<Record<string, readonly Role[]>> = {
  vera: ['viewer'],
  otto: ['operator'],
  anna: ['approver'],
  all: ['viewer', 'operator', 'approver'],
};

export function tokenOf(name: string): string {
  return `token-of-${name}-0001`;
}

/** Tokens of vera the viewer, otto the operator, anna the approver, and of one who may do all. */
export const TOKENS: readonly AccessToken[] = Object.entries(HOLDERS).map(([name, roles]) => ({
  name,
  roles,
  sha256: createHash('sha256').update(tokenOf(name)).digest('hex'),
}));

/** Asks in somebody's name; null sends no token. */
export function askAs(
  site: Site,
  name: string | null,
  path: string,
  question: Question = {},
): Promise<Answer> {
  const authorization = name === null ? {} : { authorization: `Bearer ${tokenOf(name)}` };
  return site.ask(path, { ...question, headers: { ...authorization, ...question.headers } });
}

/** A POST with a JSON body. */
export function posting(body: unknown): Question {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
