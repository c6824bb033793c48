import { stringify } from 'yaml';
import { fileOf, textOf } from './issues.ts';

/** Steps that ask the model take this long, so that a kill finds them at work. */
export interface Pace {
  readonly delayMs: number;
}

/** What the model answers for one issue: one new file, low risk, nothing to find fault with. */
export function renderAnswers(issue: number, { delayMs }: Pace): string {
  const path = fileOf(issue);
  const finish = (input: Readonly<Record<string, unknown>>) => ({
    delayMs,
    calls: [{ tool: 'finish', input }],
  });
  return stringify({
    clarification: [
      finish({
        ambiguity: 5,
        goal: `${path} is there.`,
        acceptance: [`${path} holds its line.`],
        questions: [],
      }),
    ],
    'context-research': [
      finish({ summary: 'Notes stand on their own.', files: [{ path, why: 'the new note' }], risks: [] }),
    ],
    'plan-generation': [
      finish({
        summary: `Write ${path}.`,
        steps: [`Write ${path}.`],
        files: [path],
        risk: 'low',
        breaking: false,
        deletesFiles: false,
        testPlan: 'The gates run.',
      }),
    ],
    'code-generation': [
      { delayMs, calls: [{ tool: 'write_file', input: { path, text: textOf(issue) } }] },
      finish({ summary: `Wrote ${path}.`, tests: [], commitMessage: `docs: note ${issue}` }),
    ],
    'code-review': [
      finish({ summary: 'It is what was asked for.', findings: [], changes: `- ${path} is new.` }),
    ],
  });
}
