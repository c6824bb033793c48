import { cutMiddle } from '@tamma/domain';

/** Breaks a word for those who look for mentions and references, and for nobody who reads it. */
const BREAK = '\u200B';

/**
 * Words that are not ours (of an issue, a model, a log), as one line of a comment of ours: nobody is notified, nothing
 * is linked or shown as an image, no HTML and no marker comes through.
 */
export function foreignLine(text: string, lengthMax: number): string {
  return oneLine(cutMiddle(text, lengthMax))
    .replaceAll('\\', '\\\\')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('`', "'")
    .replaceAll(/[[\]|*_~]/g, (mark) => `\\${mark}`)
    .replaceAll(/@(?=\S)/g, `@${BREAK}`)
    .replaceAll(/#(?=\d)/g, `#${BREAK}`);
}

/** The same over several lines, as a block of code: nothing in it means anything to its platform. */
export function foreignBlock(text: string, lengthMax: number): string {
  const cut = cutMiddle(withoutControls(text).trim(), lengthMax).replaceAll('<!--', `<${BREAK}!--`);
  const longest = Math.max(0, ...[...cut.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}text\n${cut}\n${fence}`;
}

function oneLine(text: string): string {
  return withoutControls(text).replaceAll(/\s+/g, ' ').trim();
}

/** Control characters and those that turn the direction of writing have no business in a comment. */
function withoutControls(text: string): string {
  return text.toWellFormed().replaceAll(/[^\P{C}\n\t]/gu, '');
}
