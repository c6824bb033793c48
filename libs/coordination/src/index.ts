export * from './live-text.ts';
export * from './worker-registry.ts';
export * from './workflow-hash.ts';
