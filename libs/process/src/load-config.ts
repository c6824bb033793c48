import { dirname, resolve } from 'node:path';
import {
  type AgentSettings,
  type Config,
  configSchema,
  type Project,
  projectOutlineSchema,
} from '@tamma/contracts';
import type { z } from 'zod';
import { type ConfigFile, readConfigFile } from './config-file.ts';
import { applyOverrides, type ConfigFlags, type Environment } from './config-overrides.ts';
import type { ConfigProblem } from './config-problem.ts';
import { explainIssue } from './explain-issue.ts';
import { isRecord } from './is-record.ts';
import { type Authentication, judgeOpenCommands, judgeReachability } from './reachability.ts';
import { judgeUrls } from './server-urls.ts';

export type { ConfigFlags, Environment } from './config-overrides.ts';

export interface LoadConfigRequest {
  readonly file: ConfigFile;
  readonly environment: Environment;
  readonly flags?: ConfigFlags;
  /** How callers of this process are known; absent for one that takes no commands, which may listen anywhere. */
  readonly authentication?: Authentication;
}

export type LoadedConfig =
  | {
      readonly ok: true;
      /** Deeply frozen; paths in projects are absolute. */
      readonly config: Config;
      readonly source: { readonly file: string | null };
    }
  | {
      readonly ok: false;
      readonly problems: readonly ConfigProblem[];
      /** The projects as far as they could be read, so that what they name can be checked in the same run. */
      readonly projects: readonly ProjectOutline[];
    };

/** Which template and which places a project names; paths are absolute. */
export type ProjectOutline = Outline & { readonly index: number };
type Outline = z.infer<typeof projectOutlineSchema>;

/** Defaults, then the file, then the environment, then flags. Never throws for what a person wrote: it reports all of it. */
export async function loadConfig(request: LoadConfigRequest): Promise<LoadedConfig> {
  const content = await readConfigFile(request.file);
  if (!content.ok) return { ...content, projects: [] };
  const { value, sources } = applyOverrides(content.value, request.environment, request.flags ?? {});
  const sourceOf = (path: string): string => sources.get(path) ?? request.file.path;

  const parsed = configSchema.safeParse(value);
  const problems = [
    ...(parsed.error?.issues ?? [])
      .flatMap((issue) => explainIssue(issue, value, configSchema))
      .map((explained) => ({ ...explained, source: sourceOf(explained.path) })),
    ...judgeUrls(value, sourceOf),
    ...judgeHost(hostOf(value), sourceOf('server.host'), request.authentication),
    ...judgeOpenCommands(parsed.data?.projects ?? [], sourceOf, request.authentication ?? 'token'),
  ];
  const folder = dirname(resolve(request.file.path));
  if (!parsed.success || problems.length > 0) {
    return { ok: false, problems, projects: outlineProjects(value, folder) };
  }
  const projects = parsed.data.projects.map((project) => withAbsolutePaths(project, folder));
  const config = deepFreeze({ ...parsed.data, projects });
  return { ok: true, config, source: { file: content.found ? request.file.path : null } };
}

function judgeHost(value: string, source: string, authentication: Authentication | undefined) {
  return authentication === undefined ? [] : judgeReachability({ value, source }, authentication);
}

/** The host as it would be, even when the rest cannot be parsed: all problems are told at once. */
function hostOf(value: unknown): string {
  const server = isRecord(value) ? value.server : undefined;
  const host = isRecord(server) ? server.host : undefined;
  return typeof host === 'string' ? host : 'localhost';
}

function outlineProjects(value: unknown, folder: string): ProjectOutline[] {
  const projects: readonly unknown[] = isRecord(value) && Array.isArray(value.projects) ? value.projects : [];
  return projects.flatMap((project, index) => {
    const outline = projectOutlineSchema.safeParse(project);
    return outline.success ? [{ ...withAbsolutePlaces(outline.data, folder), index }] : [];
  });
}

function withAbsolutePaths(project: Project, folder: string): Project {
  const agents = Object.entries(project.ai.agents).map(([name, agent]) => [name, placeAgent(agent, folder)]);
  const ai = { ...project.ai, agents: Object.fromEntries(agents) };
  return { ...withAbsolutePlaces(project, folder), ai };
}

function placeAgent(agent: AgentSettings, folder: string): AgentSettings {
  if (agent.provider === 'scripted') return { ...agent, answers: resolve(folder, agent.answers) };
  if (agent.provider !== 'command') return agent;
  return { ...agent, readable: agent.readable.map((path) => resolve(folder, path)) };
}

/** Only what lies on this machine is a path. */
function withAbsolutePlaces<Placed extends Outline>(project: Placed, folder: string): Placed {
  const workflow = isTemplateFile(project.workflow) ? resolve(folder, project.workflow) : project.workflow;
  if (project.platform !== 'local') return { ...project, workflow };
  const repository = resolve(folder, project.repository);
  return { ...project, workflow, repository, issues: resolve(folder, project.issues) };
}

/** A workflow is a built-in template's name, or the path of a YAML file. */
function isTemplateFile(workflow: string): boolean {
  return /\.ya?ml$/.test(workflow);
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
