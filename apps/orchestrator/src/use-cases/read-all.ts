import type { WorkflowState } from '@tamma/domain';
import type { RecordReader, WorkflowFilter } from '@tamma/store';

const PAGE = 100;
/** Pages read at most: 5000 workflows; what is beyond waits until those are fewer. */
const PAGES_MAX = 50;

/** The workflows of one status, those of tasks on their own as well, page after page. */
export async function readAll(
  reader: RecordReader,
  filter: Pick<WorkflowFilter, 'status' | 'project'>,
): Promise<readonly WorkflowState[]> {
  const states: WorkflowState[] = [];
  let after: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const list = await reader.listWorkflows({ ...filter, kind: 'any', limit: PAGE, after });
    states.push(...list.items);
    if (list.next === null) break;
    after = list.next;
  }
  return states;
}
