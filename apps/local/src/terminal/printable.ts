/** Text of strangers on one line of a terminal: no control character, so no escape sequence either. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ');
}
