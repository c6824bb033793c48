/** All that a regular expression takes for the end of a line. */
const LINE_END = /\r\n|[\n\r\u2028\u2029]/;

/** Quoted, no line can pass for one of ours. */
export function quote(text: string): string {
  return text
    .split(LINE_END)
    .map((line) => `> ${line}`)
    .join('\n');
}
