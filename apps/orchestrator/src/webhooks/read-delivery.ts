import { createHash } from 'node:crypto';
import { verify } from '@octokit/webhooks-methods';
import { settleWithin } from '@tamma/process';
import express, { type Request, type Response } from 'express';
import { HttpProblem, problem, titleOfStatus } from '../http/problem.ts';
import type { BodyRoom } from './body-room.ts';

export const DELIVERY_BYTES_MAX = 5 * 1024 * 1024;
const SIGNATURE = /^sha256=[0-9a-f]{64}$/;
const ID = /^[\w-]{1,100}$/;
const EVENT = /^[a-z_]{1,60}$/;

export interface SignedDelivery {
  /** The sender's own id of it. */
  readonly id: string;
  readonly event: string;
  readonly payload: unknown;
  /** SHA-256 of the body. Neither id nor event are signed: only by this is a delivery known again. */
  readonly digest: string;
}

export interface DeliveryReading {
  readonly secret: string;
  readonly room: BodyRoom;
  /** For the whole body; GitHub hangs up after 10 s itself. */
  readonly withinMs: number;
}

// Packed bodies are refused: what was signed are the bytes themselves.
const readRaw = express.raw({ limit: DELIVERY_BYTES_MAX, type: () => true, inflate: false });
// Bytes and text have to be the same thing, or one signature would stand for several bodies.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Nothing of the body is looked at before its signature is found right, and strangers' bodies fill no more than the
 * room there is. Throws an HttpProblem: 400, 401, 408, 413, 415 or 429.
 */
export async function readDelivery(
  request: Request,
  response: Response,
  { secret, room, withinMs }: DeliveryReading,
): Promise<SignedDelivery> {
  const signature = request.get('x-hub-signature-256') ?? '';
  if (!SIGNATURE.test(signature)) throw unsigned();
  using place = room.take(bytesOf(request));
  if (place === null) throw tooMany();
  const text = await settleWithin(readText(request, response), withinMs, tooLate);
  if (text === '' || !(await verify(secret, text, signature))) throw unsigned();
  const id = request.get('x-github-delivery') ?? '';
  if (!ID.test(id)) throw problem(400, 'X-GitHub-Delivery must name the delivery, in 100 characters at most');
  const event = request.get('x-github-event') ?? '';
  if (!EVENT.test(event)) throw problem(400, 'X-GitHub-Event must name the event');
  const payload = parse(jsonIn(text, request.get('content-type') ?? ''));
  return { id, event, payload, digest: createHash('sha256').update(text).digest('hex') };
}

/** What it may come to: who does not say how long a body is may send as much as anybody. */
function bytesOf(request: Request): number {
  const length = request.get('content-length') ?? '';
  return /^\d{1,9}$/.test(length) ? Math.min(Number(length), DELIVERY_BYTES_MAX) : DELIVERY_BYTES_MAX;
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

/** The line is closed: what still comes of the body is read by nobody. */
function tooLate(): HttpProblem {
  const answer = { status: 408, title: 'Too slow', detail: 'the body did not come in time' };
  return new HttpProblem(answer, { Connection: 'close' });
}

/** No fault of ours, so nothing to be logged: strangers could fill the log as well. */
function tooMany(): HttpProblem {
  const detail = 'too many deliveries are being read; send it again';
  return new HttpProblem({ status: 429, title: titleOfStatus(429), detail }, { 'Retry-After': '10' });
}
