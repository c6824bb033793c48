import { createWorkerRegistry } from '@tamma/coordination/redis';
import { createLogger, createMetrics } from '@tamma/telemetry';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { type Desk, issueNumber, LIMITS, openDesk, plan } from '../testing/desk.ts';
import { PROJECT } from '../testing/talk.ts';
import { issueOpened, openHook, SECRET } from '../webhooks/testing/deliveries.ts';
import { createCensus } from './census.ts';
import { createDuties } from './duties.ts';

/** Far apart: what happens in between is the deliveries' doing. */
const POLL_MS = 600_000;
/** What a full machine takes is left to it: a poll would come much later. */
const SOON_MS = 25_000;

function dutiesOf(desk: Desk) {
  const logger = createLogger({ name: 'test', level: 'error', destination: { write: () => {} } });
  return createDuties({
    ...desk,
    ...LIMITS,
    projects: [{ project: PROJECT, plan, platform: desk.platform }],
    registry: createWorkerRegistry(desk),
    census: createCensus(),
    maxConcurrent: 10,
    offlineAfterMs: 30_000,
    queueLimits: {},
    pollIntervalMs: POLL_MS,
    reconcileIntervalMs: POLL_MS,
    batchSize: 500,
    flushIntervalMs: 5,
    holdBack: async () => null,
    logger,
    metrics: createMetrics(),
    requireLead: async () => {},
    onTermLost: () => {},
    onRepaired: () => {},
  });
}

/** A leader, and a server that takes deliveries: its own, or that of another process. */
async function openPlace(server: 'own' | 'of another') {
  await using stack = new AsyncDisposableStack();
  const desk = stack.use(await openDesk());
  const onKept = server === 'own' ? desk.bell.ring : () => {};
  const hook = stack.use(
    await openHook({
      desk,
      projects: [{ project: PROJECT, plan, platform: desk.platform }],
      webhooks: { secret: SECRET, inbox: desk.store.inbox, onKept },
    }),
  );
  const duties = dutiesOf(desk);
  await duties.start((await desk.store.lease.acquire('test', POLL_MS)) ?? 0);
  stack.defer(() => duties.stop());
  await eventually(
    'it has looked at the comments once',
    async () => (await desk.store.inbox.readCursor(PROJECT.id, 'comments')) !== null,
  );
  await eventually('it has looked at the issues once', () => duties.intake.views()[0]?.intake.passes === 1);
  const owned = stack.move();
  return { desk, hook, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

describe('what people do on GitHub', () => {
  for (const server of ['own', 'of another'] as const) {
    it(`is acted on at once, without a poll, when a server takes the delivery: ${server}`, async () => {
      await using place = await openPlace(server);
      const { desk, hook } = place;
      desk.platform.addIssue(issueNumber(1));
      await hook.send({ id: 'd-1', event: 'issues', payload: issueOpened(1) });
      const claimed = async () => (await desk.store.claims.findIssues('demo', [1])).length === 1;
      await eventually('it is claimed', claimed, SOON_MS);
      const comment = desk.platform.addComment(1, { author: 'maria', text: '/tamma suspend' });
      const said = { action: 'created', comment: { user: { login: 'maria', type: 'User' } } };
      const sentAt = performance.now();
      await hook.send({ id: 'd-2', event: 'issue_comment', payload: { ...issueOpened(1), ...said } });
      const isDone = () => desk.platform.reactionsOf(comment.id).includes('done');
      await eventually('it is obeyed', isDone, SOON_MS);
      expect(performance.now() - sentAt).to.be.below(SOON_MS);
      const isEmpty = async () => (await hook.kept()).length === 0;
      await eventually('the inbox is empty', isEmpty, SOON_MS);
    });
  }
});
