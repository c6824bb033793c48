export * from './log-event.ts';
export * from './logger.ts';
export * from './metrics.ts';
