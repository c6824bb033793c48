import type { Project, ProjectView } from '@tamma/contracts';
import { toError } from '@tamma/domain';
import type { Inbox, Verdicts } from '@tamma/store';
import type { ClaimDeps } from '../use-cases/claim-issue.ts';
import { createClaimedIssues } from './claimed-issues.ts';
import { inspect, type Tell } from './inspection.ts';
import type { RepairDeps } from './recovery/repair.ts';
import { createRevertWatch } from './reverts.ts';
import { type StartingOptions, startClaimed } from './starting.ts';
import { createTurns } from './turns.ts';
import { createVerdictBook } from './verdict-book.ts';
import type { WatchedProject } from './watched-project.ts';

export type { WatchedProject } from './watched-project.ts';

export interface IntakeOptions extends ClaimDeps, StartingOptions, RepairDeps {
  readonly verdicts: Verdicts;
  readonly inbox: Pick<Inbox, 'readCursor' | 'writeCursor'>;
  readonly projects: readonly WatchedProject[];
  /** Why no new work may be taken now, null when it may. */
  readonly holdBack: () => Promise<string | null>;
  readonly onProblem: (project: string, error: Error) => void;
}

export interface Intake {
  /** One look at every project, then as many starts as there are free slots. Ends early when the signal aborts. */
  runOnce(signal?: AbortSignal): Promise<void>;
  /**
   * A pass over one project now, for who knows that something happened there. Looks never overlap; one that waits
   * to begin is shared by all who ask. An unknown project has nothing to look at.
   */
  look(projectId: string): Promise<void>;
  /** What the last pass saw, for each project. */
  views(): readonly ProjectView[];
}

/** Verdicts remembered so that each is told once; beyond it some are told again and absorbed by the record. */
const TOLD_MAX = 10_000;

/** Finds, judges, scores and claims issues, and starts what was claimed when there is room. */
export function createIntake(options: IntakeOptions): Intake {
  const views = new Map(options.projects.map(({ project }) => [project.id, emptyView(project)]));
  const parts = {
    claimedIssues: createClaimedIssues(options),
    verdictBook: createVerdictBook(options),
    reverts: createRevertWatch(options),
    tell: createTeller(options.eventLog.append),
  };
  const takePassTurn = createTurns();
  const awaited = new Map<string, Promise<void>>();

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
    const inspected = await inspect(options, parts, { watched, isHeldBack });
    const { issues, problem, unreadable, lastPassAt } = inspected;
    const passes = (views.get(project.id)?.intake.passes ?? 0) + 1;
    const intake = { passes, lastPassAt, problem: null, unreadable: [...unreadable], issues: [...issues] };
    views.set(project.id, { ...emptyView(project), intake });
    if (problem !== null) noteProblem(project.id, problem);
  };

  const lookAtAll = async ({ projects, heldBackBecause, signal }: Pass) => {
    for (const watched of projects) {
      if (signal?.aborted === true) return;
      try {
        await lookAt(watched, heldBackBecause !== null);
        if (heldBackBecause !== null) noteProblem(watched.project.id, new Error(heldBackBecause));
      } catch (thrown) {
        noteProblem(watched.project.id, toError(thrown));
      }
    }
  };

  const pass = async (projects: readonly WatchedProject[], signal?: AbortSignal) => {
    let heldBackBecause: string | null;
    try {
      heldBackBecause = await options.holdBack();
    } catch (thrown) {
      return noteEverywhere(thrown);
    }
    if (heldBackBecause === null) await start(signal);
    await lookAtAll({ projects, heldBackBecause, signal });
    if (heldBackBecause === null) await start(signal);
  };

  return {
    views: () => [...views.values()],
    runOnce: (signal) => takePassTurn(() => pass(options.projects, signal)),
    look: (projectId) => {
      const waiting = awaited.get(projectId);
      if (waiting !== undefined) return waiting;
      const projects = options.projects.filter(({ project }) => project.id === projectId);
      if (projects.length === 0) return Promise.resolve();
      const look = takePassTurn(() => {
        awaited.delete(projectId);
        return pass(projects);
      });
      awaited.set(projectId, look);
      return look;
    },
  };
}

interface Pass {
  readonly projects: readonly WatchedProject[];
  readonly heldBackBecause: string | null;
  readonly signal: AbortSignal | undefined;
}

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

function emptyView(project: Project): ProjectView {
  return {
    id: project.id,
    platform: project.platform,
    repository: project.repository,
    intake: { passes: 0, lastPassAt: null, problem: null, unreadable: [], issues: [] },
  };
}
