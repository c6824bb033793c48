import { isRecord } from './is-record.ts';

/** Variables and flags that override a setting of the file. Empty ones count as unset. */

export interface Environment {
  readonly [name: string]: string | undefined;
}

interface Setting {
  readonly group: string;
  readonly key: string;
  readonly variable: string;
  readonly flag: ConfigFlag;
  readonly isNumber?: true;
}

/** Flags by name, without dashes. */
type ConfigFlag = 'redis-url' | 'database-url' | 'host' | 'port' | 'log-level';
export type ConfigFlags = Readonly<Partial<Record<ConfigFlag, string>>>;

const SETTINGS: readonly Setting[] = [
  { group: 'redis', key: 'url', variable: 'REDIS_URL', flag: 'redis-url' },
  { group: 'database', key: 'url', variable: 'DATABASE_URL', flag: 'database-url' },
  { group: 'server', key: 'host', variable: 'HOST', flag: 'host' },
  { group: 'server', key: 'port', variable: 'PORT', flag: 'port', isNumber: true },
  { group: 'logging', key: 'level', variable: 'LOG_LEVEL', flag: 'log-level' },
];

export interface Overridden {
  readonly value: unknown;
  /** What a value came from, by path, for those that are not the file's. */
  readonly sources: ReadonlyMap<string, string>;
}

/** The file's content with the variables over it, and the flags over those. */
export function applyOverrides(content: unknown, environment: Environment, flags: ConfigFlags): Overridden {
  const sources = new Map<string, string>();
  if (!isRecord(content)) return { value: content, sources };
  const value: Record<string, unknown> = { ...content };
  for (const setting of SETTINGS) {
    const override = findOverride(setting, environment, flags);
    const group = value[setting.group] ?? {};
    if (override === null || !isRecord(group)) continue;
    value[setting.group] = { ...group, [setting.key]: readValue(setting, override.text) };
    sources.set(`${setting.group}.${setting.key}`, override.source);
  }
  if (Array.isArray(value.projects)) {
    value.projects = nameRepositories(value.projects, environment[REPOSITORY_VARIABLE] ?? '', sources);
  }
  return { value, sources };
}

/** What CI systems of GitHub set; only a project that names no repository takes it. */
const REPOSITORY_VARIABLE = 'GITHUB_REPOSITORY';

function nameRepositories(
  projects: readonly unknown[],
  repository: string,
  sources: Map<string, string>,
): readonly unknown[] {
  return projects.map((project, index) => {
    const isNameless = isRecord(project) && project.platform === 'github' && project.repository === undefined;
    if (!isNameless || repository === '') return project;
    sources.set(`projects[${index}].repository`, REPOSITORY_VARIABLE);
    return { ...project, repository };
  });
}

function findOverride(
  setting: Setting,
  environment: Environment,
  flags: ConfigFlags,
): { text: string; source: string } | null {
  const flag = flags[setting.flag];
  if (flag !== undefined && flag !== '') return { text: flag, source: `--${setting.flag}` };
  const variable = environment[setting.variable];
  if (variable !== undefined && variable !== '') return { text: variable, source: setting.variable };
  return null;
}

/** Text that is no number stays text, so that the schema refuses it like any other wrong value. */
function readValue(setting: Setting, text: string): unknown {
  return setting.isNumber === true && /^\d+$/.test(text) ? Number(text) : text;
}
