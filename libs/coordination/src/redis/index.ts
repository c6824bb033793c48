export * from './connect.ts';
export * from './live-text.ts';
export * from './worker-registry.ts';
export * from './workflow-hashes.ts';
