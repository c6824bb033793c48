import type { GitPlatform } from '../git-platform.ts';
import { createMemoryIssues, type MemoryIssues } from './memory-issues.ts';
import { createMemoryRepository, type MemoryRepository } from './memory-repository.ts';

/** A platform for tests of what stands on the port. Commits are opaque strings. */
export interface MemoryPlatform extends GitPlatform, MemoryIssues, MemoryRepository {}

export interface MemoryPlatformOptions {
  /** The name our comments carry. */
  readonly account?: string;
}

export function createMemoryPlatform({ account = 'tamma' }: MemoryPlatformOptions = {}): MemoryPlatform {
  return {
    name: 'memory',
    cloneUrl: 'memory://repository',
    ...createMemoryIssues(account),
    ...createMemoryRepository(),
  };
}
