/** Counts the words: runs of characters between white space. */
export function countWords(text) {
  return text.split(/\s+/).filter((word) => word !== '').length;
}
