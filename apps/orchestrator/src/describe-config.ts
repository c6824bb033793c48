import type { Config } from '@tamma/contracts';
import { cutMiddle } from '@tamma/domain';

/** Longest text of one setting, in characters. */
const TEXT_LENGTH_MAX = 1000;

/** The settings by path, such as `workflow.maxConcurrent`, fit for an event: of projects their ids, no credentials. */
export function describeConfig({ projects, ...groups }: Config): Record<string, string> {
  const settings = pathsOf(groups).map(([path, text]) => [path, fit(text)]);
  return { ...Object.fromEntries(settings), projects: fit(projects.map(({ id }) => id).join(', ')) };
}

function pathsOf(group: object): [path: string, text: string][] {
  return Object.entries(group).flatMap(([key, value]: [string, unknown]) => {
    if (value === undefined) return [];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[key, String(value)]];
    return pathsOf(value).map(([path, text]): [string, string] => [`${key}.${path}`, text]);
  });
}

/** Up to the last `@`: an address may hold a password that is not encoded as it should be. */
function fit(text: string): string {
  return cutMiddle(text.replace(/\/\/.*@/s, '//[masked]@'), TEXT_LENGTH_MAX);
}
