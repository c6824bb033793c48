import { CliError, isNotFound } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import type { Api } from './api.ts';
import { nearestIds } from './nearest-ids.ts';

/** Asks something about a project; when there is none of that id, names those that may be meant. */
export async function aboutProject<Value>(api: Api, id: string, ask: () => Promise<Value>): Promise<Value> {
  try {
    return await ask();
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
    const ids = (await api.projects()).exact.items.map((project) => project.id);
    throw ids.includes(id) ? thrown : unknownProject(id, ids);
  }
}

export function unknownProject(wanted: string, ids: readonly string[]): CliError {
  const near = nearestIds(wanted, ids);
  const known = `Known: ${ids.join(', ') || 'none'}.`;
  const remedy = near.length === 0 ? known : `Did you mean ${near.join(', ')}?`;
  return new CliError(EXIT.failed, `there is no project "${wanted}"`, { remedy });
}
