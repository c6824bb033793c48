export * from './flow-queue.ts';
