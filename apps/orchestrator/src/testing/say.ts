import { type ControlResult, controlResultSchema, type Problem, problemSchema } from '@tamma/contracts';
import { expect } from 'chai';
import type { Answer, Site } from './site.ts';
import { askAs, posting } from './tokens.ts';

export interface Word {
  /** Below `/api/v1`. */
  readonly path: string;
  /** Beside the reason. */
  readonly body?: object;
  /** Whose token is shown; null for none. */
  readonly by?: string | null;
}

/** A person says something, with a reason. */
export function say(site: Site, { path, body = {}, by = null }: Word): Promise<Answer> {
  return askAs(site, by, `/api/v1${path}`, posting({ reason: 'because', ...body }));
}

/** The same, of a workflow or a task, when it is expected to come through. */
export async function control(site: Site, word: Word): Promise<ControlResult> {
  const answer = await say(site, word);
  expect(answer.status, answer.text).to.equal(200);
  return controlResultSchema.parse(JSON.parse(answer.text));
}

/** The same, when it is expected to be refused. */
export async function refusal(site: Site, word: Word): Promise<Problem> {
  const answer = await say(site, word);
  expect(answer.status, answer.text).to.be.at.least(400);
  return problemSchema.parse(JSON.parse(answer.text));
}
