import type { Project } from '@tamma/contracts';
import type { GitPlatform } from '@tamma/git-platform';

/**
 * The platform of each project, made once: what one step learned of it, such as an unchanged answer or the id of a
 * comment, spares the next one a call. Every workflow brings its project as it was when it began.
 */
export function rememberPlatforms(
  create: (project: Project) => GitPlatform,
): (project: Project) => GitPlatform {
  const platforms = new Map<string, GitPlatform>();
  return (project) => {
    const issues = project.platform === 'local' ? project.issues : null;
    const key = JSON.stringify([project.platform, project.repository, project.account, issues]);
    const platform = platforms.get(key) ?? create(project);
    platforms.set(key, platform);
    return platform;
  };
}
