/** Words of GitHub's, or of people there, in one line that is fit to be shown. */
export function oneLine(text: string, charactersMax: number): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, charactersMax)
    .toWellFormed();
}
