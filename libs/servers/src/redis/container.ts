import { createHash } from 'node:crypto';
import { runCommand } from '../run-command.ts';
import type { Surroundings } from '../surroundings.ts';
import { type Found, findOnPath } from './installed.ts';
import type { RedisProgram } from './program.ts';

const IMAGE = 'redis:7-alpine';
const IMAGE_VERSION = { flavor: 'Redis', major: 7, minor: 0 } as const;
const QUERY_TIMEOUT_MS = 15_000;
const PULL_TIMEOUT_MS = 300_000;

/** Redis in a container, for machines with a working docker and no Redis. */
export async function findContainer(surroundings: Surroundings): Promise<Found> {
  const { environment, note, signal } = surroundings;
  if ((await findOnPath('docker', environment)) === undefined) return { reason: 'no docker on PATH' };
  const query = { environment, signal, timeoutMs: QUERY_TIMEOUT_MS };
  const working = await runCommand(['docker', 'info'], query);
  if (working.exitCode !== 0) return { reason: `docker does not work: ${working.complaint}` };
  if ((await runCommand(['docker', 'image', 'inspect', IMAGE], query)).exitCode !== 0) {
    note(`pulling the image ${IMAGE}`);
    const pulled = await runCommand(['docker', 'pull', '--quiet', IMAGE], {
      ...query,
      timeoutMs: PULL_TIMEOUT_MS,
    });
    if (pulled.exitCode !== 0) return { reason: `docker cannot pull ${IMAGE}: ${pulled.complaint}` };
  }
  return { program: programOf(containerName(surroundings.home)) };
}

// A docker client that was killed frees the lock but leaves its container behind; under the lock it may go.
const REMOVE_THEN_RUN = 'docker rm --force "$0" > /dev/null 2>&1; exec docker run --name "$0" "$@"';

function programOf(name: string): RedisProgram {
  return {
    description: `${IMAGE} in a container`,
    version: IMAGE_VERSION,
    environment: {},
    commandLine: (folder, port) => [
      ...['sh', '-c', REMOVE_THEN_RUN, name, '--rm', '--user', `${process.getuid?.()}:${process.getgid?.()}`],
      ...[
        '--publish',
        `127.0.0.1:${port}:${port}`,
        '--volume',
        `${folder}:/data`,
        '--workdir',
        '/data',
        IMAGE,
      ],
      // Inside, the way in is the container's own address; outside, the port is published on the loopback only.
      ...['redis-server', 'redis.conf', '--port', String(port), '--bind', '0.0.0.0'],
    ],
  };
}

function containerName(home: string): string {
  return `tamma-redis-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`;
}
