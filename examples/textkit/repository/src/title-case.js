/** Capitalizes the first letter of each word and leaves the others alone. */
export function titleCase(text) {
  return text.replace(/(^|\s)(\p{Ll})/gu, (_, before, letter) => before + letter.toUpperCase());
}
