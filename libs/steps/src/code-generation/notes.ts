import { cutMiddle } from '@tamma/domain';
import type { StepContext } from '../step.ts';
import type { Change, SeenBug } from './model.ts';

/** Longest BUGS.md, in characters; the oldest notes stay. */
const BUGS_LENGTH_MAX = 50_000;
const TITLE = '# Bugs seen on the way';

/** Checks off TODO.md what was done, and notes down in BUGS.md what was seen beside the task. */
export async function writeNotes(context: StepContext, change: Change): Promise<void> {
  const todo = await context.readArtifact('TODO.md');
  if (todo !== null && context.round === 0) {
    context.writeArtifact('TODO.md', checkOff(todo, change.stepsDone));
  }
  if (change.bugs.length === 0) return;
  const before = (await context.readArtifact('BUGS.md')) ?? `${TITLE}\n\n`;
  const lines = change.bugs.map(renderBug).filter((line) => !before.includes(line));
  context.writeArtifact('BUGS.md', cutMiddle(`${before}${lines.join('')}`, BUGS_LENGTH_MAX));
}

/** A step is named by its number, counted from one, or by its words. */
function checkOff(todo: string, done: readonly string[] | undefined): string {
  const named = new Set(done?.map((one) => one.trim()));
  let number = 0;
  return todo.replaceAll(/^- \[[ x]\] (.*)$/gm, (_, step: string) => {
    number += 1;
    const isDone = done === undefined || named.has(String(number)) || named.has(step.trim());
    return `- [${isDone ? 'x' : ' '}] ${step}`;
  });
}

function renderBug({ path, note }: SeenBug): string {
  return `- \`${oneLine(path).replaceAll('`', "'")}\`: ${oneLine(note)}\n`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
