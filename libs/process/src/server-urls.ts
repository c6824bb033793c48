import type { ConfigProblem } from './config-problem.ts';
import { isRecord } from './is-record.ts';

const SERVERS = [
  { group: 'redis', protocols: ['redis:', 'rediss:'], example: 'redis://localhost:6379' },
  {
    group: 'database',
    protocols: ['postgres:', 'postgresql:'],
    example: 'postgres://user@localhost:5432/tamma',
  },
] as const;

/** Addresses that no client could use. The messages never hold the address: it may carry a password. */
export function judgeUrls(value: unknown, sourceOf: (path: string) => string): readonly ConfigProblem[] {
  return SERVERS.flatMap(({ group, protocols, example }) => {
    const settings = isRecord(value) ? value[group] : undefined;
    const url = isRecord(settings) ? settings.url : undefined;
    if (typeof url !== 'string') return [];
    const protocol = URL.parse(url)?.protocol;
    if (protocols.some((one) => one === protocol)) return [];
    const path = `${group}.url`;
    return [{ path, source: sourceOf(path), message: `expected an address such as ${example}` }];
  });
}
