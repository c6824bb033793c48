export * from './board.ts';
export * from './flow-queue.ts';
