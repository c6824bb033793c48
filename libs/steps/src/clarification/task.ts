import { renderComments, type TrustedComments } from '../ai/trusted-comments.ts';
import type { ClarificationAnswer } from './answer.ts';

export interface TaskGround {
  readonly issue: { readonly number: number; readonly title: string };
  readonly comments: TrustedComments;
}

/** TASK.md without its questions: what is wanted, with what people said about it; null while that is not known yet. */
export function renderTask({ issue, comments }: TaskGround, answer: ClarificationAnswer | null): string {
  const parts = [
    `# Issue ${issue.number}: ${issue.title}\n`,
    ...renderAnswer(answer),
    renderComments(comments),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function renderAnswer(answer: ClarificationAnswer | null): readonly string[] {
  if (answer === null) return [];
  const { goal, acceptance, assumptions, split } = answer;
  return [
    `## Goal\n\n${goal}\n`,
    `## Acceptance\n\n${acceptance.map((check) => `- [ ] ${check}`).join('\n')}\n`,
    listed('Assumptions', assumptions),
    listed('Could be split into', split),
  ];
}

function listed(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return `## ${title}\n\n${lines.map((line) => `- ${line}`).join('\n')}\n`;
}
