import { TammaError } from '@tamma/domain';
import type { Surroundings } from '../surroundings.ts';
import { findContainer } from './container.ts';
import { findInDebianPackage } from './debian-package.ts';
import { findInstalled, findOnPath } from './installed.ts';
import type { RedisProgram } from './program.ts';

const SOURCES = [findInstalled, findInDebianPackage, findContainer];

/** Finds a Redis or Valkey to run, or brings one; else an error that names the one command to type. */
export async function findRedis(surroundings: Surroundings): Promise<RedisProgram> {
  const reasons: string[] = [];
  for (const source of SOURCES) {
    const found = await source(surroundings);
    if ('program' in found) return found.program;
    reasons.push(found.reason);
  }
  throw new TammaError('REDIS_NOT_FOUND', `no Redis to run: ${reasons.join('; ')}`, {
    class: 'system',
    remedy: await remedyFor(surroundings.environment),
  });
}

const INSTALL_COMMANDS = [
  ['apt-get', 'sudo apt-get update && sudo apt-get install -y redis-server'],
  ['dnf', 'sudo dnf install -y valkey'],
  ['yum', 'sudo yum install -y redis'],
  ['zypper', 'sudo zypper install -y redis'],
  ['pacman', 'sudo pacman -S --noconfirm valkey'],
] as const;

async function remedyFor(environment: Readonly<Record<string, string>>): Promise<string> {
  for (const [manager, command] of INSTALL_COMMANDS) {
    if ((await findOnPath(manager, environment)) !== undefined) return `Type: ${command}`;
  }
  return 'Set REDIS_URL to a Redis >= 6.2 or Valkey >= 7.2 with maxmemory-policy noeviction.';
}
