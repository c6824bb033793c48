import { type Project, projectSchema } from './project-config.ts';

/** A project with every default; only its groups of settings are of use. */
const DEFAULTS = projectSchema.parse({
  platform: 'local',
  repository: 'none',
  issues: 'none',
  ai: { provider: 'scripted', answers: 'none' },
});

/** A project as a workflow's head has it, with the defaults of settings that an older version did not know. */
export function completeProject<Stored extends Project>(stored: Stored): Stored {
  const { pullRequest, merge, ci, reviews, people, onEdit } = DEFAULTS;
  return {
    ...{ pullRequest, merge, ci, reviews, people, onEdit },
    ...stored,
    eligibility: { ...DEFAULTS.eligibility, ...stored.eligibility },
    gates: {
      ...DEFAULTS.gates,
      ...stored.gates,
      patch: { ...DEFAULTS.gates.patch, ...stored.gates?.patch },
    },
  };
}
