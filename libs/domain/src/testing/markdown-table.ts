export interface MarkdownTable {
  readonly headers: readonly string[];
  /** One list of cells per row, trimmed, as they are written. */
  readonly rows: readonly (readonly string[])[];
}

/** The tables under a heading such as `## Task`, up to the next heading of that level; for tests that hold code against its papers. */
export function readTables(markdown: string, heading: string): readonly MarkdownTable[] {
  const lines = sectionOf(markdown.split('\n'), heading);
  const starts = lines.flatMap((line, i) => (isRow(line) && isRule(lines[i + 1] ?? '') ? [i] : []));
  return starts.map((start) => {
    const end = lines.findIndex((line, i) => i > start && !isRow(line));
    const [headers = [], , ...rows] = lines.slice(start, end === -1 ? undefined : end).map(cellsOf);
    return { headers, rows };
  });
}

/** What a cell holds in backticks, in order. */
export function codeWords(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, word]) => word ?? []);
}

function sectionOf(lines: readonly string[], heading: string): readonly string[] {
  const start = lines.indexOf(heading);
  if (start === -1) throw new Error(`the paper has no heading "${heading}"`);
  const level = `${heading.slice(0, heading.indexOf(' '))} `;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith(level));
  return end === -1 ? rest : rest.slice(0, end);
}

function isRow(line: string): boolean {
  return line.startsWith('|');
}

function isRule(line: string): boolean {
  return /^\|[\s|:-]+\|$/.test(line);
}

function cellsOf(line: string): readonly string[] {
  return line
    .slice(1, line.lastIndexOf('|'))
    .split('|')
    .map((cell) => cell.trim());
}
