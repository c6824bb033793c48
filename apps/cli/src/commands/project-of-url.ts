import type { Api } from '../api/api.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import type { IssueAddress } from './explainable.ts';

/** Id of the project that watches the repository of an address. Throws a CliError when none does, or several do. */
export async function findProjectOf(api: Api, { repository, issue }: IssueAddress): Promise<string> {
  const { items } = (await api.projects()).exact;
  const wanted = repository.toLowerCase();
  const ids = items
    .filter((project) => project.platform === 'github' && project.repository.toLowerCase() === wanted)
    .map(({ id }) => id);
  const [id] = ids;
  if (id !== undefined && ids.length === 1) return id;
  if (id === undefined) {
    throw new CliError(EXIT.failed, `no project watches the repository ${repository}`, {
      remedy: '"tamma projects" lists the projects with their repositories.',
    });
  }
  throw new CliError(EXIT.failed, `${ids.length} projects watch the repository ${repository}`, {
    remedy: `Say which: ${ids.map((one) => `${one}#${issue}`).join(' or ')}.`,
  });
}
