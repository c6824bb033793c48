import type { GitHubProject, LocalProject, Project } from '@tamma/contracts';
import { reportError } from '@tamma/domain';
import type { GitPlatform } from '@tamma/git-platform';
import type { ProjectOutline } from '@tamma/process';
import type { PlaceProblem } from './check-projects.ts';

type LocalOutline = Extract<ProjectOutline, { platform: 'local' }>;
type GitHubOutline = Extract<ProjectOutline, { platform: 'github' }>;

export interface PlatformsOptions {
  readonly local: {
    readonly check: (project: LocalOutline) => Promise<readonly PlaceProblem[]>;
    readonly open: (project: LocalProject) => GitPlatform;
  };
  /** All over one connection, which calls nobody by itself. */
  readonly github: {
    readonly check: (project: GitHubOutline) => Promise<readonly PlaceProblem[]>;
    readonly open: (project: Pick<GitHubProject, 'repository' | 'account'>) => GitPlatform;
    readonly account: () => Promise<string>;
  };
  /** Told of what is worth knowing and stops nothing. */
  readonly onNotice: (message: string) => void;
  /** A start goes on while GitHub cannot be asked, where all that must be known is configured; a check tells of it. */
  readonly purpose: 'start' | 'check';
}

/** How the places that projects name are reached. */
export interface Platforms {
  /** Whether the places a project names are there and fit. */
  check(project: ProjectOutline): Promise<readonly PlaceProblem[]>;
  /** The account that our credential belongs to on GitHub. */
  account(): Promise<string>;
  platformOf(project: Project): GitPlatform;
}

export function createPlatforms(options: PlatformsOptions): Platforms {
  const { local, github } = options;
  return {
    check: (project) => (project.platform === 'local' ? local.check(project) : checkGitHub(options, project)),
    account: github.account,
    platformOf: (project) => (project.platform === 'local' ? local.open(project) : github.open(project)),
  };
}

async function checkGitHub(
  { github, onNotice, purpose }: PlatformsOptions,
  project: GitHubOutline,
): Promise<readonly PlaceProblem[]> {
  const { repository } = project;
  if (purpose === 'start' && accountIn(project) !== '') {
    const trouble = await troubleReaching(github.open({ repository, account: '' }));
    if (trouble !== null) {
      onNotice(`${repository} could not be checked, and is looked at again as work goes on: ${trouble}`);
      return [];
    }
  }
  return github.check(project);
}

/** An outline of a configuration that is whole has all of its project. */
function accountIn(project: GitHubOutline): string {
  return 'account' in project && typeof project.account === 'string' ? project.account : '';
}

/** Why nothing can be learned of the repository now, null when it can. */
async function troubleReaching(platform: Pick<GitPlatform, 'readRepository'>): Promise<string | null> {
  try {
    await platform.readRepository();
    return null;
  } catch (thrown) {
    const { class: errorClass, message } = reportError(thrown);
    return ['network', 'rate-limit'].includes(errorClass) ? message : null;
  }
}
