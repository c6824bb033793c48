import { cutMiddle } from '@tamma/domain';
import type { Remark } from './remarks.ts';

/** Longest text of one remark that a model is shown, in characters. */
const BODY_MAX = 4000;
const ANSWERS_MAX = 10;
/** Longest excerpt in a message, in characters. */
const EXCERPT_MAX = 120;

/** REVIEW.md: what the reviewers want, as data. */
export function renderRemarks(remarks: readonly Remark[]): string {
  return `# What the reviewers of the pull request want\n\n${remarks.map(renderRemark).join('\n\n')}\n`;
}

function renderRemark({ author, path, line, body, answers }: Remark): string {
  const place = path === null ? 'on the whole change' : `on ${path}${line === null ? '' : `:${line}`}`;
  const parts = [`## ${author} ${place}`, quote(body)];
  for (const answer of answers.slice(-ANSWERS_MAX)) parts.push(`${answer.author} below:`, quote(answer.body));
  return parts.join('\n\n');
}

/** Quoted, no line can pass for one of ours. */
function quote(text: string): string {
  const shown = text.trim() === '' ? '(without words)' : cutMiddle(text.trim(), BODY_MAX);
  return shown
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => `> ${line}`)
    .join('\n');
}

/** Who wants what, in a sentence. */
export function describeRemarks(remarks: readonly Remark[]): string {
  const authors = [...new Set(remarks.map(({ author }) => author))].join(', ');
  const count = remarks.length === 1 ? 'one remark' : `${remarks.length} remarks`;
  const first = remarks[0]?.body.replaceAll(/\s+/g, ' ').trim() ?? '';
  return `${authors} left ${count} to see to${first === '' ? '' : `: ${first.slice(0, EXCERPT_MAX)}`}`;
}
