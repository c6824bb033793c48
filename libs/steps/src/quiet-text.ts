/**
 * Text of a model or a stranger as we say it on a platform under our own name: it calls nobody, closes no other issue
 * and hides no marker. A space of no width keeps what it says readable.
 */
export function quietText(text: string): string {
  return callingNobody(
    closingNothing(text).replaceAll('<!--', '<\u200b!--').replaceAll(SPELLED_OUT, '&\u200b'),
  );
}

/** The same for the message of a commit, which is no markup; it does not keep the checks from running either. */
export function quietMessage(text: string): string {
  return callingNobody(closingNothing(text))
    .replaceAll(SKIP_MARK, '[\u200b')
    .replaceAll(/^(skip-checks)(?=[ \t]{0,20}:)/gim, '$1\u200b');
}

/** `[skip ci]`, `[ci skip]`, `[no ci]` and their like: services run nothing on a commit that says so. */
const SKIP_MARK = /\[(?=(?:(?:skip|no)[ -]\w{1,20}|\w{1,20}[ -]skip)\])/gi;

/** Underlines are words to a pattern, and emphasis to a platform: it looks for names behind them too. */
function callingNobody(text: string): string {
  return text.replaceAll(/(?<![A-Za-z0-9])@(?=[A-Za-z0-9])/g, '@\u200b');
}

/** A hash or an at sign as an entity: platforms look for names and numbers in what comes out of it. */
const SPELLED_OUT = /&(?=#0{0,10}(?:35|64);|#x0{0,10}(?:23|40);|num;|commat;)/gi;

/** Platforms close the issues that a commit or a pull request names behind such a word; ours alone is closed, by us. */
function closingNothing(text: string): string {
  return text
    .replaceAll(/\b((?:clos|fix|resolv)\w{0,3}:?\s+\S{0,200}?)#(?=\d)/gi, '$1#\u200b')
    .replaceAll(/\b((?:clos|fix|resolv)\w{0,3}:?\s+)(?=https?:|GH-\d)/gi, '$1\u200b');
}
