import type { ConfigProblem, ProjectOutline } from '@tamma/process';
import { type LoadedTemplate, loadTemplate, type WorkflowPlan } from '@tamma/workflow';

export interface CheckedProjects {
  readonly problems: readonly ConfigProblem[];
  /** The plan of each project whose template is sound, by the project's place in the configuration. */
  readonly plans: ReadonlyMap<number, WorkflowPlan>;
}

export interface PlaceProblem {
  readonly path: string;
  readonly message: string;
}

export interface CheckOptions {
  /** Name of the configuration file, for the messages. */
  readonly source: string;
  /** Whether the places a project names are there and fit. */
  readonly checkPlaces: (project: ProjectOutline) => Promise<readonly PlaceProblem[]>;
}

/** What the configuration's schema cannot see: the templates and the places on disk, all problems at once. */
export async function checkProjects(
  projects: readonly ProjectOutline[],
  options: CheckOptions,
): Promise<CheckedProjects> {
  const plans = new Map<number, WorkflowPlan>();
  const problems: ConfigProblem[] = [];
  for (const project of projects) {
    const { index } = project;
    const template = await loadTemplate(project.workflow);
    if (template.ok) plans.set(index, template.plan);
    else problems.push(...templateProblems(template));
    for (const { path, message } of await options.checkPlaces(project)) {
      problems.push({ source: options.source, path: `projects[${index}].${path}`, message });
    }
  }
  return { problems, plans };
}

function templateProblems(template: Extract<LoadedTemplate, { ok: false }>): ConfigProblem[] {
  return template.problems.map((problem) => ({ ...problem, source: `template ${template.source}` }));
}
