import { aiSchema } from '@tamma/contracts';
import { buildHead, buildProject } from '@tamma/contracts/testing';
import { type BudgetLimits, dayOf, done } from '@tamma/domain';
import type { StepContext } from '@tamma/steps';
import { testClock } from '@tamma/testing';
import { type Bench, FIRST, openBench } from './bench.ts';
import {
  askOf,
  type FakeAnswer,
  type FakeProviderOptions,
  fakeAgents,
  fakeProvider,
  tokensOf,
} from './fake-agents.ts';
import { fakeStep } from './fake-step.ts';

export const INTAKE = FIRST.id;
const NONE: BudgetLimits = { step: null, workflow: null, day: null };
/** What is reserved for a call of `askOf`: a prompt of 1,000 tokens and an answer of 2,000. */
export const RESERVED_MICRO = 21_000;
/** What `answerWith` costs: the prompt and an answer of 100. */
export const COST_MICRO = 2000;

interface StoryOptions extends FakeProviderOptions {
  readonly limits?: Partial<BudgetLimits>;
  readonly dayBudgetUsd?: number | null;
  readonly prefix?: string;
  readonly workflowId?: string;
  readonly step?: (context: StepContext) => Promise<void>;
  /** The project's `ai`, of agents called `scripted` or `cli`; canned answers, unless said otherwise. */
  readonly ai?: unknown;
}

export async function askOnce({ agents, signal }: StepContext): Promise<void> {
  const [agent] = await agents();
  await agent?.provider.respond(askOf(), { signal });
}

/** A first step that asks a model whose calls cost money. */
export async function openStory(options: StoryOptions = {}) {
  const { limits, dayBudgetUsd = null, prefix, workflowId = 'demo-1.r1', step = askOnce, ai } = options;
  const clock = testClock();
  const provider = fakeProvider(options);
  const intake = fakeStep('issue-intake', async (context) => {
    await step(context);
    return done({ answer: 1 });
  });
  const bench = await openBench({
    ...(prefix !== undefined && { prefix }),
    steps: [intake],
    head: {
      ...buildHead({ workflowId }),
      project: buildProject({
        budgets: { ...NONE, ...limits },
        ...(ai !== undefined && { ai: aiSchema.parse(ai) }),
      }),
      template: { name: 'test', hash: 'hash', steps: [FIRST] },
    },
    deps: { now: clock.now, agentOf: fakeAgents({ scripted: provider, cli: provider }), dayBudgetUsd },
  });
  const { deps, run } = bench;
  const stateOf = (level: 'step' | 'workflow' | 'project' | 'all') => {
    const day = dayOf(clock.now());
    const ids = { step: `${workflowId}.${INTAKE}`, workflow: workflowId, project: `demo@${day}`, all: day };
    return deps.budgets.read({ level, id: ids[level] });
  };
  const dispose = () => bench[Symbol.asyncDispose]();
  return { bench, clock, provider, budgets: deps.budgets, run, stateOf, [Symbol.asyncDispose]: dispose };
}

export async function eventsOf(bench: Bench, type: string) {
  return (await bench.events()).filter((event) => event.type === type);
}

export const codeOf = async (bench: Bench) => {
  const [failed] = await eventsOf(bench, 'TASK.FAILED.PERMANENT');
  return failed?.type === 'TASK.FAILED.PERMANENT' ? failed.data.error : null;
};

/** As long as a piece of an answer takes. */
export function aMoment(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, 1);
  return promise;
}

/** Says that more and more is taken, until it is broken off; never by itself. */
export const takesMoreAndMore: FakeAnswer = async ({ onUsage, signal }) => {
  let outputTokens = 0;
  while (!signal.aborted) {
    outputTokens += 100;
    onUsage?.(tokensOf({ outputTokens }));
    await aMoment();
  }
  throw signal.reason;
};
