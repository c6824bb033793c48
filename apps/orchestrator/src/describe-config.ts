import type { Config } from '@tamma/contracts';
import { cutMiddle } from '@tamma/domain';

/** Longest text of one setting, in characters. */
const TEXT_LENGTH_MAX = 1000;

/** The settings by path, such as `workflow.maxConcurrent`, fit for an event: of projects their ids, no credentials. */
export function describeConfig({ projects, ...groups }: Config): Record<string, string> {
  const settings = Object.entries(groups).flatMap(([group, values]) =>
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [`${group}.${key}`, fit(String(value))]),
  );
  return { ...Object.fromEntries(settings), projects: fit(projects.map(({ id }) => id).join(', ')) };
}

/** Up to the last `@`: an address may hold a password that is not encoded as it should be. */
function fit(text: string): string {
  return cutMiddle(text.replace(/\/\/.*@/s, '//[masked]@'), TEXT_LENGTH_MAX);
}
