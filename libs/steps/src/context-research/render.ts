import type { ResearchAnswer } from './answer.ts';
import type { History } from './history.ts';
import { oneLine, type Surroundings } from './surroundings.ts';

export interface ResearchGround {
  readonly history: History;
  readonly surroundings: Surroundings;
}

/** CONTEXT.md: what the model found out, then what was read for it; sections without anything are left out. */
export function renderContext(answer: ResearchAnswer, { history, surroundings }: ResearchGround): string {
  const { summary, files, conventions, risks, unknowns } = answer;
  const { related, bugs, unread } = surroundings;
  return [
    `# Context\n\n${summary}\n`,
    section(
      'Files',
      files.map(({ path, why }) => `\`${path}\`: ${why}`),
      'none',
    ),
    section('Conventions', conventions),
    section('Risks', risks, 'none seen'),
    section('Not found out', [...unknowns, ...unread]),
    section('Related issues', related),
    section(
      'Known bugs',
      bugs.map(({ issue }) => `#${issue.number} ${oneLine(issue.title)}`),
    ),
    section('History', [...history.latest, ...history.related]),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function section(title: string, lines: readonly string[], otherwise = ''): string {
  if (lines.length === 0) return otherwise === '' ? '' : `## ${title}\n\n${otherwise}\n`;
  return `## ${title}\n\n${lines.map((line) => `- ${line}`).join('\n')}\n`;
}
