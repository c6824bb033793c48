import { basename, dirname, join } from 'node:path';
import { withLock } from './lock.ts';
import {
  type PullRequestFile,
  type PullRequestRecord,
  readPullRequestFile,
  renderPullRequest,
} from './pull-request-file.ts';
import { replaceTextFile } from './text-file.ts';

/**
 * Writes what `edit` makes of the record as it is by then; the very record it was given leaves the file alone. One at
 * a time: a merge that is written down must not be undone by somebody who read the record before it.
 */
export async function editPullRequest(
  file: PullRequestFile,
  edit: (record: PullRequestRecord) => PullRequestRecord,
): Promise<PullRequestFile> {
  const { path } = file;
  return await withLock(join(dirname(path), `.${basename(path)}.lock`), async () => {
    const again = await readPullRequestFile(path);
    const present = again?.ok === true ? again.value.record : file.record;
    const record = edit(present);
    if (record !== present) await replaceTextFile(path, renderPullRequest(record));
    return { path, record };
  });
}
