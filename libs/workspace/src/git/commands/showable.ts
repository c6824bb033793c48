import { isAbsolute } from 'node:path';
import { TammaError } from '@tamma/domain';
import { isWithin, type Place } from './place.ts';

/**
 * Refuses to show what is hidden from every command, and a link to something that holds it: the part that is hidden
 * would be seen through the link.
 */
export function requireShowable(wanted: readonly Place[], hidden: readonly Place[]): void {
  for (const place of wanted) {
    const why = whyHidden(place, hidden);
    if (why !== undefined) throw notShowable(place.path, why);
  }
}

export function whyHidden({ path, real }: Place, hidden: readonly Place[]): string | undefined {
  if (hidden.some((place) => isWithin(real, place.real))) return 'is hidden from commands';
  if (path === real || !hidden.some((place) => isWithin(place.real, real))) return undefined;
  return 'is a link to a place that holds something hidden from commands';
}

/** Relative ones would be looked for where this process runs. */
export function requireAbsolute(paths: readonly string[]): readonly string[] {
  const relative = paths.find((path) => !isAbsolute(path));
  if (relative !== undefined) throw notShowable(relative, 'is no absolute path');
  return paths;
}

function notShowable(path: string, why: string): TammaError {
  return new TammaError(
    'WORKSPACE_NOT_SHOWABLE',
    `a command may not read ${JSON.stringify(path)}: it ${why}`,
    {
      class: 'validation',
      remedy: 'Name another place, by its absolute path, in the configuration of that command.',
    },
  );
}
