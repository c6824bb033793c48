import { createHash } from 'node:crypto';
import type { Project, ProjectView } from '@tamma/contracts';
import {
  type AnyEvent,
  type Issue,
  judgeEligibility,
  scoreIssue,
  toError,
  type UnreadableIssue,
} from '@tamma/domain';
import type { GitPlatform } from '@tamma/git-platform';
import type { OpenClaim } from '@tamma/store';
import type { WorkflowPlan } from '@tamma/workflow';
import { type ClaimDeps, claimIssue, fingerprintOf } from '../use-cases/claim-issue.ts';
import { systemEvent } from '../use-cases/facts.ts';
import { type StartDeps, startWorkflow } from '../use-cases/start-workflow.ts';

/** A project with what intake needs to work on it. */
export interface WatchedProject {
  readonly project: Project;
  readonly plan: WorkflowPlan;
  readonly platform: GitPlatform;
}

export interface IntakeOptions extends ClaimDeps, StartDeps {
  readonly projects: readonly WatchedProject[];
  readonly maxConcurrent: number;
  /** Why no new work may be taken now, null when it may. */
  readonly holdBack: () => Promise<string | null>;
  readonly onProblem: (project: string, error: Error) => void;
}

export interface Intake {
  /** One look at every project, then as many starts as there are free slots. */
  runOnce(): Promise<void>;
  /** What the last pass saw, for each project. */
  views(): readonly ProjectView[];
}

type IssueView = ProjectView['intake']['issues'][number];

/** How many waiting workflows one pass looks at; the next pass sees the rest. */
const STARTS_MAX = 100;
/** Verdicts remembered so that each is told once; beyond it some are told again and absorbed by the record. */
const TOLD_MAX = 10_000;

/** Finds, judges, scores and claims issues, and starts what was claimed when there is room. */
export function createIntake(options: IntakeOptions): Intake {
  const views = new Map(options.projects.map(({ project }) => [project.id, emptyView(project)]));
  const told = new Set<string>();

  const tell = async (events: readonly AnyEvent[]) => {
    const news = events.filter((event) => !told.has(event.id));
    await options.eventLog.append(news);
    if (told.size > TOLD_MAX) told.clear();
    for (const event of news) told.add(event.id);
  };

  const lookAt = async (watched: WatchedProject, isHeldBack: boolean) => {
    const { project, platform } = watched;
    const startedAt = new Date(options.now()).toISOString();
    const { issues, unreadable } = await platform.listOpenIssues();
    const open = new Map((await options.claims.listOpen(project.id)).map((claim) => [claim.issue, claim]));
    const seen: IssueView[] = [];
    for (const issue of issues) {
      const { view, event } = await judgeIssue(options, {
        watched,
        issue,
        claim: open.get(issue.number),
        isHeldBack,
      });
      seen.push(view);
      if (event !== null) await tell([event]);
    }
    await tell(unreadable.map((one) => unreadableEvent(project, one, options.now())));
    const passes = (views.get(project.id)?.intake.passes ?? 0) + 1;
    const intake = {
      passes,
      lastPassAt: startedAt,
      problem: null,
      unreadable: [...unreadable],
      issues: seen,
    };
    views.set(project.id, { ...emptyView(project), intake });
  };

  const noteProblem = (project: Project, error: Error) => {
    const view = views.get(project.id) ?? emptyView(project);
    views.set(project.id, { ...view, intake: { ...view.intake, problem: error.message } });
    options.onProblem(project.id, error);
  };

  return {
    views: () => [...views.values()],
    runOnce: async () => {
      const reason = await options.holdBack();
      if (reason === null) await startClaimed(options);
      for (const watched of options.projects) {
        try {
          await lookAt(watched, reason !== null);
          if (reason !== null) noteProblem(watched.project, new Error(reason));
        } catch (thrown) {
          noteProblem(watched.project, toError(thrown));
        }
      }
      if (reason === null) await startClaimed(options);
    },
  };
}

/** Best score first, as long as slots are free. */
async function startClaimed(options: IntakeOptions): Promise<void> {
  const free = options.maxConcurrent - (await options.claims.countStarted());
  if (free <= 0) return;
  const waiting = await options.claims.waitingForSlot(Math.min(free, STARTS_MAX));
  for (const claim of waiting) await startWorkflow(options, claim.head);
}

interface JudgeRequest {
  readonly watched: WatchedProject;
  readonly issue: Issue;
  readonly claim: OpenClaim | undefined;
  readonly isHeldBack: boolean;
}

/** Judges one issue and claims it when it may be taken. */
async function judgeIssue(
  options: IntakeOptions,
  { watched, issue, claim, isHeldBack }: JudgeRequest,
): Promise<{ view: IssueView; event: AnyEvent | null }> {
  const { project } = watched;
  const about = { number: issue.number, title: issue.title };
  if (claim !== undefined) {
    const { workflowId, head } = claim;
    return { view: { ...about, eligible: true, reasons: [], score: head.score, workflowId }, event: null };
  }
  const fingerprint = fingerprintOf(issue);
  const earlier = await options.claims.findEarlier(project.id, issue.number);
  const rules = project.eligibility;
  const verdict = judgeEligibility({ issue, rules, fingerprint, self: project.account, earlier });
  const reasons = [...verdict.reasons];
  const event = verdictEvent({ project, issue, reasons, fingerprint }, options.now());
  if (!verdict.eligible || isHeldBack) {
    return { view: { ...about, eligible: verdict.eligible, reasons, score: null, workflowId: null }, event };
  }
  const result = await claimIssue(options, { ...watched, issue });
  const workflowId = result.claimed ? result.head.workflowId : result.workflowId;
  const score = result.claimed ? result.head.score : null;
  return { view: { ...about, eligible: true, reasons, score, workflowId }, event };
}

interface Judged {
  readonly project: Project;
  readonly issue: Issue;
  readonly reasons: readonly string[];
  readonly fingerprint: string;
}

/** The id holds the verdict, so the same judgement of the same text is one fact however often it is made. */
function verdictEvent({ project, issue, reasons, fingerprint }: Judged, nowMs: number): AnyEvent {
  const about = { project: project.id, issue: issue.number, title: issue.title };
  const id = `issue.${project.id}.${issue.number}.${shortHash(fingerprint + reasons.join())}`;
  if (reasons.length > 0) {
    return systemEvent(
      id,
      { type: 'ISSUE.JUDGED.INELIGIBLE', data: { ...about, reasons: [...reasons] } },
      { nowMs },
    );
  }
  const score = scoreIssue(issue, project.priority, project.account, nowMs);
  return systemEvent(id, { type: 'ISSUE.JUDGED.ELIGIBLE', data: { ...about, score } }, { nowMs });
}

function unreadableEvent(project: Project, unreadable: UnreadableIssue, nowMs: number): AnyEvent {
  const { source, reason, remedy } = unreadable;
  const id = `issue.${project.id}.unreadable.${shortHash(source + reason)}`;
  const data = { project: project.id, source, reason, remedy };
  return systemEvent(id, { type: 'ISSUE.READ.FAILED', data }, { nowMs });
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function emptyView(project: Project): ProjectView {
  return {
    id: project.id,
    platform: project.platform,
    repository: project.repository,
    intake: { passes: 0, lastPassAt: null, problem: null, unreadable: [], issues: [] },
  };
}
