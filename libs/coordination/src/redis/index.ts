export * from './connect.ts';
export * from './worker-registry.ts';
export * from './workflow-hashes.ts';
