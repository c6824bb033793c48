import { verify } from '@octokit/webhooks-methods';
import express, { type Request, type Response } from 'express';
import { HttpProblem, problem, titleOfStatus } from '../http/problem.ts';

export const DELIVERY_BYTES_MAX = 5 * 1024 * 1024;
const SIGNATURE = /^sha256=[0-9a-f]{64}$/;
const ID = /^[\w-]{1,100}$/;
const EVENT = /^[a-z_]{1,60}$/;

export interface SignedDelivery {
  /** The sender's own id of it. */
  readonly id: string;
  readonly event: string;
  readonly payload: unknown;
}

// Packed bodies are refused: what was signed are the bytes themselves.
const readRaw = express.raw({ limit: DELIVERY_BYTES_MAX, type: () => true, inflate: false });
// Bytes and text have to be the same thing, or one signature would stand for several bodies.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Nothing of the body is looked at before its signature is found right. Throws an HttpProblem: 400, 401, 413 or 415. */
export async function readDelivery(
  request: Request,
  response: Response,
  secret: string,
): Promise<SignedDelivery> {
  const signature = request.get('x-hub-signature-256') ?? '';
  if (!SIGNATURE.test(signature)) throw unsigned();
  const text = await readText(request, response);
  if (text === '' || !(await verify(secret, text, signature))) throw unsigned();
  const id = request.get('x-github-delivery') ?? '';
  if (!ID.test(id)) throw problem(400, 'X-GitHub-Delivery must name the delivery, in 100 characters at most');
  const event = request.get('x-github-event') ?? '';
  if (!EVENT.test(event)) throw problem(400, 'X-GitHub-Event must name the event');
  return { id, event, payload: parse(jsonIn(text, request.get('content-type') ?? '')) };
}

async function readText(request: Request, response: Response): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  readRaw(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
  try {
    await promise;
  } catch (thrown) {
    throw isTooLarge(thrown) ? tooLarge() : thrown;
  }
  const body: unknown = request.body;
  try {
    return Buffer.isBuffer(body) ? utf8.decode(body) : '';
  } catch {
    throw unsigned();
  }
}

function isTooLarge(thrown: unknown): boolean {
  return typeof thrown === 'object' && thrown !== null && 'status' in thrown && thrown.status === 413;
}

/** GitHub sends either, as the hook is set up. */
function jsonIn(text: string, type: string): string {
  if (/^application\/json *(;|$)/i.test(type)) return text;
  if (/^application\/x-www-form-urlencoded *(;|$)/i.test(type)) {
    return new URLSearchParams(text).get('payload') ?? '';
  }
  throw problem(415, 'a delivery must be JSON, or a form that holds it as "payload"');
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw problem(400, 'the body is not valid JSON');
  }
}

function tooLarge(): HttpProblem {
  const detail = `a delivery may have ${DELIVERY_BYTES_MAX / 1024 / 1024} MB at most; what it tells of is found by polling`;
  return problem(413, detail);
}

function unsigned(): HttpProblem {
  const detail = 'X-Hub-Signature-256 does not fit the body and the secret in GITHUB_WEBHOOK_SECRET';
  return new HttpProblem({ status: 401, title: titleOfStatus(401), detail });
}
