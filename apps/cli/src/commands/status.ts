import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { ProjectView } from '@tamma/contracts';
import type { WorkflowState } from '@tamma/domain';
import type { Api, List } from '../api/api.ts';
import { unknownProject } from '../api/known-project.ts';
import type { Reply } from '../api/reply.ts';
import type { OpenContext } from '../context.ts';
import type { Situation } from '../views/situation.ts';
import { showSituation } from '../views/status.ts';

/** Of each open status, the newest so many. */
const OPEN_MAX = 100;
/** Newest workflows looked through for those that ended lately. */
const LOOKED_AT = 50;
const ENDED_SHOWN_MAX = 10;
const LATELY_MS = 24 * 3_600_000;

export function statusCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('status')
    .description('what is open and waits for what, what ended lately, what was not taken and why')
    .option('--project <id>', 'of this project alone')
    .action(async ({ project }) => {
      const { api, output } = open();
      const [health, projects] = await Promise.all([api.health(), api.projects()]);
      const shownProjects = chooseProjects(projects, project);
      const workflows = await readWorkflows(api, project, output.look.nowMs);
      const situation: Reply<Situation> = {
        exact: { health: health.exact, workflows: workflows.exact, projects: shownProjects.exact },
        shown: { health: health.shown, workflows: workflows.shown, projects: shownProjects.shown },
      };
      output.show(situation, showSituation);
    });
}

function chooseProjects(
  projects: Reply<List<ProjectView>>,
  wanted: string | undefined,
): Reply<List<ProjectView>> {
  if (wanted === undefined) return projects;
  const ids = projects.exact.items.map(({ id }) => id);
  if (!ids.includes(wanted)) throw unknownProject(wanted, ids);
  const choose = ({ items, next }: List<ProjectView>) => ({
    items: items.filter(({ id }) => id === wanted),
    next,
  });
  return { exact: choose(projects.exact), shown: choose(projects.shown) };
}

/** The open ones, and the newest of those that ended within a day. */
async function readWorkflows(
  api: Api,
  project: string | undefined,
  nowMs: number,
): Promise<Reply<List<WorkflowState>>> {
  const [pending, running, paused, newest] = await Promise.all([
    api.workflows({ status: 'pending', project, limit: OPEN_MAX }),
    api.workflows({ status: 'running', project, limit: OPEN_MAX }),
    api.workflows({ status: 'paused', project, limit: OPEN_MAX }),
    api.workflows({ project, limit: LOOKED_AT }),
  ]);
  const open = [paused, running, pending];
  const join = (side: 'exact' | 'shown'): List<WorkflowState> => ({
    items: joinWorkflows(
      [...open, newest].flatMap((reply) => reply[side].items),
      nowMs,
    ),
    next: open.find((reply) => reply[side].next !== null)?.[side].next ?? null,
  });
  return { exact: join('exact'), shown: join('shown') };
}

/** Open ones first. A workflow that moved between two answers is in both, and the later state counts. */
function joinWorkflows(states: readonly WorkflowState[], nowMs: number): WorkflowState[] {
  const latest = new Map<string, WorkflowState>();
  for (const state of states) {
    const known = latest.get(state.id);
    if (known === undefined || known.updatedAt <= state.updatedAt) latest.set(state.id, state);
  }
  const all = [...latest.values()];
  const ended = all
    .filter(({ endedAt }) => endedAt !== null && nowMs - Date.parse(endedAt) < LATELY_MS)
    .toSorted((a, b) => (b.endedAt ?? '').localeCompare(a.endedAt ?? ''));
  return [...all.filter(({ endedAt }) => endedAt === null), ...ended.slice(0, ENDED_SHOWN_MAX)];
}
