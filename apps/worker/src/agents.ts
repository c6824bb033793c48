import type { Agent, AiProvider, AiResponse } from '@tamma/ai-provider';
import type { AgentSettings, Project } from '@tamma/contracts';
import { FREE, type ModelPrice, TammaError } from '@tamma/domain';
import type { AiEnvironment } from '@tamma/process';
import { type Mask, maskAi, maskAnswer } from './masked-ai.ts';
import { type PriceSources, priceOf } from './model-price.ts';
import { createSecretSieve } from './secret-sieve.ts';
import { isSecretName } from './secrets.ts';
import { sieveAi } from './sieved-ai.ts';
import { unusableAi } from './unusable-ai.ts';

type SettingsOf<Provider extends AgentSettings['provider']> = Extract<AgentSettings, { provider: Provider }>;

/** How each provider is made; `main.ts` hands in the real ones. */
interface ProviderMakers {
  anthropic(options: {
    readonly apiKey: string | null;
    /** Named when the key is refused; the limits of a service go by it. */
    readonly keyVariable: string;
    readonly baseUrl?: string;
    readonly model: string;
    readonly effort: SettingsOf<'anthropic'>['effort'];
    readonly price: ModelPrice;
  }): AiProvider;
  openai(options: {
    readonly apiKey: string | null;
    /** Null: the server wants no key. */
    readonly keyVariable: string | null;
    readonly baseUrl: string;
    readonly model: string;
    readonly price: ModelPrice;
  }): AiProvider;
  command(options: {
    readonly command: readonly string[];
    readonly format: SettingsOf<'command'>['format'];
    readonly model: string;
    readonly variables: Readonly<Record<string, string>>;
    readonly readable: readonly string[];
    readonly timeoutMs: number;
    readonly price: ModelPrice;
  }): AiProvider;
  scripted(options: { readonly answers: string; readonly paceMs: number }): AiProvider;
  /** Keeps what is said to a provider and what it answers, masked; without a folder for that, the provider itself. */
  record(provider: AiProvider, maskAnswer: (response: AiResponse) => Promise<AiResponse>): AiProvider;
}

export interface AgentsOptions extends PriceSources {
  readonly makers: ProviderMakers;
  readonly environment: Pick<AiEnvironment, 'anthropicBaseUrl' | 'anthropicModel' | 'keyOf' | 'keyProblemOf'>;
  /** Variables that a coding CLI may be given. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly modelDefault: string;
  /** Secrets of this process, whoever they belong to. */
  readonly secrets: readonly string[];
  readonly createMask: (options: { readonly known: readonly string[] }) => Mask;
}

/** An agent whose calls are not guarded yet. */
export interface BareAgent extends Agent {
  /** Whether its calls can cost anything; nothing is reserved for the others. */
  readonly isMetered: boolean;
}

export type AgentOf = (project: Project, name: string) => BareAgent;

/** Agents remembered; workflows bring their settings as they were when they began. */
const AGENTS_MAX = 500;

/**
 * The agents of projects, each made once. What cannot be had, for want of a key or a price, refuses each call and says
 * why, so that another agent can stand in.
 */
export function createAgents(options: AgentsOptions): AgentOf {
  const agents = new Map<string, BareAgent>();
  return (project, name) => {
    const settings = settingsOf(project, name);
    const secrets = secretsOfProject(options, project);
    const key = JSON.stringify([name, settings, secrets]);
    const found = agents.get(key);
    if (found !== undefined) return found;
    const made = makeAgent(options, { name, settings, secrets });
    if (agents.size >= AGENTS_MAX) agents.clear();
    agents.set(key, made);
    return made;
  };
}

function settingsOf({ id, ai }: Project, name: string): AgentSettings {
  const settings = Object.hasOwn(ai.agents, name) ? ai.agents[name] : undefined;
  if (settings !== undefined) return settings;
  throw new TammaError('AI_AGENT_UNKNOWN', `project ${id} has no agent ${name}`, {
    class: 'validation',
    remedy: `name one of ${Object.keys(ai.agents).join(', ')}`,
  });
}

interface AgentPlan {
  readonly name: string;
  readonly settings: AgentSettings;
  readonly secrets: readonly string[];
}

