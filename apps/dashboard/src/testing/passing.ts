import type { StepId } from './steps.ts';
import type { Story } from './story.ts';
import { PATCH, PLAN, TASK } from './texts.ts';

const HEAD = '64af972b1c22';
const ANSWERED = {
  provider: 'scripted',
  model: 'canned',
  usage: { inputTokens: 4200, outputTokens: 900, cacheReadTokens: 1500, cacheWriteTokens: 0, costUsd: 0.021 },
  durationMs: 800,
};

/** What steps say while they work, where all goes well. */
export const PASSING: Partial<Readonly<Record<StepId, (story: Story) => void>>> = {
  'issue-intake': (story) => story.write('issue-intake', 'TASK.md', TASK),
  'context-research': (story) => {
    const step = 'context-research';
    story.tell('AI.RESPONSE.RECEIVED', ANSWERED, { step });
    story.write(step, 'CONTEXT.md', '# Context\n\n- `src/slugify.js` has the bug.\n');
  },
  'plan-generation': (story) => {
    const step = 'plan-generation';
    story.tell('AI.RESPONSE.RECEIVED', ANSWERED, { step });
    story.tell('RISK.ASSESSED.SUCCESS', { risk: 'medium' }, { step });
    story.write(step, 'PLAN.md', PLAN);
    story.write(step, 'TODO.md', '- [x] Reproduce it\n- [ ] Change `slugify`\n- [ ] Add a test\n');
  },
  'branch-setup': (story) => {
    const data = { branch: 'tamma/issue-3', base: 'main', baseCommit: HEAD };
    story.tell('BRANCH.CREATED.SUCCESS', data, { step: 'branch-setup' });
  },
  'code-generation': (story) => {
    const step = 'code-generation';
    story.tell('AI.RESPONSE.RECEIVED', ANSWERED, { step });
    story.tell('AI.TOOL.CALLED', { tool: 'write_file', ok: true, summary: 'src/slugify.js' }, { step });
    story.tell(
      'COMMIT.CREATED.SUCCESS',
      { hash: HEAD, message: 'fix: keep accents', author: 'tamma' },
      { step },
    );
    story.write(step, 'change.patch', PATCH);
  },
  'build-gate': (story) => {
    const data = { gate: 'build', commit: HEAD, summary: 'built', durationMs: 400 } as const;
    story.tell('GATE.RAN.SUCCESS', data, { step: 'build-gate' });
    story.write('build-gate', 'build.log', '> build\n\u001b[32mok\u001b[0m\n');
  },
  'test-gate': (story) => {
    const data = { gate: 'test', commit: HEAD, summary: '12 passed', durationMs: 900 } as const;
    story.tell('GATE.RAN.SUCCESS', data, { step: 'test-gate' });
    story.write('test-gate', 'test.log', '# tests 12\n# pass 12\n');
  },
  'code-review': (story) => {
    story.write('code-review', 'REVIEW.md', '# Review\n\nNo serious finding.\n');
    story.write('code-review', 'CHANGES.md', '# Changes\n\n`slugify` keeps letters that carry an accent.\n');
  },
  'pull-request': (story) => {
    const url = 'https://git.example.org/textkit/pulls/7';
    const data = { number: 7, url, head: 'tamma/issue-3', base: 'main', commit: HEAD };
    story.tell('PR.OPENED.SUCCESS', data, { step: 'pull-request' });
  },
};
