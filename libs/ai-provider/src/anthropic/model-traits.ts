export type Effort = 'off' | 'low' | 'medium' | 'high';

/** What a request may ask of a model; the API refuses what the model does not know. */
export interface ModelTraits {
  readonly thinking: 'none' | 'budget' | 'adaptive';
  /** Tools whose arguments must fit, and answers of a given shape. */
  readonly strict: boolean;
  /** Whether a certain tool can be asked for. */
  readonly forcedTools: boolean;
  /** Whether thoughts count only behind the very conversation that they were made in. */
  readonly boundThoughts: boolean;
}

/** Models of other makers, behind a proxy say: nothing is known of them. */
const UNKNOWN: ModelTraits = { thinking: 'none', strict: false, forcedTools: true, boundThoughts: false };

export function traitsOf(model: string): ModelTraits {
  const generation = generationOf(model);
  if (generation === null) return UNKNOWN;
  return {
    thinking: generation >= 4.6 ? 'adaptive' : generation >= 3.7 ? 'budget' : 'none',
    strict: generation >= 4.5,
    forcedTools: generation < 5.1,
    boundThoughts: generation >= 5.1,
  };
}

/** 4.7 for `claude-opus-4-7`, 5 for `claude-sonnet-5`, 3.7 for `claude-3-7-sonnet-latest`; eight digits are a date. */
function generationOf(model: string): number | null {
  const match = /claude-(?:[a-z]+-)?(\d{1,2})(?:-(\d)(?!\d))?(?!\d)/.exec(model);
  return match === null ? null : Number(`${match[1]}.${match[2] ?? 0}`);
}

export interface ThinkingSettings {
  readonly thinking?:
    | { readonly type: 'adaptive' | 'disabled' | 'between_tools' }
    | { readonly type: 'enabled'; readonly budget_tokens: number };
  readonly effort?: 'low' | 'medium' | 'high';
  /** Whether the model may have thoughts, so that earlier ones go back to it. */
  readonly thinks: boolean;
}

export const THOUGHTLESS: ThinkingSettings = { thinks: false };

/** The first models that think unless they are told not to. */
const THINKS_ANYWAY = 5;
/** How such a model is told not to, where that is possible at all. */
const OFF: readonly (readonly [RegExp, 'disabled' | 'between_tools'])[] = [
  [/claude-(opus|sonnet)-5(?!-\d\b)/, 'disabled'],
  [/claude-sonnet-5-5\b/, 'between_tools'],
];

const BUDGETS = { low: 2_048, medium: 8_192, high: 16_384 };
/** The least that the API takes, in tokens. */
const BUDGET_MIN = 1_024;

/** How much a model is to think before it answers; thoughts count as part of the answer's `outputTokensMax`. */
export function thinkingOf(model: string, effort: Effort, outputTokensMax: number): ThinkingSettings {
  const { thinking } = traitsOf(model);
  if (thinking === 'adaptive') {
    return effort === 'off'
      ? withoutThinking(model)
      : { thinking: { type: 'adaptive' }, effort, thinks: true };
  }
  if (thinking === 'none' || effort === 'off') return THOUGHTLESS;
  const budget = Math.min(BUDGETS[effort], Math.floor(outputTokensMax / 2));
  if (budget < BUDGET_MIN) return THOUGHTLESS;
  return { thinking: { type: 'enabled', budget_tokens: budget }, thinks: true };
}

function withoutThinking(model: string): ThinkingSettings {
  if ((generationOf(model) ?? 0) < THINKS_ANYWAY) return THOUGHTLESS;
  const type = OFF.find(([pattern]) => pattern.test(model))?.[1];
  if (type === undefined) return { effort: 'low', thinks: true };
  return { thinking: { type }, effort: 'low', thinks: type !== 'disabled' };
}
