import type { IssueVerdict, List } from '../api/api.ts';
import { formatAgo, formatMoment } from '../terminal/moment.ts';
import type { Look, View } from '../terminal/output.ts';
import { type Column, renderTable } from '../terminal/table.ts';
import { more } from './lists.ts';
import { section } from './workflow.ts';

export const showVerdicts: View<List<IssueVerdict>> = ({ items, next }, look) => {
  if (items.length === 0) return ['No such issue was judged so far.'];
  return [...renderTable(items, columns(look), look.columns), ...more(next)];
};

function columns({ paint, nowMs }: Look): Column<IssueVerdict>[] {
  return [
    { title: 'ISSUE', text: ({ issue }) => `#${issue}`, fit: 'whole' },
    {
      title: 'VERDICT',
      text: wordOf,
      paint: (text, { eligible }) => paint(eligible ? 'green' : 'yellow', text),
      fit: 'whole',
    },
    { title: 'SINCE', text: ({ since }) => formatAgo(since, nowMs), fit: 'whole' },
    { title: 'TITLE', text: ({ title }) => title, fit: 'cut' },
    { title: 'WHY', text: ({ reasons }) => reasons.join('; '), fit: 'cut' },
  ];
}

function wordOf({ eligible, workflowId, score }: IssueVerdict): string {
  if (workflowId !== null) return workflowId;
  if (!eligible) return 'not taken';
  return score === null ? 'eligible' : `eligible (score ${Math.round(score)})`;
}

/** Why nobody works on an issue, since when, and what would change it. */
export const showVerdict: View<IssueVerdict> = (verdict, look) => {
  const { project, issue, title, eligible, reasons, since, judgedAt } = verdict;
  const word = look.paint(eligible ? 'green' : 'yellow', wordOf(verdict));
  return [
    `${look.paint('bold', `${project}#${issue} ${title}`)} ${word}`,
    `  since ${formatMoment(since)}, last judged ${formatAgo(judgedAt, look.nowMs)}`,
    ...section('Why it is not taken', reasons, look),
    ...section('What would change it', waysOf(verdict), look),
  ];
};

function waysOf({ project, issue, eligible }: IssueVerdict): string[] {
  if (eligible) {
    return [
      'no rule refuses it: it is claimed at a next look, unless new work is held back ("tamma status" says so)',
    ];
  }
  return [
    'it is judged anew at each look, and taken once none of these is so',
    `an operator can have it worked on all the same: tamma submit ${project} ${issue} --override`,
  ];
}
