export type { MemoryComment } from './memory-issues.ts';
export { createMemoryPlatform, type MemoryPlatform, type MemoryPlatformOptions } from './memory-platform.ts';
