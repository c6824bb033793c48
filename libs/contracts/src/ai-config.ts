import { z } from 'zod';
import { duration, timerDuration } from './duration.ts';

/** Who does a project's AI steps. Every object is strict: a misspelt key is an error, not a silent default. */

const count = z.int().positive();
const words = z.array(z.string().trim().min(1));
const tokenPrices = {
  input: z.number().min(0),
  output: z.number().min(0),
  cacheRead: z.number().min(0),
  cacheWrite: z.number().min(0),
};
/** US dollars per million tokens. */
export const priceSchema = z.strictObject({
  ...tokenPrices,
  /** US dollars per call. */
  perCall: z.number().min(0).optional(),
  /** What holds for calls with a longer prompt. */
  above: z.strictObject({ tokens: count, ...tokenPrices }).optional(),
});

/** Name of an environment variable. */
const variable = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'expected the name of an environment variable');

/** A password in it would show wherever settings are shown. */
const address = z
  .url({ protocol: /^https?$/, error: 'expected an address such as http://127.0.0.1:11434/v1' })
  .refine((text) => !/^https?:\/\/[^/?#]*@/i.test(text), 'expected an address without credentials')
  .transform((text) => text.replace(/\/+$/, ''));

/** Long enough to watch, short enough for a step's time limit. */
const PACE_MAX_MS = 60_000;

const limits = {
  /** Longest answer of one turn, in tokens. */
  outputTokensMax: count.min(256).max(128_000).default(16_384),
  /** From this length on older parts of a conversation are left out, in tokens. */
  contextTokensMax: count.min(8_000).max(2_000_000).default(150_000),
};

const anthropic = z.strictObject({
  provider: z.literal('anthropic'),
  ...limits,
  /** Absent: ANTHROPIC_MODEL, or the one this version was made with. */
  model: z.string().min(1).optional(),
  baseUrl: address.optional(),
  keyVariable: variable.default('ANTHROPIC_API_KEY'),
  /** How much a model that can think does so before it answers. */
  effort: z.enum(['off', 'low', 'medium', 'high']).default('medium'),
});

const openai = z.strictObject({
  provider: z.literal('openai'),
  ...limits,
  model: z.string().min(1),
  /** Where the server is, such as http://127.0.0.1:11434/v1 of a model on this machine. */
  baseUrl: address.default('https://api.openai.com/v1'),
  /** null: the server wants no key. */
  keyVariable: variable.nullable().default('OPENAI_API_KEY'),
});

/** Programs whose output is understood; any other one is taken for plain text. */
export const CLI_FORMATS = ['text', 'claude', 'codex', 'gemini', 'opencode'] as const;

/** Dearer than any run is; amounts stay whole millionths of a dollar. */
const RUN_COST_LIMIT_USD = 10_000;

const command = z.strictObject({
  provider: z.literal('command'),
  ...limits,
  /** Program and arguments; `{prompt}` and `{model}` stand for theirs. Without `{prompt}` the prompt comes on standard input. */
  command: z.array(z.string().min(1)).min(1, 'expected a program and its arguments, such as [claude, -p]'),
  format: z.enum(CLI_FORMATS).default('text'),
  model: z.string().min(1).default('default'),
  /** Variables of our environment that it gets to see, such as its key. */
  variables: z.array(variable).default([]),
  /** Files and folders beside the checkout that it may read, such as its settings. */
  readable: words.default([]),
  timeout: timerDuration.prefault('20m'),
  /** What one run may cost in US dollars: held before it, since its cost is told after it. 0: nothing. Absent: the step's budget. */
  runCostMaxUsd: z.number().min(0).max(RUN_COST_LIMIT_USD).optional(),
});

const scripted = z.strictObject({
  provider: z.literal('scripted'),
  ...limits,
  /** Folder with one file of canned answers per issue. Relative paths start at the configuration file. */
  answers: z.string().min(1),
  /** How long one canned turn takes, so that people can watch; its text is streamed over that time. */
  pace: duration.refine((ms) => ms <= PACE_MAX_MS, 'expected at most 60s').prefault('0s'),
});

const agent = z.discriminatedUnion('provider', [anthropic, openai, command, scripted]);
/** A model with its settings, by a name of the project's own. */
export type AgentSettings = z.infer<typeof agent>;

const PROVIDERS = agent.options.map((one) => one.shape.provider.value);

const AI_STEPS = [
  'clarification',
  'context-research',
  'plan-generation',
  'code-generation',
  'code-review',
] as const;

const agentName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'expected up to 40 lower-case letters, digits and dashes, a letter first');

const group = z
  .strictObject({
    agents: z
      .record(agentName, agent)
      .refine((all) => Object.keys(all).length > 0, 'expected at least one agent'),
    /** Who does the steps, and whom they go to when that one fails; absent: all agents, in order. */
    use: z.array(agentName).min(1).optional(),
    /** Other agents for some steps, or for issues with a label; the first rule that fits counts. */
    rules: z
      .array(
        z.strictObject({
          steps: z.array(z.enum(AI_STEPS)).optional(),
          labels: words.optional(),
          use: z.array(agentName).min(1),
        }),
      )
      .default([]),
    /** Whether the order of `use` decides, or what was measured of each. */
    routing: z.enum(['order', 'measured']).default('order'),
    /** Share of choices that try another agent than the best one, when routing is measured. */
    exploration: z.number().min(0).max(0.5).default(0.05),
    turnsMax: count.max(200).default(40),
    /** Turns without any change of files, commits or gates before a step that writes is stopped. */
    idleTurnsMax: count.max(200).default(12),
    timeMax: timerDuration.prefault('25m'),
    /** Commands beside the gates that the model may run: a program and its first arguments. More arguments may follow. */
    commands: z.array(z.array(z.string().min(1)).min(1)).default([]),
    commandTimeout: timerDuration.prefault('5m'),
    /** Whether those commands may reach the network. */
    commandNetwork: z.boolean().default(false),
  })
  .superRefine((ai, context) => {
    const known = Object.keys(ai.agents).join(', ');
    const refuse = (path: (string | number)[]) =>
      context.addIssue({ code: 'custom', path, message: `is no agent of this project, which has ${known}` });
    ai.use?.forEach((name, index) => {
      if (!Object.hasOwn(ai.agents, name)) refuse(['use', index]);
    });
    ai.rules.forEach(({ use }, rule) => {
      use.forEach((name, index) => {
        if (!Object.hasOwn(ai.agents, name)) refuse(['rules', rule, 'use', index]);
      });
    });
  })
  .transform((ai) => ({ ...ai, use: ai.use ?? Object.keys(ai.agents) }));

const OF_THE_GROUP = [
  'rules',
  'routing',
  'exploration',
  'turnsMax',
  'idleTurnsMax',
  'timeMax',
  'commands',
  'commandTimeout',
  'commandNetwork',
];

/** One agent written out stands for a group of one, named like its provider. */
function inGroup(given: unknown): unknown {
  if (!isOneAgent(given)) return given;
  const entries = Object.entries(given);
  const ofGroup = entries.filter(([key]) => OF_THE_GROUP.includes(key));
  const ofAgent = entries.filter(([key]) => !OF_THE_GROUP.includes(key));
  // Whatever is wrong with a provider is told of the provider, not of the name it would give.
  const name = PROVIDERS.find((provider) => provider === given.provider) ?? 'agent';
  return { ...Object.fromEntries(ofGroup), agents: { [name]: Object.fromEntries(ofAgent) } };
}

function isOneAgent(given: unknown): given is { readonly provider: unknown } {
  return typeof given === 'object' && given !== null && 'provider' in given;
}

/** A path below a parsed `ai` as it was written: one agent written out has no name there. */
export function aiPathAsWritten(path: readonly PropertyKey[], given: unknown): readonly PropertyKey[] {
  return isOneAgent(given) && path[0] === 'agents' ? path.slice(2) : path;
}

/** `{provider, …}` for one agent, or `{agents: {name: {provider, …}}, use, rules, …}`; absent: Claude. */
export const aiSchema = z.preprocess(inGroup, group).prefault({ provider: 'anthropic' });
export type AiSettings = z.infer<typeof group>;

const CANNED_GIVEN = { provider: 'scripted', answers: 'none' };
const CANNED = scripted.parse(CANNED_GIVEN);
const DEFAULTS = aiSchema.parse(CANNED_GIVEN);

/** What a version that knew canned answers alone kept in the heads of workflows. */
interface OldAi {
  readonly answers?: string;
  readonly turnsMax?: number;
  readonly pace?: number;
}

/** Settings as a workflow's head has them, checked when they were loaded, with what an older version did not know. */
export function completeAi(stored: AiSettings | OldAi | undefined): AiSettings {
  if (stored === undefined) return DEFAULTS;
  if ('agents' in stored) return { ...DEFAULTS, ...stored };
  const { turnsMax = DEFAULTS.turnsMax, answers = 'none', pace = 0 } = stored;
  return { ...DEFAULTS, turnsMax, agents: { scripted: { ...CANNED, answers, pace } } };
}
