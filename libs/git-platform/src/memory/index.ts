export type { MemoryComment, NewComment } from './memory-comments.ts';
export { createMemoryPlatform, type MemoryPlatform, type MemoryPlatformOptions } from './memory-platform.ts';
