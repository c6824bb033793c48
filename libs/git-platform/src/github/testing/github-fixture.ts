import type { PlatformFixture } from '../../contract.ts';
import { createGitHubConnection } from '../connection.ts';
import { createGitHubPlatform } from '../platform.ts';
import { committingWith } from './commit-by-hand.ts';
import { anything, createHands } from './hands.ts';
import { judgingWith } from './judge-by-hand.ts';
import { makeRepository } from './repository-by-hand.ts';
import { talkingWith } from './talk-by-hand.ts';
import type { World } from './world.ts';

/** A fresh repository of the other person, to which the product may write. */
export async function createGitHubFixture(world: World): Promise<PlatformFixture> {
  const { apiUrl, serverUrl, ours, other } = world;
  const hands = createHands({ apiUrl, ...other });
  const root = `/repos/${other.login}/${world.repository}`;
  const ground = { hands, world, root };
  await makeRepository(ground);
  const authentication = { kind: 'token', token: ours.token } as const;
  const connection = createGitHubConnection({ apiUrl, serverUrl, authentication, fetch: ours.fetch });
  const project = { repository: `${other.login}/${world.repository}`, account: ours.login };
  return {
    platform: createGitHubPlatform(connection, project),
    account: ours.login,
    other: other.login,
    ...talkingWith(ground),
    ...committingWith(ground),
    ...judgingWith(ground),
    [Symbol.asyncDispose]: async () => {
      await hands.call(anything, { method: 'DELETE', path: root });
    },
  };
}
