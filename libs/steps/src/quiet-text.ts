/**
 * Text of a model or a stranger as we say it on a platform under our own name: it calls nobody, closes no other issue
 * and hides no marker. A space of no width keeps what it says readable.
 */
export function quietText(text: string): string {
  return (
    closingNothing(text)
      .replaceAll('<!--', '<\u200b!--')
      .replaceAll(SPELLED_OUT, '&\u200b')
      // Underlines are words to a pattern, and emphasis to a platform: it looks for names behind them too.
      .replaceAll(/(?<![A-Za-z0-9])@(?=[A-Za-z0-9])/g, '@\u200b')
  );
}

/** A hash or an at sign as an entity: platforms look for names and numbers in what comes out of it. */
const SPELLED_OUT = /&(?=#0{0,10}(?:35|64);|#x0{0,10}(?:23|40);|num;|commat;)/gi;

/** Platforms close the issues that a commit or a pull request names behind such a word; ours alone is closed, by us. */
export function closingNothing(text: string): string {
  return text
    .replaceAll(/\b((?:clos|fix|resolv)\w{0,3}:?\s+\S{0,200}?)#(?=\d)/gi, '$1#\u200b')
    .replaceAll(/\b((?:clos|fix|resolv)\w{0,3}:?\s+)(?=https?:|GH-\d)/gi, '$1\u200b');
}
