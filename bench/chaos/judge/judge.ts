import { hasWorkflowEnded } from '@tamma/domain';
import { findDisorder } from './disorder.ts';
import { findDuplicates } from './duplicates.ts';
import type { Evidence, IssueFacts, RecordedFact, RecordFacts } from './evidence.ts';
import { findHits } from './hits.ts';
import { findMissing } from './missing.ts';
import { findUnseen } from './unseen.ts';

export interface Verdict {
  /** Kills that met a running step. */
  readonly hits: number;
  /** Freezes that did. */
  readonly freezes: number;
  /** Issues whose work is merged, closed and recorded as completed. */
  readonly finished: number;
  readonly mergedOnce: number;
  readonly duplicates: readonly string[];
  readonly disorder: readonly string[];
  readonly missing: readonly string[];
  readonly stuck: readonly string[];
  /** What the witness should have seen and did not: then it proves nothing. */
  readonly unseen: readonly string[];
  /** Neither finished nor stuck: cancelled, failed, or waiting for a person. */
  readonly unfinished: readonly string[];
}

/** Judges a run by what the witness, the repositories and the issues show. The record is held against them. */
export function judge(evidence: Evidence): Verdict {
  const { issues, record, blows, witness } = evidence;
  const hits = findHits(blows, witness);
  const open = issues.filter((facts) => !isFinished(facts, workflowOf(facts, record)));
  const described = open.map((facts) => describe(facts, workflowOf(facts, record)));
  return {
    hits: hits.filter(({ kind }) => kind === 'kill').length,
    freezes: hits.filter(({ kind }) => kind === 'freeze').length,
    finished: issues.length - open.length,
    mergedOnce: issues.filter((facts) => facts.merges.length === 1).length,
    duplicates: findDuplicates(evidence),
    disorder: findDisorder(evidence),
    missing: findMissing(evidence),
    unseen: findUnseen(evidence),
    stuck: described.flatMap(({ isStuck, text }) => (isStuck ? [text] : [])),
    unfinished: described.flatMap(({ isStuck, text }) => (isStuck ? [] : [text])),
  };
}

function workflowOf({ project, issue }: IssueFacts, record: readonly RecordFacts[]): RecordFacts | null {
  return record.find((one) => one.project === project && one.issue === issue) ?? null;
}

function isFinished(
  { isClosed, hasFile, merges, pullRequests }: IssueFacts,
  workflow: RecordFacts | null,
): boolean {
  const isMerged = merges.length > 0 && pullRequests.some(({ state }) => state === 'merged');
  return isClosed && hasFile && isMerged && workflow?.status === 'completed';
}

const WAITS_FOR_PEOPLE = ['approval', 'human'];

function describe(facts: IssueFacts, workflow: RecordFacts | null): { isStuck: boolean; text: string } {
  const name = `${facts.project}#${facts.issue}`;
  if (workflow === null) return { isStuck: true, text: `${name}: no workflow` };
  const { workflowId, status, waiting, events } = workflow;
  const isStuck = !hasWorkflowEnded(status) && !WAITS_FOR_PEOPLE.includes(waiting?.reason ?? '');
  const what = waiting === null ? 'nothing' : `${waiting.reason} (${waiting.why})`;
  return { isStuck, text: `${workflowId}: ${status}, waits for ${what}${storyOf(events)}` };
}

/** What a person needs to see of one that did not finish: it cannot be asked for afterwards. */
function storyOf(events: readonly RecordedFact[]): string {
  const told = events.filter(({ type }) => TELLING.test(type));
  const lines = told.map(
    ({ type, taskId, attempt, data }) => `${type} ${taskId}.${attempt} ${JSON.stringify(data)}`,
  );
  return lines.map((line) => `\n    ${line.slice(0, STORY_LINE_MAX)}`).join('');
}

const TELLING = /^(TASK|ROUND|GATE|COMMIT|BRANCH|PR|ESCALATION)\./;
const STORY_LINE_MAX = 300;
