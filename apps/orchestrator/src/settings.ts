import { join } from 'node:path';
import type { Config, Project } from '@tamma/contracts';
import { reportError } from '@tamma/domain';
import {
  type AccessToken,
  type AiEnvironment,
  type ConfigProblem,
  type Environment,
  type GitHubSettings,
  type LoadedConfig,
  loadConfig,
  type ProjectOutline,
  parseEnvironment,
  readAiEnvironment,
  readEnvironment,
  readGitHubEnvironment,
  readTokens,
} from '@tamma/process';
import type { WorkflowPlan } from '@tamma/workflow';
import { type AgentKnowledge, checkAgents } from './check-agents.ts';
import { checkProjects } from './check-projects.ts';
import type { Platforms } from './platforms.ts';

interface PlannedProject {
  /** Its account is known. */
  readonly project: Project;
  readonly plan: WorkflowPlan;
}

export interface SoundSettings {
  readonly ok: true;
  readonly config: Config;
  readonly projects: readonly PlannedProject[];
  /** Who may use the API; empty when everybody on this machine may. */
  readonly tokens: readonly AccessToken[];
  /** What signs webhook deliveries; null when none are to be believed. */
  readonly webhookSecret: string | null;
  readonly platformOf: Platforms['platformOf'];
  /** What variables say about models, and the keys that agents name. */
  readonly ai: AiEnvironment;
}

export type Settings = SoundSettings | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

export interface SettingsRequest {
  /** Where `.env` and the configuration file are looked for. */
  readonly folder: string;
  readonly environment: Environment;
  readonly connect: (github: GitHubSettings) => Platforms;
  /** Set for a check: then every agent is asked for. A start goes on without, since workers may have keys of their own. */
  readonly agents: AgentKnowledge | null;
}

/** What stands for the settings of GitHub where they are wrong and nobody needs them. */
const NO_GITHUB: GitHubSettings = {
  apiUrl: 'https://api.github.com',
  serverUrl: 'https://github.com',
  authentication: null,
  webhookSecret: null,
  repository: null,
};

/** Variables, tokens, configuration, templates and places: all that is wrong with any of them, at once. */
export async function readSettings({ folder, ...request }: SettingsRequest): Promise<Settings> {
  const environment = await readEnvironment(folder, request.environment);
  const parsed = parseEnvironment(environment, folder);
  const file = configFileOf(environment, folder);
  const access = await readTokens(environment, folder);
  const authentication = access.ok && access.tokens.length === 0 ? 'none' : 'token';
  const loaded = await loadConfig({ file, environment, authentication });
  const outlines = loaded.ok
    ? loaded.config.projects.map((project, index) => ({ ...project, index }))
    : loaded.projects;
  const github = await readGitHubEnvironment(environment, folder);
  const platforms = request.connect(github.ok ? github.settings : NO_GITHUB);
  const checkPlaces = async (project: ProjectOutline) =>
    project.platform === 'local' || github.ok ? platforms.check(project) : [];
  const checked = await checkProjects(outlines, { source: file.path, checkPlaces });
  const ai = readAiEnvironment(environment, folder);
  const agentProblems = await judgeAgents(loaded, {
    agents: request.agents,
    ai,
    environment,
    source: file.path,
  });
  const needsGitHub = outlines.some(({ platform }) => platform === 'github');
  const problems = [
    ...(parsed.ok ? [] : parsed.problems),
    ...(access.ok ? [] : access.problems),
    ...(github.ok || !needsGitHub ? [] : github.problems),
    ...(loaded.ok ? [] : loaded.problems),
    ...checked.problems,
    ...ai.problems,
    ...agentProblems,
  ];
  if (!loaded.ok || !access.ok || problems.length > 0) return { ok: false, problems };
  const named = await nameAccounts(loaded.config.projects, { platforms, source: file.path });
  if (named.problems.length > 0) return { ok: false, problems: named.problems };
  const projects = named.projects.flatMap((project, index) => {
    const plan = checked.plans.get(index);
    return plan === undefined ? [] : [{ project, plan }];
  });
  const webhookSecret = github.ok ? github.settings.webhookSecret : null;
  const { platformOf } = platforms;
  const { config } = loaded;
  return { ok: true, config, projects, tokens: access.tokens, webhookSecret, platformOf, ai };
}

interface AgentJudging extends Pick<SettingsRequest, 'agents' | 'environment'> {
  readonly ai: AiEnvironment;
  readonly source: string;
}

async function judgeAgents(loaded: LoadedConfig, { agents, ai, environment, source }: AgentJudging) {
  if (agents === null || !loaded.ok) return [];
  const { projects, prices } = loaded.config;
  const path = environment.PATH ?? '';
  return checkAgents(projects, { knowledge: agents, environment: ai, prices, path, source });
}

interface Naming {
  readonly platforms: Platforms;
  readonly source: string;
}

/** The projects with the account their credential belongs to, where the configuration leaves it to that. */
async function nameAccounts(projects: readonly Project[], { platforms, source }: Naming) {
  const named: Project[] = [];
  const problems: ConfigProblem[] = [];
  for (const [index, project] of projects.entries()) {
    try {
      const account = project.account === '' ? await platforms.account() : project.account;
      named.push({ ...project, account });
    } catch (thrown) {
      const { message, remedy } = reportError(thrown);
      const path = `projects[${index}].account`;
      const own = `Name it, or mend this${remedy === undefined ? '' : `: ${remedy}`}`;
      problems.push({ path, source, message: `could not be asked for: ${message}`, remedy: own });
    }
  }
  return { projects: named, problems };
}

/** Asked apart from the other variables: what is wrong with one of them must not hide the file. */
function configFileOf({ TAMMA_CONFIG }: Environment, folder: string) {
  const parsed = parseEnvironment({ TAMMA_CONFIG }, folder);
  return parsed.ok
    ? parsed.settings.configFile
    : { path: join(folder, 'tamma.config.yaml'), required: false };
}
