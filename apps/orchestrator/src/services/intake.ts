import type { Project, ProjectView } from '@tamma/contracts';
import { type AnyEvent, type Issue, reportError, toError } from '@tamma/domain';
import type { GitPlatform } from '@tamma/git-platform';
import type { WorkflowPlan } from '@tamma/workflow';
import type { ClaimDeps } from '../use-cases/claim-issue.ts';
import { type IssueView, judgeIssue, unjudgedView, unreadableEvent } from './judging.ts';
import { type StartingOptions, startClaimed } from './starting.ts';

/** A project with what intake needs to work on it. */
export interface WatchedProject {
  readonly project: Project;
  readonly plan: WorkflowPlan;
  readonly platform: GitPlatform;
}

export interface IntakeOptions extends ClaimDeps, StartingOptions {
  readonly projects: readonly WatchedProject[];
  /** Why no new work may be taken now, null when it may. */
  readonly holdBack: () => Promise<string | null>;
  readonly onProblem: (project: string, error: Error) => void;
}

export interface Intake {
  /** One look at every project, then as many starts as there are free slots. Ends early when the signal aborts. */
  runOnce(signal?: AbortSignal): Promise<void>;
  /** What the last pass saw, for each project. */
  views(): readonly ProjectView[];
}

/** Verdicts remembered so that each is told once; beyond it some are told again and absorbed by the record. */
const TOLD_MAX = 10_000;

/** Finds, judges, scores and claims issues, and starts what was claimed when there is room. */
export function createIntake(options: IntakeOptions): Intake {
  const views = new Map(options.projects.map(({ project }) => [project.id, emptyView(project)]));
  const tell = createTeller(options.eventLog.append);

  const noteProblem = (projectId: string, error: Error) => {
    const view = views.get(projectId);
    if (view !== undefined) {
      views.set(projectId, { ...view, intake: { ...view.intake, problem: error.message } });
    }
    options.onProblem(projectId, error);
  };

  const noteEverywhere = (thrown: unknown) => {
    for (const id of views.keys()) noteProblem(id, toError(thrown));
  };

  const start = async (signal?: AbortSignal) => {
    try {
      await startClaimed(options, (claim, error) => noteProblem(claim.project, error), signal);
    } catch (thrown) {
      noteEverywhere(thrown);
    }
  };

  const lookAt = async (watched: WatchedProject, isHeldBack: boolean) => {
    const { project } = watched;
    const { issues, problem, unreadable, lastPassAt } = await inspect(options, { watched, isHeldBack, tell });
    const passes = (views.get(project.id)?.intake.passes ?? 0) + 1;
    const intake = { passes, lastPassAt, problem: null, unreadable: [...unreadable], issues: [...issues] };
    views.set(project.id, { ...emptyView(project), intake });
    if (problem !== null) noteProblem(project.id, problem);
  };

  const lookAtAll = async (heldBackBecause: string | null, signal?: AbortSignal) => {
    for (const watched of options.projects) {
      if (signal?.aborted === true) return;
      try {
        await lookAt(watched, heldBackBecause !== null);
        if (heldBackBecause !== null) noteProblem(watched.project.id, new Error(heldBackBecause));
      } catch (thrown) {
        noteProblem(watched.project.id, toError(thrown));
      }
    }
  };

  return {
    views: () => [...views.values()],
    runOnce: async (signal) => {
      let heldBackBecause: string | null;
      try {
        heldBackBecause = await options.holdBack();
      } catch (thrown) {
        return noteEverywhere(thrown);
      }
      if (heldBackBecause === null) await start(signal);
      await lookAtAll(heldBackBecause, signal);
      if (heldBackBecause === null) await start(signal);
    },
  };
}

type Tell = (events: readonly AnyEvent[]) => Promise<void>;

/** Tells each fact once, by its id. */
function createTeller(append: Tell): Tell {
  const told = new Set<string>();
  return async (events) => {
    const news = events.filter((event) => !told.has(event.id));
    await append(news);
    if (told.size > TOLD_MAX) told.clear();
    for (const event of news) told.add(event.id);
  };
}

interface Inspection {
  readonly watched: WatchedProject;
  readonly isHeldBack: boolean;
  readonly tell: Tell;
}

/** Judges every open issue of a project. One that makes trouble is shown with it and does not hide the others. */
async function inspect(options: IntakeOptions, { watched, isHeldBack, tell }: Inspection) {
  const { project, plan, platform } = watched;
  const lastPassAt = new Date(options.now()).toISOString();
  const { issues, unreadable } = await platform.listOpenIssues();
  const numbers = issues.map(({ number }) => number);
  const claimed = await options.claims.findIssues(project.id, numbers);
  const open = new Map(claimed.map((claim) => [claim.issue, claim]));
  const seen: IssueView[] = [];
  let problem: Error | null = null;
  for (const issue of issues) {
    try {
      const claim = open.get(issue.number);
      const { view, event } = await judgeIssue(options, { project, plan, issue, claim, isHeldBack });
      if (event !== null) await tell([event]);
      seen.push(view);
    } catch (thrown) {
      problem ??= troubleOf(issue, thrown);
      seen.push(unjudgedView(issue, toError(thrown)));
    }
  }
  await tell(unreadable.map((one) => unreadableEvent(project, one, options.now())));
  return { lastPassAt, issues: seen, unreadable, problem };
}

/** A server that does not answer will not answer for the next issue either: that is thrown on. */
function troubleOf(issue: Issue, thrown: unknown): Error {
  if (reportError(thrown).class === 'network') throw thrown;
  return new Error(`issue ${issue.number} could not be judged: ${toError(thrown).message}`);
}

function emptyView(project: Project): ProjectView {
  return {
    id: project.id,
    platform: project.platform,
    repository: project.repository,
    intake: { passes: 0, lastPassAt: null, problem: null, unreadable: [], issues: [] },
  };
}
