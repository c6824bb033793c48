import type { ArtifactView } from '@tamma/contracts';
import type { Look, View } from '../terminal/output.ts';

/** The text line by line. */
export const showArtifact: View<ArtifactView> = ({ text }) => linesOf(text);

/** A patch with its added and removed lines in color. */
export const showDiff: View<ArtifactView> = ({ text }, look) =>
  linesOf(text).map((line) => paintLine(line, look));

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function paintLine(line: string, { paint }: Look): string {
  if (/^(diff |index |\+\+\+|---)/.test(line)) return paint('bold', line);
  if (line.startsWith('@@')) return paint('cyan', line);
  if (line.startsWith('+')) return paint('green', line);
  return line.startsWith('-') ? paint('red', line) : line;
}