function makeAgent(options: AgentsOptions, { name, settings, secrets }: AgentPlan): BareAgent {
  const { outputTokensMax, contextTokensMax } = settings;
  const limits = { name, outputTokensMax, contextTokensMax };
  try {
    const provider = makeProvider(options, settings);
    const mask = options.createMask({ known: secrets });
    const sieved = sieveAi(provider, createSecretSieve(secrets));
    const recorded = options.makers.record(sieved, (answer) => maskAnswer(answer, mask));
    const masked = maskAi(recorded, mask);
    return { ...limits, provider: masked, isMetered: isMetered(settings, provider.price) };
  } catch (thrown) {
    if (!(thrown instanceof TammaError)) throw thrown;
    const model = modelOf(options, settings);
    return { ...limits, provider: unusableAi(settings.provider, model, thrown), isMetered: false };
  }
}

function makeProvider(options: AgentsOptions, settings: AgentSettings): AiProvider {
  const { makers, environment } = options;
  const model = modelOf(options, settings);
  switch (settings.provider) {
    case 'anthropic': {
      const { effort, keyVariable } = settings;
      const baseUrl = settings.baseUrl ?? environment.anthropicBaseUrl;
      const place = baseUrl === null ? {} : { baseUrl };
      const apiKey = requireKey(environment, keyVariable);
      const price = priceOf(options, settings, model);
      return makers.anthropic({ apiKey, keyVariable, ...place, model, effort, price });
    }
    case 'openai': {
      const { baseUrl, keyVariable } = settings;
      const apiKey = keyVariable === null ? null : requireKey(environment, keyVariable);
      return makers.openai({ apiKey, keyVariable, baseUrl, model, price: priceOf(options, settings, model) });
    }
    case 'command': {
      const { command, format, readable, timeout: timeoutMs } = settings;
      const variables = variablesOf(options, settings);
      const price = priceOf(options, settings, model);
      return makers.command({ command, format, model, variables, readable, timeoutMs, price });
    }
    case 'scripted':
      return makers.scripted({ answers: settings.answers, paceMs: settings.pace });
  }
}

function modelOf({ environment, modelDefault }: AgentsOptions, settings: AgentSettings): string {
  if (settings.provider === 'scripted') return 'scripted';
  if (settings.provider !== 'anthropic') return settings.model;
  return settings.model ?? environment.anthropicModel ?? modelDefault;
}

function requireKey({ keyOf, keyProblemOf }: AgentsOptions['environment'], variable: string): string {
  const key = keyOf(variable);
  if (key !== null) return key;
  const problem = keyProblemOf(variable);
  throw new TammaError(
    'AI_KEY_MISSING',
    `there is no key for a model: ${variable} ${problem?.message ?? 'is not set'}`,
    {
      class: 'authentication',
      remedy: problem?.remedy ?? `Set ${variable}.`,
    },
  );
}

/** Those that are not set are left out: a CLI may be signed in by a file. */
function variablesOf(
  { environment, variables }: AgentsOptions,
  settings: SettingsOf<'command'>,
): Readonly<Record<string, string>> {
  const entries = settings.variables.map((name): [string, string | undefined] => [
    name,
    environment.keyOf(name) ?? variables[name],
  ]);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** What this process knows, and the keys that the agents of a project name. */
export function secretsOfProject(
  { secrets, environment }: Pick<AgentsOptions, 'secrets' | 'environment'>,
  project: Project,
): readonly string[] {
  return [...secrets, ...keysOf(environment, project)];
}

/** Keys in variables that the agents of a project name, whatever they are called. */
function keysOf({ keyOf }: Pick<AgentsOptions['environment'], 'keyOf'>, { ai }: Project): readonly string[] {
  const names = Object.values(ai.agents).flatMap((settings) => {
    if (settings.provider === 'scripted') return [];
    if (settings.provider === 'command') return settings.variables.filter(isSecretName);
    return settings.keyVariable === null ? [] : [settings.keyVariable];
  });
  return [...new Set(names)].map((name) => keyOf(name)).filter((value) => value !== null);
}

/** A program may tell costs although its price is not known. */
function isMetered({ provider }: AgentSettings, price: ModelPrice): boolean {
  if (provider === 'scripted') return false;
  return provider === 'command' || JSON.stringify(price) !== JSON.stringify(FREE);
}
