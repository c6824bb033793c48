export * from './worker-registry.ts';
export * from './workflow-hash.ts';
