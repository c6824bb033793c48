/** What an agent did at one step of one project so far. */
export interface AgentRecord {
  /** Conversations that came to an end. */
  readonly runs: number;
  /** Those that handed in a result. */
  readonly done: number;
  /** Rounds of repair that its results needed afterwards. */
  readonly repairs: number;
  readonly turns: number;
  readonly durationMs: number;
  readonly costMicroUsd: number;
}

export const NO_RECORD: AgentRecord = {
  runs: 0,
  done: 0,
  repairs: 0,
  turns: 0,
  durationMs: 0,
  costMicroUsd: 0,
};

export interface ChoiceQuestion {
  /** Names in the order the project wants them, at least one. */
  readonly candidates: readonly string[];
  /** What is known of each, by name. */
  readonly records: ReadonlyMap<string, AgentRecord>;
  /** Services that are left alone now: their agents come last. */
  readonly unavailable: ReadonlySet<string>;
  readonly routing: 'order' | 'measured';
  /** Share of choices that try another than the best one, so that what is measured stays true. */
  readonly exploration: number;
  /** Two numbers in [0, 1); the caller owns the randomness. */
  readonly random: { readonly explore: number; readonly pick: number };
}

export interface Choice {
  /** Whom to ask, and whom to fall back on, in order. */
  readonly order: readonly string[];
  /** Why the first one is first. */
  readonly why: string;
}

/** Conversations before an agent is judged by what it did; until then it counts as one that is to be tried. */
export const TRIALS_MIN = 3;

export function chooseAgent(question: ChoiceQuestion): Choice {
  const { candidates, unavailable } = question;
  const there = candidates.filter((name) => !unavailable.has(name));
  const away = candidates.filter((name) => unavailable.has(name));
  const choice = chooseAmong(question, there);
  return { order: [...choice.order, ...away], why: whyOf(choice.why, there.length, away.length) };
}

function whyOf(why: string, there: number, away: number): string {
  if (there === 0) return 'no other is to be had';
  return there === 1 && away > 0 ? 'the services of the others are in trouble' : why;
}

function chooseAmong(question: ChoiceQuestion, names: readonly string[]): Choice {
  const { routing, exploration, random, records } = question;
  const [first] = names;
  if (first === undefined || names.length === 1) return { order: names, why: 'the only one' };
  if (routing === 'order') return { order: names, why: 'first in the order of the project' };
  const untried = names.find((name) => (records.get(name)?.runs ?? 0) < TRIALS_MIN);
  if (untried !== undefined) return inFront(untried, names, 'too little is known of it');
  const ranked = names.toSorted((a, b) => scoreOf(records.get(b)) - scoreOf(records.get(a)));
  if (random.explore >= exploration) return { order: ranked, why: 'best by what was measured' };
  const others = ranked.slice(1);
  const picked = others[Math.floor(random.pick * others.length)] ?? first;
  return inFront(picked, ranked, 'tried again, so that what is known stays true');
}

function inFront(name: string, names: readonly string[], why: string): Choice {
  return { order: [name, ...names.filter((other) => other !== name)], why };
}

/** What a failed conversation and a round of repair weigh against the money that a good result costs. */
const REPAIR_WEIGHT = 0.5;
/** A dollar and a minute each take this much from a share of success of one. */
const COST_WEIGHT = 0.05;
const MINUTE_WEIGHT = 0.01;

/** As people read it: never `-0.00`. */
export function formatScore(score: number): string {
  return (Math.round(score * 100) / 100 + 0).toFixed(2);
}

/** Success first, then the repairs it left to others; money and time decide between equals. */
export function scoreOf(record: AgentRecord = NO_RECORD): number {
  const { runs, done, repairs, costMicroUsd, durationMs } = record;
  if (runs === 0) return 0;
  const success = done / runs - (REPAIR_WEIGHT * repairs) / runs;
  return (
    success - (COST_WEIGHT * costMicroUsd) / 1_000_000 / runs - (MINUTE_WEIGHT * durationMs) / 60_000 / runs
  );
}
