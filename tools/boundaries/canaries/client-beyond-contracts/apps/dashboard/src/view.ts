import { queue } from '../../../libs/queue/src/queue.ts';

export const view = queue;
