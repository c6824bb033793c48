import stringWidth from 'string-width';
import { oneLine } from './printable.ts';

export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  /** Only the look of the text, never its letters. */
  readonly paint?: (text: string, row: Row) => string;
  /** `whole`: an id, say, which is of no use with its end cut off. */
  readonly fit: 'whole' | 'cut';
}

const GAP = '  ';
const CUT_WIDTH_MIN = 8;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Rows under titles, as wide as their texts; cells are cut where a terminal has fewer columns. */
export function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  width: number | null,
): string[] {
  const cells = rows.map((row) => columns.map((column) => oneLine(column.text(row))));
  const titles = columns.map(({ title }) => title);
  const widths = fitWidths(columns, [titles, ...cells], width);
  const lineOf = (texts: readonly string[], row: Row | null): string =>
    columns
      .map((column, index) => {
        const text = pad(
          cutToWidth(texts[index] ?? '', widths[index] ?? 0),
          widths[index] ?? 0,
          index,
          columns.length,
        );
        return row === null || column.paint === undefined ? text : column.paint(text, row);
      })
      .join(GAP)
      .trimEnd();
  return [lineOf(titles, null), ...rows.map((row, index) => lineOf(cells[index] ?? [], row))];
}

/** The text, or as much of it as fits with an ellipsis. Width counts columns of a terminal. */
export function cutToWidth(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let cut = '';
  let used = 1;
  for (const { segment } of graphemes.segment(text)) {
    used += stringWidth(segment);
    if (used > width) break;
    cut += segment;
  }
  return `${cut}…`;
}

function pad(text: string, width: number, index: number, count: number): string {
  return index === count - 1 ? text : text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** Takes from the widest column that may be cut, until all fit or none has anything to give. */
function fitWidths<Row>(
  columns: readonly Column<Row>[],
  lines: readonly (readonly string[])[],
  width: number | null,
): number[] {
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => stringWidth(line[index] ?? ''))));
  if (width === null) return widths;
  let excess = widths.reduce((sum, one) => sum + one, GAP.length * (columns.length - 1)) - width;
  while (excess > 0) {
    const widest = widestToCut(columns, widths);
    if (widest === null) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

function widestToCut<Row>(columns: readonly Column<Row>[], widths: readonly number[]): number | null {
  let found: number | null = null;
  for (const [index, { fit }] of columns.entries()) {
    const width = widths[index] ?? 0;
    if (fit === 'cut' && width > CUT_WIDTH_MIN && width > (found === null ? 0 : (widths[found] ?? 0)))
      found = index;
  }
  return found;
}
