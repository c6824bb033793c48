import { randomUUID } from 'node:crypto';
import { freePort } from '@tamma/testing';
import { createEmulator } from 'emulate';
import type { PlatformFixture } from '../../contract.ts';
import { createGitHubFixture } from './github-fixture.ts';
import type { Person } from './world.ts';

export interface EmulatedServer {
  /** With a repository of its own. */
  createFixture(): Promise<PlatformFixture>;
  close(): Promise<void>;
}

/** The npm package that stands in for GitHub, in this very process. */
export async function startEmulatedServer(): Promise<EmulatedServer> {
  const logins = { ours: 'tamma', other: 'ada' };
  const personOf = (login: string): Person => ({ login, token: `token-of-${login}`, fetch });
  const users = Object.values(logins);
  const emulator = await createEmulator({
    service: 'github',
    // It wants a number, and none of nought.
    port: await freePort(),
    seed: {
      tokens: Object.fromEntries(users.map((login) => [`token-of-${login}`, { login, scopes: ['repo'] }])),
      github: { users: users.map((login) => ({ login })) },
    },
  });
  const { url } = emulator;
  return {
    createFixture: () =>
      createGitHubFixture({
        apiUrl: url,
        serverUrl: url,
        ours: personOf(logins.ours),
        other: personOf(logins.other),
        repository: `contract-${randomUUID().slice(0, 8)}`,
      }),
    close: () => emulator.close(),
  };
}
