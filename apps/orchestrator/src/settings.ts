import { join } from 'node:path';
import type { Config, Project } from '@tamma/contracts';
import {
  type AccessToken,
  type ConfigProblem,
  type Environment,
  loadConfig,
  parseEnvironment,
  readEnvironment,
  readTokens,
} from '@tamma/process';
import type { WorkflowPlan } from '@tamma/workflow';
import { type CheckOptions, checkProjects } from './check-projects.ts';

interface PlannedProject {
  readonly project: Project;
  readonly plan: WorkflowPlan;
}

export interface SoundSettings {
  readonly ok: true;
  readonly config: Config;
  readonly projects: readonly PlannedProject[];
  /** Who may use the API; empty when everybody on this machine may. */
  readonly tokens: readonly AccessToken[];
}

export type Settings = SoundSettings | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

export interface SettingsRequest {
  /** Where `.env` and the configuration file are looked for. */
  readonly folder: string;
  readonly environment: Environment;
  readonly checkPlaces: CheckOptions['checkPlaces'];
}

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
  const checked = await checkProjects(outlines, { source: file.path, checkPlaces: request.checkPlaces });
  const problems = [
    ...(parsed.ok ? [] : parsed.problems),
    ...(access.ok ? [] : access.problems),
    ...(loaded.ok ? [] : loaded.problems),
    ...checked.problems,
  ];
  if (!loaded.ok || !access.ok || problems.length > 0) return { ok: false, problems };
  const projects = loaded.config.projects.flatMap((project, index) => {
    const plan = checked.plans.get(index);
    return plan === undefined ? [] : [{ project, plan }];
  });
  return { ok: true, config: loaded.config, projects, tokens: access.tokens };
}

/** Asked apart from the other variables: what is wrong with one of them must not hide the file. */
function configFileOf({ TAMMA_CONFIG }: Environment, folder: string) {
  const parsed = parseEnvironment({ TAMMA_CONFIG }, folder);
  return parsed.ok
    ? parsed.settings.configFile
    : { path: join(folder, 'tamma.config.yaml'), required: false };
}
