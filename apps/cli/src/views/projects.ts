import type { ProjectView } from '@tamma/contracts';
import type { List } from '../api/api.ts';
import { formatAgo } from '../terminal/moment.ts';
import type { Look, View } from '../terminal/output.ts';
import { plural } from './words.ts';

type Issue = ProjectView['intake']['issues'][number];

/** Every project with what intake made of each of its issues. */
export const showProjects: View<List<ProjectView>> = ({ items }, look) => {
  if (items.length === 0) return [NO_PROJECT];
  return items.flatMap((project, index) => [...(index === 0 ? [] : ['']), ...block(project, look)]);
};

export const NO_PROJECT =
  'No project is configured: write a tamma.config.yaml (docs/configuration.md), try it with "tamma check", start again.';

function block({ id, platform, repository, intake }: ProjectView, { paint, nowMs }: Look): string[] {
  const looked =
    intake.lastPassAt === null ? 'not looked at yet' : `looked at ${formatAgo(intake.lastPassAt, nowMs)}`;
  return [
    `${paint('bold', id)} (${platform}, ${repository})`,
    `  ${looked}, ${plural(intake.issues.length, 'open issue')}`,
    ...(intake.problem === null ? [] : [`  ${paint('red', 'problem')}: ${intake.problem}`]),
    ...intake.issues.map((issue) => `  #${issue.number} ${issue.title}: ${describeIssue(issue)}`),
    ...unreadable(intake).map((line) => `  ${line}`),
  ];
}

function describeIssue({ workflowId, eligible, reasons, score }: Issue): string {
  if (workflowId !== null) return workflowId;
  if (!eligible) return `not taken, ${reasons.join('; ')}`;
  return score === null ? 'eligible' : `eligible (score ${score})`;
}

/** Issues nobody took, each with every reason. */
export function notTaken(projects: readonly ProjectView[]): string[] {
  return projects.flatMap(({ id, intake }) => [
    ...intake.issues
      .filter(({ eligible, workflowId }) => !eligible && workflowId === null)
      .map((issue) => `${id} #${issue.number} ${issue.title}: ${issue.reasons.join('; ')}`),
    ...unreadable(intake),
  ]);
}

function unreadable(intake: ProjectView['intake']): string[] {
  return intake.unreadable.map(({ source, reason, remedy }) => `${source}: ${reason} (${remedy})`);
}
