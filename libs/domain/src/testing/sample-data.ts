import type { EventDataByType, EventType } from '../event-data.ts';

const UNTIL = '2026-01-02T00:00:00.000Z';
const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const ERROR = { code: 'X', class: 'unknown', message: 'it broke', remedy: 'mend it' } as const;
const GATE_RUN = { gate: 'test', commit: COMMIT, summary: '12 passed', durationMs: 5 } as const;

/** Valid data for every type of event, with every field that there is. */
export const SAMPLE_DATA: EventDataByType = {
  'ORCHESTRATOR.STARTED.SUCCESS': {
    host: '127.0.0.1',
    port: 3000,
    startTime: '2026-01-01T00:00:00.000Z',
    config: { 'server.port': '3000' },
  },
  'ORCHESTRATOR.STARTED.FAILED': { error: ERROR, startTime: '2026-01-01T00:00:00.000Z' },
  'ORCHESTRATOR.STARTUP.COMPLETE': { services: ['intake'] },
  'ORCHESTRATOR.STARTUP.FAILED': { error: ERROR },
  'ORCHESTRATOR.STOPPED.SUCCESS': { uptimeMs: 1 },
  'ORCHESTRATOR.SHUTDOWN.COMPLETE': { uptimeMs: 1 },
  'WORKER.REGISTERED.SUCCESS': { workerId: 'w1', capabilities: ['git', 'ai'], sandbox: 'none' },
  'WORKER.UNREGISTERED.SUCCESS': { workerId: 'w1' },
  'ISSUE.JUDGED.ELIGIBLE': { project: 'demo', issue: 1, title: 'Add it', score: 300 },
  'ISSUE.JUDGED.INELIGIBLE': { project: 'demo', issue: 1, title: 'Add it', reasons: ['it is closed'] },
  'ISSUE.READ.FAILED': { project: 'demo', source: '1-a.md', reason: 'no title', remedy: 'give it one' },
  'ISSUE.CLOSED.SUCCESS': { issue: 1, mergeCommit: COMMIT },
  'WORKFLOW.STATE.CREATED': {
    project: 'demo',
    platform: 'local',
    repository: '/srv/demo.git',
    issue: 1,
    title: 'Add it',
    template: 'issue-to-pr',
    templateHash: 'abc',
    score: 300,
    run: 1,
  },
  'WORKFLOW.STARTED.SUCCESS': {
    steps: [
      { id: 'issue-intake', phase: 'INTAKE', capability: 'git' },
      { id: 'context-research', phase: 'RESEARCH', capability: 'code' },
    ],
  },
  'WORKFLOW.COMPLETED.SUCCESS': { result: 'merged' },
  'WORKFLOW.FAILED.PERMANENT': { error: ERROR },
  'WORKFLOW.CANCELLED.SUCCESS': { why: 'the issue is closed' },
  'SESSION.STARTED.SUCCESS': { sessionKey: 'sess_demo-1.r1_20260101_000000' },
  'SESSION.ENDED.SUCCESS': { sessionKey: 'sess_demo-1.r1_20260101_000000' },
  'PHASE.STARTED.SUCCESS': { phase: 'INTAKE' },
  'PHASE.COMPLETED.SUCCESS': { phase: 'INTAKE', nextStep: 'Look around.' },
  'TASK.ENQUEUED.SUCCESS': { capability: 'git', priority: 1 },
  'TASK.DEQUEUED.SUCCESS': { capability: 'git', workerId: 'w1' },
  'TASK.PROGRESS.UPDATED': { percent: 50, message: 'half of it' },
  'TASK.COMPLETED.SUCCESS': { result: { any: ['thing'] }, durationMs: 5 },
  'TASK.RETRY.SCHEDULED': { error: ERROR, retryCount: 1, retryDelayMs: 1000 },
  'TASK.PARKED.SUCCESS': { on: 'approval', until: UNTIL, why: 'a person decides' },
  'TASK.INTERRUPTED.SUCCESS': { why: 'the worker shut down' },
  'TASK.FAILED.PERMANENT': { error: ERROR, retryCount: 3 },
  'ARTIFACT.WRITTEN.SUCCESS': { name: 'PLAN.md', sha256: 'f00d', bytes: 10 },
  'GATE.RAN.SUCCESS': GATE_RUN,
  'GATE.RAN.FAILED': GATE_RUN,
  'AI.RESPONSE.RECEIVED': {
    provider: 'scripted',
    model: 'canned',
    usage: { inputTokens: 10, outputTokens: 5, cacheReadTokens: 1, cacheWriteTokens: 2, costUsd: 0.25 },
    durationMs: 5,
  },
  'AI.TOOL.CALLED': { tool: 'read_file', ok: true, summary: 'a.js' },
  'RISK.ASSESSED.SUCCESS': { risk: 'low' },
  'BRANCH.CREATED.SUCCESS': { branch: 'tamma/issue-1-add-it', base: 'main', baseCommit: COMMIT },
  'COMMIT.CREATED.SUCCESS': { hash: COMMIT, message: 'Add it', author: 'tamma' },
  'PR.OPENED.SUCCESS': {
    number: 7,
    url: 'local:7',
    head: 'tamma/issue-1-add-it',
    base: 'main',
    commit: COMMIT,
  },
  'PR.MERGED.SUCCESS': { number: 7, mergeCommit: COMMIT },
  'ROUND.STARTED.SUCCESS': { round: 1, kind: 'repair', steps: ['context-research'], why: 'a gate is red' },
  'APPROVAL.REQUESTED.SUCCESS': {
    approvalId: 'demo-1.r1.issue-intake.a1',
    kind: 'plan',
    risk: 'medium',
    subject: 'f00d',
    why: 'medium risk',
    until: UNTIL,
  },
  'APPROVAL.PROVIDED.SUCCESS': {
    approvalId: 'demo-1.r1.issue-intake.a1',
    kind: 'plan',
    decision: 'approve',
    why: 'looks right',
    subject: 'f00d',
  },
  'QUESTION.ASKED.SUCCESS': {
    approvalId: 'demo-1.r1.issue-intake.a1',
    question: 'Which one?',
    until: UNTIL,
  },
  'QUESTION.ANSWERED.SUCCESS': { approvalId: 'demo-1.r1.issue-intake.a1', answer: 'The first.' },
  'ESCALATION.TRIGGERED.SUCCESS': { level: 2, error: ERROR, until: UNTIL },
  'ESCALATION.RESOLVED.SUCCESS': { decision: 'retry', why: 'mended' },
};

/** Every type of the catalogue, known to be complete because `SAMPLE_DATA` is. */
export const EVENT_TYPES: readonly EventType[] = Object.keys(SAMPLE_DATA).filter(
  (type): type is EventType => type in SAMPLE_DATA,
);
