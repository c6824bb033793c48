import { fitsPattern } from '@tamma/domain';
import type { SearchHit, SearchRequest } from '../../workspace.ts';

const HITS_MAX = 200;
const LINE_MAX_CHARACTERS = 300;

/** The part of a pattern for paths before its first star: nothing that fits lies elsewhere. Empty: anywhere. */
export function fixedPart(paths: string): string {
  const segments = paths.split('/').filter((segment) => segment !== '' && segment !== '.');
  const first = segments.findIndex((segment) => segment.includes('*'));
  return segments.slice(0, first < 0 ? segments.length : first).join('/');
}

/** From lines `path NUL line NUL text` (the second mark may be a colon), the first 200 that fit. The last may be cut. */
export function foundLines(
  output: string,
  { paths }: SearchRequest,
  isFile: (path: string) => boolean,
): readonly SearchHit[] {
  const hits: SearchHit[] = [];
  for (let at = 0; at < output.length && hits.length < HITS_MAX; ) {
    const end = output.indexOf('\n', at);
    const hit = parseHit(output.slice(at, end < 0 ? output.length : end));
    at = end < 0 ? output.length : end + 1;
    if (hit === undefined || !isFile(hit.path)) continue;
    if (paths === undefined || fitsPattern(hit.path, paths)) hits.push(hit);
  }
  return hits;
}

const HIT = /^(?<path>[^\0]+)\0(?<line>\d+)[\0:](?<text>.*)$/s;

function parseHit(entry: string): SearchHit | undefined {
  const { path, line, text } = HIT.exec(entry)?.groups ?? {};
  if (path === undefined || line === undefined || text === undefined) return undefined;
  return { path: path.replace(/^\.\//, ''), line: Number(line), text: text.slice(0, LINE_MAX_CHARACTERS) };
}
