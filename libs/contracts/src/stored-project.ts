import { completeAi } from './ai-config.ts';
import { type Project, projectSchema } from './project-config.ts';

/** A project with every default; only its groups of settings are of use. */
const DEFAULTS = projectSchema.parse({
  platform: 'local',
  repository: 'none',
  issues: 'none',
  ai: { provider: 'scripted', answers: 'none' },
});

/** Older versions did not say where a gate may reach. */
const OFFLINE = { network: false };

/** A project as a workflow's head has it, with the defaults of settings that an older version did not know. */
export function completeProject<Stored extends Project>(stored: Stored): Stored {
  const { pullRequest, merge, ci, reviews, people, onEdit, budgets } = DEFAULTS;
  const { build, test, security, ...gates } = { ...DEFAULTS.gates, ...stored.gates };
  return {
    ...{ pullRequest, merge, ci, reviews, people, onEdit, budgets },
    ...stored,
    ai: completeAi(stored.ai),
    eligibility: { ...DEFAULTS.eligibility, ...stored.eligibility },
    gates: {
      ...gates,
      build: { ...OFFLINE, ...build },
      test: { ...OFFLINE, ...test },
      ...(security === undefined ? {} : { security: { ...OFFLINE, ...security } }),
      patch: { ...DEFAULTS.gates.patch, ...stored.gates?.patch },
    },
  };
}
