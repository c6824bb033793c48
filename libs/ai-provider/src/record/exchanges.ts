import { join } from 'node:path';
import { cutMiddle, reportError } from '@tamma/domain';
import type { AiPurpose, AiRequest, AiResponse } from '../ai-provider.ts';
import { fileNameOf, projectFolder } from '../scripted/answers-file.ts';
import { writeWhole } from './write-whole.ts';

/** Longest file of one exchange, in characters. */
const EXCHANGE_MAX = 2 * 1024 * 1024;
/** What is kept of the request and of the answer where the whole is longer. */
const PART_MAX = 256 * 1024;

export async function keepExchange(folder: string, request: AiRequest, response: AiResponse): Promise<void> {
  await keep(folder, request, { response });
}

export async function keepFailure(folder: string, request: AiRequest, thrown: unknown): Promise<void> {
  await keep(folder, request, { error: reportError(thrown) });
}

async function keep(folder: string, request: AiRequest, end: object): Promise<void> {
  const file = join(projectFolder(folder, request.purpose.project), 'exchanges', nameOf(request.purpose));
  const whole = JSON.stringify({ request, ...end }, null, 2);
  await writeWhole(file, (whole.length <= EXCHANGE_MAX ? whole : shorten(request, end)).toWellFormed());
}

/** Still JSON, but what is too long is a text with its middle left out. */
function shorten(request: AiRequest, end: object): string {
  const cut = (value: unknown) => cutMiddle(JSON.stringify(value), PART_MAX);
  return JSON.stringify({ purpose: request.purpose, requestCut: cut(request), endCut: cut(end) }, null, 2);
}

function nameOf({ issue, step, round, turn }: AiPurpose): string {
  const number = fileNameOf(issue).replace('.yaml', '');
  return `${number}-${encodeURIComponent(step)}-${round}-${turn}.json`;
}
