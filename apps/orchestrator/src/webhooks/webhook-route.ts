import { type Project, webhookAnswerSchema } from '@tamma/contracts';
import { reportError } from '@tamma/domain';
import { settleWithin } from '@tamma/process';
import type { Inbox } from '@tamma/store';
import type { Metrics } from '@tamma/telemetry';
import { type RequestHandler, Router } from 'express';
import type { z } from 'zod';
import { createWebhookLimit } from '../http/limits.ts';
import { HttpProblem, problem, titleOfStatus, wrongMethod } from '../http/problem.ts';
import { createBodyRoom } from './body-room.ts';
import { countResult } from './count-result.ts';
import { type DeliveryOutline, outlineOf } from './delivery-outline.ts';
import { looksOf } from './event-looks.ts';
import { readDelivery, type SignedDelivery } from './read-delivery.ts';
import { createRepositories, type Repositories } from './repositories.ts';

export const WEBHOOK_PATH = '/api/v1/webhooks/github';
/** GitHub hangs up after 10 s. */
const KEPT_WITHIN_MS = 5000;
const RETRY_AFTER_SECONDS = 10;
/** Of bodies that are read at once. */
const BODIES_BYTES_MAX = 64 * 1024 * 1024;
const BODY_WITHIN_MS = 10_000;

export interface WebhookOptions {
  /** What deliveries are signed with; null: none are taken. */
  readonly secret: string | null;
  readonly inbox: Pick<Inbox, 'receive' | 'readCursor' | 'writeCursor'>;
  /** Called when there is a delivery to act on, after it is stored. */
  readonly onKept: () => void;
  /** For the whole body of a delivery, in milliseconds. */
  readonly bodyWithinMs?: number;
}

interface RouteOptions extends WebhookOptions {
  readonly projects: readonly { readonly project: Project }[];
  readonly metrics: Pick<Metrics, 'observeDelivery'>;
  readonly now: () => number;
}

type WebhookAnswer = z.infer<typeof webhookAnswerSchema>;

/**
 * Where GitHub says that something happened. The signature is the admission, so no token is asked for. A delivery is
 * stored and answered, and never acted on here.
 */
export function webhookRoutes(options: RouteOptions): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const repositories = createRepositories(options);
  const { secret, bodyWithinMs: withinMs = BODY_WITHIN_MS } = options;
  const room = createBodyRoom(BODIES_BYTES_MAX);
  const receive: RequestHandler = async (request, response) => {
    if (secret === null) throw switchedOff();
    const delivery = await readDelivery(request, response, { secret, room, withinMs });
    const taken = take(options, repositories, delivery);
    const answer = await settleWithin(taken, KEPT_WITHIN_MS, tooSlow).catch(refuseForNow);
    response.locals.deliveryResult = answer.result;
    response.status(202).set('Cache-Control', 'no-store').json(webhookAnswerSchema.parse(answer));
  };
  router.post(WEBHOOK_PATH, countResult(options.metrics), createWebhookLimit(), receive);
  router.all(WEBHOOK_PATH, wrongMethod('POST'));
  return router;
}

async function take(
  { inbox, onKept, now }: RouteOptions,
  repositories: Repositories,
  { id, event, payload, digest }: SignedDelivery,
): Promise<WebhookAnswer> {
  const outline = outlineOf(payload);
  const { action, number, repository } = outline;
  if (looksOf({ event, action }).length === 0) return ignored(`nothing is done about "${event}" here`);
  if (repository === null) return ignored('it names no repository');
  const project = await repositories.find(repository);
  if (project === null) return ignored('no project works on its repository');
  const why = whyNoNews(event, outline, project);
  if (why !== null) return ignored(why);
  const receivedAt = new Date(now()).toISOString();
  // Kept by what was signed: whoever got hold of a delivery can give it any id.
  const isNew = await inbox.receive({ id: digest, project: project.id, event, action, number, receivedAt });
  if (!isNew) throw problem(409, `delivery ${id} was received before`);
  onKept();
  return { result: 'kept', why: `project ${project.id} is looked at` };
}

/** What would be looked at in vain: words that never command, and branches that nothing is merged into. */
function whyNoNews(event: string, { commenter, branch }: DeliveryOutline, project: Project): string | null {
  if (event === 'push') return branch === project.baseBranch ? null : 'it is not about the base branch';
  if (event !== 'issue_comment' || commenter === null) return null;
  const isOurs = commenter.login.toLowerCase() === project.account.toLowerCase();
  return commenter.isBot || isOurs ? 'no person wrote it' : null;
}

function ignored(why: string): WebhookAnswer {
  return { result: 'ignored', why };
}

function switchedOff(): HttpProblem {
  return problem(404, 'no webhooks are taken: set GITHUB_WEBHOOK_SECRET to the secret of the hook');
}

function tooSlow(): HttpProblem {
  return notNow('the database did not answer in time');
}

function refuseForNow(thrown: unknown): never {
  if (reportError(thrown).class !== 'network') throw thrown;
  throw notNow('the database is away');
}

/** GitHub shows it as failed, and sends it again when somebody asks; what it tells of is found by polling. */
function notNow(why: string): HttpProblem {
  const detail = `the delivery was not stored: ${why}; send it again`;
  return new HttpProblem(
    { status: 503, title: titleOfStatus(503), detail },
    { 'Retry-After': `${RETRY_AFTER_SECONDS}` },
  );
}
