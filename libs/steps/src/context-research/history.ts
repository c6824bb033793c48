import type { CommitRecord } from '@tamma/domain';
import type { Workspace } from '@tamma/workspace';

/** Commits shown whatever they are about, and commits looked through for those that name the files in question. */
const LATEST_MAX = 10;
const SEARCHED_MAX = 200;
const RELATED_MAX = 10;
/** Longest file name that is looked for in a text, and files looked for, so that no tree is too large. */
const FILES_MAX = 5000;
const NAMED_MAX = 20;
const SUBJECT_MAX = 200;

export interface History {
  /** One line each, newest first. */
  readonly latest: readonly string[];
  /** Older ones that speak of the files that the request names. */
  readonly related: readonly string[];
}

/** What was done lately, and what was done about the files that a text names. */
export async function readHistory(workspace: Workspace, text: string): Promise<History> {
  const commits = await workspace.history(SEARCHED_MAX);
  const files = namedFiles(await workspace.listFiles(), text);
  const isRelated = ({ message }: CommitRecord) => files.some((file) => message.includes(nameOf(file)));
  const related = commits.slice(LATEST_MAX).filter(isRelated).slice(0, RELATED_MAX);
  return { latest: commits.slice(0, LATEST_MAX).map(toLine), related: related.map(toLine) };
}

/** Files of the repository that a text names, by their whole path or by a name that says something. */
function namedFiles(files: readonly string[], text: string): readonly string[] {
  const words = new Set(text.match(/[\w./-]+/g) ?? []);
  const isNamed = (file: string) => words.has(file) || words.has(nameOf(file));
  return files.slice(0, FILES_MAX).filter(isNamed).slice(0, NAMED_MAX);
}

function nameOf(file: string): string {
  return file.split('/').at(-1) ?? file;
}

function toLine({ hash, message }: CommitRecord): string {
  const [subject = ''] = message.split('\n', 1);
  return `${hash.slice(0, 7)} ${subject.slice(0, SUBJECT_MAX)}`;
}
