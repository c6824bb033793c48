export * from './agent-records.ts';
export * from './budgets.ts';
export * from './circuits.ts';
export * from './control-channel.ts';
export * from './live-text.ts';
export * from './queue-pauses.ts';
export * from './worker-registry.ts';
export * from './workflow-hash.ts';
