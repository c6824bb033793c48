import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import type { AgentSettings, Config, Project } from '@tamma/contracts';
import { type ModelPrice, reportError } from '@tamma/domain';
import { type AiEnvironment, type ConfigProblem, isThisMachine } from '@tamma/process';

export interface AgentProblem {
  readonly problem: string;
  readonly remedy: string;
}

interface ServicePlace {
  readonly apiKey: string | null;
  readonly model: string;
}

/** What is known of models, and how their services are asked whether they would answer; `main.ts` hands it in. */
export interface AgentKnowledge {
  readonly anthropic: (
    agent: ServicePlace & { readonly keyVariable: string; readonly baseUrl?: string },
    signal: AbortSignal,
  ) => Promise<AgentProblem | null>;
  readonly openai: (
    agent: ServicePlace & { readonly baseUrl: string },
    signal: AbortSignal,
  ) => Promise<AgentProblem | null>;
  readonly findPrice: (model: string, overrides: Config['prices']) => ModelPrice | null;
  readonly modelDefault: string;
}

export interface CheckAgentsOptions {
  readonly knowledge: AgentKnowledge;
  readonly environment: AiEnvironment;
  readonly prices: Config['prices'];
  /** Where programs are looked for, as in the variable PATH. */
  readonly path: string;
  /** Name of the configuration file, for the messages. */
  readonly source: string;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;

/** Whether every agent of every project would answer: all that is wrong, at once. The same one is asked once. */
export async function checkAgents(
  projects: readonly Pick<Project, 'ai'>[],
  options: CheckAgentsOptions,
): Promise<readonly ConfigProblem[]> {
  const asked = new Map<string, Promise<readonly AgentProblem[]>>();
  const checks = projects.flatMap(({ ai }, index) =>
    Object.entries(ai.agents).map(async ([name, settings]) => {
      const key = JSON.stringify(settings);
      const known = asked.get(key) ?? checkAgent(settings, options);
      asked.set(key, known);
      const path = `projects[${index}].ai${name === settings.provider ? '' : `.agents.${name}`}`;
      return (await known).map(({ problem: message, remedy }) => ({
        path,
        source: options.source,
        message,
        remedy,
      }));
    }),
  );
  return (await Promise.all(checks)).flat();
}

/** Why an agent has no key, null when it has one or needs none. */
export function keyProblemOf(settings: AgentSettings, environment: AiEnvironment): AgentProblem | null {
  if (settings.provider === 'command' || settings.provider === 'scripted') return null;
  if (settings.keyVariable === null) return null;
  const found = environment.keyProblemOf(settings.keyVariable);
  if (found === null) return null;
  return { problem: `${found.source} ${found.message}`, remedy: found.remedy ?? 'Set it.' };
}

async function checkAgent(
  settings: AgentSettings,
  options: CheckAgentsOptions,
): Promise<readonly AgentProblem[]> {
  const problems = [
    keyProblemOf(settings, options.environment) ?? (await checkPlace(settings, options)),
    priceProblemOf(settings, options),
  ];
  return problems.filter((problem) => problem !== null);
}

function checkPlace(settings: AgentSettings, options: CheckAgentsOptions): Promise<AgentProblem | null> {
  switch (settings.provider) {
    case 'scripted':
      return checkAnswers(settings.answers);
    case 'command':
      return checkProgram(settings.command[0] ?? '', options.path);
    default:
      return checkService(settings, options);
  }
}

type ServiceSettings = Extract<AgentSettings, { provider: 'anthropic' | 'openai' }>;

async function checkService(
  settings: ServiceSettings,
  options: CheckAgentsOptions,
): Promise<AgentProblem | null> {
  const { timeoutMs = TIMEOUT_MS } = options;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return await askService(settings, options, signal);
  } catch (thrown) {
    const problem = signal.aborted
      ? `${settings.provider} did not answer within ${timeoutMs / 1000} s`
      : reportError(thrown).message;
    return { problem, remedy: 'See that this machine reaches it, and what stands in baseUrl.' };
  }
}

function askService(
  settings: ServiceSettings,
  options: CheckAgentsOptions,
  signal: AbortSignal,
): Promise<AgentProblem | null> {
  const { knowledge, environment } = options;
  const { keyVariable } = settings;
  const apiKey = keyVariable === null ? null : environment.keyOf(keyVariable);
  const model = modelOf(settings, options);
  if (settings.provider === 'openai') {
    return knowledge.openai({ apiKey, model, baseUrl: settings.baseUrl }, signal);
  }
  const baseUrl = settings.baseUrl ?? environment.anthropicBaseUrl;
  const place = baseUrl === null ? {} : { baseUrl };
  return knowledge.anthropic({ apiKey, keyVariable: settings.keyVariable, model, ...place }, signal);
}

function modelOf(settings: ServiceSettings, { environment, knowledge }: CheckAgentsOptions): string {
  return settings.model ?? environment.anthropicModel ?? knowledge.modelDefault;
}

/** No budget holds for a model whose price nobody knows; what runs on this machine is free. */
function priceProblemOf(settings: AgentSettings, options: CheckAgentsOptions): AgentProblem | null {
  if (settings.provider === 'command' || settings.provider === 'scripted') return null;
  const model = modelOf(settings, options);
  const isOwn = settings.provider === 'openai' && isThisMachine(settings.baseUrl);
  if (isOwn || options.knowledge.findPrice(model, options.prices) !== null) return null;
  return {
    problem: `nobody knows what the model "${model}" costs`,
    remedy: `Name its price under prices:, such as "${model}": { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 }, in US dollars per million tokens.`,
  };
}

async function checkAnswers(folder: string): Promise<AgentProblem | null> {
  const remedy = 'Set answers to a folder with one file of canned answers per issue.';
  try {
    return (await stat(folder)).isDirectory() ? null : { problem: `${folder} is no folder`, remedy };
  } catch (thrown) {
    return { problem: `its answers cannot be read: ${reportError(thrown).message}`, remedy };
  }
}

/** A name is looked for as a shell does, a path is taken as it is; one within the checkout cannot be looked at here. */
async function checkProgram(program: string, path: string): Promise<AgentProblem | null> {
  if (program.includes('/') && !isAbsolute(program)) return null;
  const places = isAbsolute(program)
    ? [program]
    : path.split(delimiter).flatMap((folder) => (folder === '' ? [] : [join(folder, program)]));
  const found = await Promise.all(places.map(isProgram));
  if (found.includes(true)) return null;
  const remedy = 'Install it where the workers run, or write its whole path.';
  return { problem: `there is no program "${program}" on PATH`, remedy };
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    // That it is not there is the answer.
    return false;
  }
}
