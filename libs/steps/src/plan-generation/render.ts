import type { RiskLevel } from '@tamma/domain';
import type { PlanAnswer, PlanOption } from './answer.ts';

export function renderPlan(answer: PlanAnswer, risk: RiskLevel): string {
  const { summary, options, chosen, steps, files, testPlan } = answer;
  const parts = [
    `# Plan\n\n${summary}\n\nRisk: ${risk}\n`,
    ...(options.length === 0 ? [] : [renderOptions(options, chosen)]),
    `## Steps\n\n${steps.map((step, i) => `${i + 1}. ${step}`).join('\n')}\n`,
    `## Files\n\n${files.map((file) => `- \`${file}\``).join('\n') || 'none named'}\n`,
    `## Tests\n\n${testPlan}\n`,
  ];
  return parts.join('\n');
}

function renderOptions(options: readonly PlanOption[], chosen: string): string {
  const parts = options.map(({ name, summary, pros, cons }) => {
    const title = name === chosen ? `${name} (chosen)` : name;
    const lines = [...pros.map((one) => `- for: ${one}`), ...cons.map((one) => `- against: ${one}`)];
    return `### ${title}\n\n${[summary, lines.join('\n')].filter((text) => text !== '').join('\n\n')}\n`;
  });
  return `## Options\n\n${parts.join('\n')}`;
}

export function renderTodo({ steps }: PlanAnswer): string {
  return `# To do\n\n${steps.map((step) => `- [ ] ${step}`).join('\n')}\n`;
}
