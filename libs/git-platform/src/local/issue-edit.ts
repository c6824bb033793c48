import { join } from 'node:path';
import { type Issue, normalizeLabels, TammaError } from '@tamma/domain';
import type { IssueMarks } from '../git-platform.ts';
import { issueMissing } from '../platform-errors.ts';
import { changeList, setScalar } from './front-matter-edit.ts';
import { parseIssue } from './issue-file.ts';
import { hasIssue, type OpenedIssue, openIssue } from './issue-folder.ts';
import { withLock } from './lock.ts';
import { readTextFile, replaceTextFile } from './text-file.ts';

/** Times an edit is begun again because a person saved the file meanwhile. */
const EDIT_ATTEMPTS_MAX = 5;

/** The text an issue's file should have; the text it has when nothing is to change. */
type Edit = (opened: OpenedIssue) => string;

export async function markIssue(folder: string, number: number, marks: IssueMarks): Promise<void> {
  const added = normalizeLabels(marks.labelsAdded ?? []);
  const removed = normalizeLabels(marks.labelsRemoved ?? []).filter((label) => !added.includes(label));
  const isRemoved = (label: string) => normalizeLabels([label]).some((one) => removed.includes(one));
  await editIssue(folder, number, ({ text, parsed }) => {
    const { labels, assignee } = parsed.issue;
    const missing = added.filter((label) => !labels.includes(label));
    const areLabelsRight = missing.length === 0 && !parsed.labelsWritten.some(isRemoved);
    const labeled = areLabelsRight
      ? text
      : changeList(text, 'labels', { isDropped: isRemoved, added: missing });
    if (marks.assignee === undefined || marks.assignee === assignee) return labeled;
    return setScalar(labeled, 'assignee', marks.assignee);
  });
}

export async function setIssueState(folder: string, number: number, to: Issue['state']): Promise<void> {
  await editIssue(folder, number, ({ text, parsed }) =>
    parsed.issue.state === to ? text : setScalar(text, 'state', to),
  );
}

/** Our own processes take turns by a lock; a person's editor takes none, so the text is compared once more. */
async function editIssue(folder: string, number: number, edit: Edit): Promise<void> {
  if (!(await hasIssue(folder, number))) throw issueMissing(number);
  await withLock(join(folder, `.${number}.lock`), async () => {
    for (let attempt = 1; attempt <= EDIT_ATTEMPTS_MAX; attempt += 1) {
      const opened = await openIssue(folder, number);
      if (opened === null) throw issueMissing(number);
      if (await applyEdit(opened, edit)) return;
    }
    throw new TammaError('ISSUE_BUSY', `issue ${number} changed each time we wanted to edit it`, {
      class: 'network',
      remedy: 'Let other programs finish with its file.',
    });
  });
}

async function applyEdit(opened: OpenedIssue, edit: Edit): Promise<boolean> {
  const { path, parsed } = opened;
  const text = edit(opened);
  if (text === opened.text) return true;
  requireEffect(opened, { text, edit });
  const present = await readTextFile(path);
  if (present.kind !== 'text' || present.text !== opened.text) return false;
  // Without a date of its own the issue's age is the file's; our edit must not make it younger.
  await replaceTextFile(path, text, parsed.isDated ? undefined : opened.modifiedAt);
  return true;
}

/** An edit that took effect leaves nothing to edit, and left title and body alone. */
function requireEffect(
  opened: OpenedIssue,
  { text, edit }: { readonly text: string; readonly edit: Edit },
): void {
  const { issue } = opened.parsed;
  const again = parseIssue({ number: issue.number, text, modifiedAt: opened.modifiedAt });
  const isSound =
    again.ok &&
    again.value.issue.title === issue.title &&
    again.value.issue.body === issue.body &&
    edit({ ...opened, text, parsed: again.value }) === text;
  if (isSound) return;
  throw new TammaError(
    'ISSUE_UNEDITABLE',
    `${opened.path}: its front matter is spelled in a way we cannot edit`,
    {
      class: 'validation',
      remedy: 'Write each key on a line of its own and the labels as a list, such as [tamma, bug].',
    },
  );
}
