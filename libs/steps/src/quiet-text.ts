/**
 * Text of a model or a stranger as we say it on a platform under our own name: it calls nobody, closes no other issue
 * and hides no marker. A space of no width keeps what it says readable.
 */
export function quietText(text: string): string {
  return closingNothing(text)
    .replaceAll('<!--', '<\u200b!--')
    .replaceAll(/\B@(?=[A-Za-z0-9])/g, '@\u200b');
}

/** Platforms close the issues that a commit or a pull request names behind such a word; ours alone is closed, by us. */
export function closingNothing(text: string): string {
  return text
    .replaceAll(/\b((?:clos|fix|resolv)\w{0,3}:?\s{1,10}\S{0,200}?)#(?=\d)/gi, '$1#\u200b')
    .replaceAll(/\b((?:clos|fix|resolv)\w{0,3}:?\s{1,10})(?=https?:)/gi, '$1\u200b');
}
