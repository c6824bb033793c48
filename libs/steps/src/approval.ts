import {
  type ApprovalDecision,
  type ApprovalKind,
  decideWhoApproves,
  decisionsFor,
  done,
  escalate,
  type Outcome,
  type RiskLevel,
  ROUNDS_MAX,
  type RoundWait,
  type StoredDecision,
  unwanted,
} from '@tamma/domain';
import { z } from 'zod';
import { askForRework, askForRound, ownRounds } from './round.ts';
import type { StepContext } from './step.ts';

export const approvalResultSchema = z.object({
  by: z.string(),
  /** What was approved: a plan's hash or a commit. It counts for nothing else. */
  subject: z.string(),
});
export type ApprovalResult = z.infer<typeof approvalResultSchema>;

/** What a wish sends back, and the kind of round that brings another one. */
const THING_OF = { plan: 'plan', merge: 'change' } as const;
const ROUND_OF = { plan: 'plan', merge: 'rework' } as const;

export interface ApprovalQuestion {
  readonly kind: ApprovalKind;
  readonly risk: RiskLevel;
  readonly subject: string;
  /** People whose word counts and who approve of this very subject on the platform. */
  readonly approvers?: readonly string[];
  /** People who wanted changes there, and have not agreed to what was made since. */
  readonly objectors?: readonly string[];
}

/** Takes a person's decision about this very subject; without one lets policy decide, or asks a person. */
export async function approve(
  context: StepContext,
  question: ApprovalQuestion,
): Promise<Outcome<ApprovalResult>> {
  const decision = findDecision(context, question);
  if (decision === null) return decideOrAsk(context, question);
  switch (decision.decision) {
    case 'approve':
      return done({ by: decision.by, subject: question.subject });
    case 'reject':
      return unwanted(`the ${question.kind} was rejected by ${decision.by}${remark(decision)}`);
    case 'edit':
      return sendBack(context, question.kind, decision);
    case 'answer':
      // Said to a question, not to this.
      return decideOrAsk(context, question);
  }
}

/** The last word on this subject. A wish for another plan or change is spent once a round was made for it. */
export function findDecision(
  context: StepContext,
  { kind, subject }: ApprovalQuestion,
): StoredDecision | null {
  const edits = context.decisions.filter(({ decision }) => decision === 'edit');
  const spent = new Set(edits.slice(0, ownRounds(context, ROUND_OF[kind]).length));
  const possible = decisionsFor(kind);
  const last = context.decisions.findLast(
    (one) => one.kind === kind && one.subject === subject && possible.includes(one.decision),
  );
  return last === undefined || spent.has(last) ? null : last;
}

/** Another plan, or another change, is made; when this step runs again, that one is asked about. */
function sendBack(context: StepContext, kind: ApprovalKind, decision: StoredDecision): Outcome<never> {
  const thing = THING_OF[kind];
  const why = `${decision.by} wants another ${thing}${remark(decision)}`;
  const round = kind === 'plan' ? askForPlan(context, why) : askForRework(context, why);
  if (round === null) {
    return escalate({
      code: kind === 'plan' ? 'PLAN_ROUNDS_EXHAUSTED' : 'REWORK_ROUNDS_EXHAUSTED',
      class: 'conflict',
      message: `${why}; ${ROUNDS_MAX} rounds of the ${thing} did not bring it`,
      remedy: `cancel the workflow, say in the issue what the ${thing} is to be, and have it worked again`,
    });
  }
  context.writeArtifact('REVIEW.md', renderWish(thing, decision));
  return round;
}

function askForPlan(context: StepContext, why: string): RoundWait | null {
  const planner = context.head.template.steps.find((step) => step.handler === 'plan-generation');
  return askForRound(context, { kind: 'plan', steps: planner === undefined ? [] : [planner], why });
}

function renderWish(thing: string, { by, comment }: StoredDecision): string {
  return `# Review of the ${thing}\n\n${by} wants it changed:\n\n${comment}\n`;
}

function remark({ comment }: StoredDecision): string {
  return comment === '' ? '' : `: ${comment}`;
}

async function decideOrAsk(
  context: StepContext,
  question: ApprovalQuestion,
): Promise<Outcome<ApprovalResult>> {
  const { kind, risk, subject } = question;
  const { by, why } = findDecider(context, question);
  if (by === 'policy') return provide(context, question, { by, why });
  const approver = (question.objectors ?? []).length === 0 ? question.approvers?.[0] : undefined;
  if (approver !== undefined) {
    return provide(context, question, { by: approver, why: `${approver} approved it on the platform` });
  }
  const forMs = context.head.project.approvals.deadline;
  return { kind: 'wait', on: 'approval', forMs, why, approval: { kind, risk, subject } };
}

async function provide(
  context: StepContext,
  { kind, subject }: ApprovalQuestion,
  { by, why }: { readonly by: string; readonly why: string },
): Promise<Outcome<ApprovalResult>> {
  const data = { approvalId: null, kind, decision: 'approve', why, subject } as const;
  await context.tell({ type: 'APPROVAL.PROVIDED.SUCCESS', data });
  return done({ by, subject });
}

/** Whoever sent a plan or a change back sees the next one, whatever policy would say to it. */
function findDecider(
  { rounds, head }: StepContext,
  { kind, risk, objectors = [] }: ApprovalQuestion,
): ApprovalDecision {
  if (rounds.some((round) => round.kind === ROUND_OF[kind])) {
    return { by: 'person', why: `a person sent the last ${THING_OF[kind]} back` };
  }
  if (objectors.length > 0) {
    return { by: 'person', why: `${objectors.join(', ')} wanted changes and has not agreed to this one yet` };
  }
  const { automatic, deadline: deadlineMs } = head.project.approvals;
  return decideWhoApproves(kind, risk, { automatic, deadlineMs });
}
