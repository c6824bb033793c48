import type { WorkflowState } from '@tamma/domain';
import { type RecordReader, verifyChain } from '@tamma/store';
import type { RecordedFact, RecordFacts } from './evidence.ts';

const PAGE = 100;
/** Pages read at most. */
const PAGES_MAX = 100;

/** What the record says of every workflow. */
export async function lookAtRecord(reader: RecordReader): Promise<readonly RecordFacts[]> {
  const facts: RecordFacts[] = [];
  for (const state of await readStates(reader)) facts.push(await lookAtWorkflow(reader, state));
  return facts;
}

export async function readStates(reader: RecordReader): Promise<readonly WorkflowState[]> {
  const states: WorkflowState[] = [];
  let after: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const list = await reader.listWorkflows({ limit: PAGE, after });
    states.push(...list.items);
    if (list.next === null) break;
    after = list.next;
  }
  return states;
}

async function lookAtWorkflow(reader: RecordReader, state: WorkflowState): Promise<RecordFacts> {
  const chain = await reader.readChain(state.id);
  const { id: workflowId, project, issue, status, waitingFor } = state;
  return {
    workflowId,
    project,
    issue,
    status,
    waiting: waitingFor === null ? null : { reason: waitingFor.reason, why: waitingFor.why },
    isChained: verifyChain(chain).ok,
    events: chain.map(
      ({ event: { type, taskId = null, attempt = null, data } }): RecordedFact => ({
        type,
        taskId,
        attempt,
        data: { ...data },
      }),
    ),
  };
}
