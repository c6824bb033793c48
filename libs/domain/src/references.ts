/** Longest text that is searched for references, in characters; what a body says after that refers to nothing. */
const TEXT_MAX = 100_000;
const CLOSING = 'close[sd]?|fix(?:e[sd])?|resolve[sd]?';
const BLOCKED = 'blocked by|depends on';

/**
 * Numbers of the issues of a repository (`owner/name`) that a pull request closes by GitHub's closing keywords:
 * `Fixes #1`, `closes owner/name#1`, `Resolves https://host/owner/name/issues/1`.
 */
export function closingReferences(text: string, repository: string): readonly number[] {
  return findReferences(CLOSING, text, repository);
}

/** Numbers of the issues that a text says must come first: `Blocked by #1`, `depends on owner/name#2`. */
export function blockingReferences(text: string, repository: string): readonly number[] {
  return findReferences(BLOCKED, text, repository);
}

function findReferences(words: string, text: string, repository: string): readonly number[] {
  const pattern = new RegExp(
    `\\b(?:${words})\\b:?\\s+(?:https?://[^\\s/]+/([\\w.-]+/[\\w.-]+)/issues/|([\\w.-]+/[\\w.-]+)?#|GH-)(\\d{1,9})\\b`,
    'gi',
  );
  const visible = withoutHidden(text.slice(0, TEXT_MAX));
  const wanted = repository.toLowerCase();
  const numbers = [...visible.matchAll(pattern)]
    .filter(([, inUrl, named]) => [undefined, wanted].includes((inUrl ?? named)?.toLowerCase()))
    .map(([, , , number]) => Number(number))
    .filter((number) => number > 0);
  return [...new Set(numbers)];
}

const TO_THE_END = '$(?![\\s\\S])';
const COMMENT = `<!--[\\s\\S]*?(?:-->|${TO_THE_END})`;
/** Up to three blanks, three marks at least, and as many to close it; one that is never closed goes to the end. */
const FENCES = [
  `^ {0,3}(\`{3,})[^\`\\n]*$[\\s\\S]*?(?:^ {0,3}\\1\`*[ \\t]*$|${TO_THE_END})`,
  `^ {0,3}(~{3,})[^\\n]*$[\\s\\S]*?(?:^ {0,3}\\2~*[ \\t]*$|${TO_THE_END})`,
];
// In one pattern, so that what opens first wins: a comment in a fence is code, a fence in a comment is hidden.
const HIDDEN = new RegExp([...FENCES, COMMENT, '`[^`\\n]*`'].join('|'), 'gm');
const HIDDEN_COMMENT = new RegExp(COMMENT, 'gm');

/** A text without what its readers do not take for its author's words: HTML comments and code. */
export function withoutHidden(text: string): string {
  return text.replaceAll(HIDDEN, ' ');
}

/** A text without what its readers do not see. */
export function withoutComments(text: string): string {
  return text.replaceAll(HIDDEN_COMMENT, ' ');
}
