export * from './circuits.ts';
export * from './connect.ts';
export * from './control-channel.ts';
export * from './live-text.ts';
export * from './queue-pauses.ts';
export type { RedisPlace } from './redis-place.ts';
export * from './worker-registry.ts';
export * from './workflow-hashes.ts';
