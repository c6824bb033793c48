import { testServers, uniqueName } from '@tamma/testing';
import { Redis } from 'ioredis';

export interface RedisUser extends AsyncDisposable {
  readonly password: string;
  /** The test server's address with this user's name and password in it. */
  readonly url: string;
  /** Cuts every connection of this user, as a network does. Returns how many there were. */
  cutConnections(): Promise<number>;
}

/** An account of the test's own on the test server, so that its connections and its password can be told apart. */
export async function redisUser(): Promise<RedisUser> {
  const admin = new Redis(testServers().redisUrl);
  const name = uniqueName('user');
  const password = uniqueName('hunter');
  await admin.call('ACL', 'SETUSER', name, 'on', `>${password}`, '~*', '&*', '+@all');
  const url = new URL(testServers().redisUrl);
  url.username = name;
  url.password = password;
  return {
    password,
    url: url.href,
    cutConnections: async () => Number(await admin.call('CLIENT', 'KILL', 'USER', name)),
    [Symbol.asyncDispose]: async () => {
      await admin.call('ACL', 'DELUSER', name);
      admin.disconnect();
    },
  };
}
