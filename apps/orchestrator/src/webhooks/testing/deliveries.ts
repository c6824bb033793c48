import { createHash, createHmac } from 'node:crypto';
import { buildGitHubProject } from '@tamma/contracts/testing';
import { type Desk, openDesk, plan } from '../../testing/desk.ts';
import { openSite, type Question, type SiteOptions } from '../../testing/site.ts';
import { WEBHOOK_PATH } from '../webhook-route.ts';

export const SECRET = 'a secret that only GitHub and we know';

export function signatureOf(body: string, secret: string = SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** By what a delivery with this body is kept. */
export function digestOf(body: string | Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}

export interface Delivered {
  readonly id: string;
  readonly event: string;
  readonly payload: unknown;
}

/** As GitHub sends it, rightly signed. */
export function delivering({ id, event, payload }: Delivered): Question {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const headers = {
    'content-type': 'application/json',
    'x-github-delivery': id,
    'x-github-event': event,
    'x-hub-signature-256': signatureOf(body),
  };
  return { method: 'POST', headers, body };
}

/** What GitHub says of the repository of `buildGitHubProject`. */
export const REPOSITORY = { id: 4711, full_name: 'acme/till' };

/** An issue of that repository was opened. */
export function issueOpened(number: number, repository: object = REPOSITORY) {
  return { action: 'opened', issue: { number, title: 'Strange words' }, repository };
}

/** A server that takes deliveries for a project on GitHub, with the real store behind it. */
export async function openHook(overrides: SiteOptions & { readonly desk?: Desk } = {}) {
  await using stack = new AsyncDisposableStack();
  const desk = overrides.desk ?? stack.use(await openDesk());
  let rings = 0;
  const ring = () => {
    rings += 1;
  };
  const site = stack.use(
    await openSite({
      projects: [{ project: buildGitHubProject(), plan, platform: desk.platform }],
      webhooks: { secret: SECRET, inbox: desk.store.inbox, onKept: ring },
      ...overrides,
      desk,
    }),
  );
  const owned = stack.move();
  return {
    desk,
    site,
    rings: () => rings,
    send: (delivered: Delivered) => site.ask(WEBHOOK_PATH, delivering(delivered)),
    kept: () => desk.store.inbox.listUnhandled(1000),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
