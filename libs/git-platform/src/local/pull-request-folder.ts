import { join } from 'node:path';
import { TammaError } from '@tamma/domain';
import { type PullRequestFile, readPullRequestFile } from './pull-request-file.ts';
import { keyedName, listNames, listRecordNames, recordFolderOf } from './record-folder.ts';
import type { Problem } from './text-file.ts';

const FILE_PREFIX = 'pull-request';

interface BrokenFile extends Problem {
  readonly path: string;
}

export interface PullRequestFiles {
  readonly files: readonly PullRequestFile[];
  readonly broken: readonly BrokenFile[];
}

/** Pull requests are `NNN/pull-request-<branch>-<hash>.md`: the name follows from the head, so twins meet at it. */
export function pullRequestStem(head: string): string {
  return keyedName(FILE_PREFIX, head);
}

/** Every pull request of the repository, whichever issue it belongs to. */
export async function listPullRequests(issuesFolder: string): Promise<PullRequestFiles> {
  const files: PullRequestFile[] = [];
  const broken: BrokenFile[] = [];
  const folders = (await listNames(issuesFolder)).filter((name) => /^\d{3,}$/.test(name)).toSorted();
  for (const name of folders) {
    const folder = recordFolderOf(issuesFolder, Number(name));
    for (const path of await listPaths(folder)) {
      const file = await readPullRequestFile(path);
      if (file?.ok === true) files.push(file.value);
      if (file?.ok === false) broken.push({ path, ...file.problem });
    }
  }
  return { files, broken };
}

/** Null when no record carries the number; throws when one that does not parse might. */
export async function findByNumber(issuesFolder: string, number: number): Promise<PullRequestFile | null> {
  const { files, broken } = await listPullRequests(issuesFolder);
  const found = files.find((file) => file.record.number === number);
  if (found !== undefined) return found;
  for (const file of broken) throw pullRequestUnreadable(file);
  return null;
}

/** Every one; throws when a record does not parse, because it might be open. */
export async function listReadable(issuesFolder: string): Promise<readonly PullRequestFile[]> {
  const { files, broken } = await listPullRequests(issuesFolder);
  for (const file of broken) throw pullRequestUnreadable(file);
  return files;
}

/** The open or merged one of a head; throws when a record that does not parse bears the name of that head. */
export function findByHead({ files, broken }: PullRequestFiles, head: string): PullRequestFile | null {
  const stem = pullRequestStem(head);
  for (const file of broken.filter(({ path }) => path.includes(stem))) throw pullRequestUnreadable(file);
  const found = files.filter(({ record }) => record.head === head && record.state !== 'closed');
  return found.find(({ record }) => record.state === 'open') ?? found[0] ?? null;
}

async function listPaths(folder: string): Promise<readonly string[]> {
  const names = await listRecordNames(folder);
  return names.filter((name) => name.startsWith(FILE_PREFIX)).map((name) => join(folder, name));
}

function pullRequestUnreadable({ path, reason, remedy }: BrokenFile): TammaError {
  return new TammaError('PULL_REQUEST_UNREADABLE', `${path}: ${reason}`, { class: 'validation', remedy });
}
