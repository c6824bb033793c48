/** Text that a model wrote as one printable line; it is shown in terminals and stored in JSON columns. */
export function toLine(text: string, max: number): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  const cut = line.length <= max ? line : `${line.slice(0, max - 1)}…`;
  return cut.toWellFormed();
}
