import type { SoundSettings } from './settings.ts';

/** What is set up, a line for each project, for whoever asked whether all is well. */
export function describeProjects({ projects }: Pick<SoundSettings, 'projects'>): readonly string[] {
  return projects.map(({ project, plan }) => {
    const { id, platform, repository, baseBranch, account, eligibility } = project;
    const labels = eligibility.labelsRequired.map((label) => `"${label}"`).join(' and ');
    const which = labels === '' ? 'every issue' : `issues with ${labels}`;
    return `${id}: ${platform} ${repository}, ${which} into ${baseBranch} by ${plan.name} (${plan.steps.length} steps), as ${account}`;
  });
}
