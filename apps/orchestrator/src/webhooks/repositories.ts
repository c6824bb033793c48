import type { Project } from '@tamma/contracts';
import type { Inbox } from '@tamma/store';
import type { DeliveryOutline } from './delivery-outline.ts';

/** Where the id of a project's repository is kept, which stays when the repository is renamed. */
const LOOK = 'repository';

export interface RepositoriesOptions {
  readonly projects: readonly { readonly project: Project }[];
  readonly inbox: Pick<Inbox, 'readCursor' | 'writeCursor'>;
}

export interface Repositories {
  /** The project that works on it, null when none does. */
  find(repository: NonNullable<DeliveryOutline['repository']>): Promise<Project | null>;
}

/** Finds projects by the name of their repository, and once a delivery told its id, by that as well. */
export function createRepositories({ projects, inbox }: RepositoriesOptions): Repositories {
  const watched = projects.map(({ project }) => project).filter(({ platform }) => platform === 'github');
  const byName = new Map(watched.map((project) => [project.repository.toLowerCase(), project]));
  const byId = new Map<string, Project>();
  let isRead = false;

  const readIds = async () => {
    if (isRead) return;
    for (const project of watched) {
      const id = await inbox.readCursor(project.id, LOOK);
      if (id !== null) byId.set(id, project);
    }
    isRead = true;
  };

  return {
    find: async ({ id, fullName }) => {
      await readIds();
      const named = byName.get(fullName.toLowerCase());
      if (named === undefined) return byId.get(id) ?? null;
      if (!byId.has(id)) {
        await inbox.writeCursor(named.id, LOOK, id);
        byId.set(id, named);
      }
      return named;
    },
  };
}
