import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import { Router } from 'express';
import { onlyGet } from './only-get.ts';

export const BOARD_PATH = '/admin/queues';

export type BoardQueues = readonly ConstructorParameters<typeof BullMQAdapter>[0][];

/** Bull Board over every queue, for looking only: one click on "clean" would release steps out of order. */
export function boardRoutes(queues: BoardQueues): Router {
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath(BOARD_PATH);
  serverAdapter.getRouter().disable('x-powered-by');
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Tamma queues', hideRedisDetails: true } },
  });
  // Its own handler shows the message to whoever asks; thrown on, the error is answered like any other.
  serverAdapter.setErrorHandler((error) => {
    throw error;
  });
  const router = Router();
  router.use(onlyGet);
  router.use(serverAdapter.getRouter());
  return router;
}
