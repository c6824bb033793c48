import type { AccountRole } from '@tamma/domain';
import type { GitPlatform, Repository } from '../git-platform.ts';
import type { MemoryState } from './memory-state.ts';

type AccountPort = Pick<GitPlatform, 'readCredential' | 'readRepository' | 'readRole'>;

export interface MemoryAccounts extends AccountPort {
  /** Everybody is `admin` until told otherwise. */
  setRole(account: string, role: AccountRole): void;
  setRepository(overrides: Partial<Repository>): void;
}

export function createMemoryAccounts({ facts, roles }: MemoryState): MemoryAccounts {
  return {
    readCredential: async () => null,
    readRepository: async () => facts.repository,
    readRole: async (account) => roles.get(account) ?? 'admin',
    setRole: (account, role) => void roles.set(account, role),
    setRepository: (overrides) => {
      facts.repository = { ...facts.repository, ...overrides };
    },
  };
}
