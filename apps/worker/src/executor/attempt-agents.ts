import type { Agent, AiProvider, AiRequest } from '@tamma/ai-provider';
import { type Fact, TammaError, usdOf } from '@tamma/domain';
import type { StepContext } from '@tamma/steps';
import type { BareAgent } from '../agents.ts';
import { reportAgent } from './agent-report.ts';
import type { AttemptRequest } from './attempt.ts';
import type { AttemptSignal } from './attempt-signal.ts';
import { createTills } from './attempt-till.ts';
import type { BrokenOff } from './budgeted-ai.ts';
import type { CallGuard } from './call-guard.ts';
import { chooseAgents, chosenFact } from './choose-agents.ts';
import type { ExecutorDeps } from './deps.ts';
import { guardAi } from './guarded-ai.ts';
import { type Rest, restWithService } from './patient-ai.ts';
import { tellAnyway } from './tell-anyway.ts';
import type { Till } from './till.ts';

export interface AgentsOfAttempt {
  readonly guard: CallGuard;
  readonly abort: AttemptSignal;
}

/** Who does the step of this attempt: chosen when it first asks, and the same from then on. */
export function createAttemptAgents(
  deps: ExecutorDeps,
  request: AttemptRequest,
  of: AgentsOfAttempt,
): Pick<StepContext, 'agents' | 'reportAgent'> {
  const tillOf = createTills(deps, request);
  let chosen: Promise<readonly Agent[]> | null = null;
  const refusals = new Set<string>();
  const choose = async (): Promise<readonly Agent[]> => {
    const { agents, why } = await chooseAgents(deps, request);
    of.abort.signal.throwIfAborted();
    await deps.eventLog.append([request.teller.event(chosenFact(agents, why))]);
    return agents.map((agent) => {
      const till = tillOf(agent.name);
      return noteRefusals(guardAgent(deps, request, { ...of, agent, till }), refusals);
    });
  };
  return {
    agents: () => {
      chosen ??= choose();
      return chosen;
    },
    reportAgent: (report) =>
      reportAgent(deps, request, { ...report, wasRefused: refusals.has(report.agent.name) }),
  };
}

interface GuardedAgent extends AgentsOfAttempt {
  readonly agent: BareAgent;
  readonly till: Till;
}

function guardAgent(
  deps: ExecutorDeps,
  request: AttemptRequest,
  { agent, till, guard, abort }: GuardedAgent,
): Agent {
  const { name, outputTokensMax, contextTokensMax } = agent;
  const onBrokenOff = async (asked: AiRequest, call: BrokenOff) => {
    await tellAnyway(deps, request, brokenFact(agent, asked, call));
  };
  const guarded = guardAi(agent.provider, {
    guard,
    till: agent.isMetered ? till : null,
    onBrokenOff,
    now: deps.now,
  });
  const provider = restWithService(safely(guarded, abort), {
    sleep: deps.sleep,
    now: deps.now,
    random: deps.random,
    onRest: async (rest) => {
      await tellAnyway(deps, request, restFact(agent, rest));
    },
  });
  return { name, provider, outputTokensMax, contextTokensMax };
}

function restFact({ provider: { name: service } }: Agent, { error, rest, restMs }: Rest): Fact {
  const data = { service, operation: 'respond', error, retryCount: rest, retryDelayMs: restMs };
  return { type: 'CALL.RETRY.SCHEDULED', data };
}

/** What was paid for has to be in the record, also when there is no answer that a step could tell of. */
function brokenFact(
  { name: agent, provider: { name: provider, model } }: Agent,
  { purpose: { turn } }: AiRequest,
  { usage, costMicroUsd, durationMs }: BrokenOff,
): Fact {
  const costs = { ...usage, costUsd: usdOf(costMicroUsd) };
  return { type: 'AI.RESPONSE.RECEIVED', data: { provider, model, usage: costs, durationMs, agent, turn } };
}

/** Between two turns of a model nothing is half done. */
function safely(provider: AiProvider, { safePoint }: AttemptSignal): AiProvider {
  const { name, model, price } = provider;
  return {
    name,
    model,
    price,
    countTokens: (request, options) => provider.countTokens(request, options),
    respond: async (request, options) => {
      safePoint();
      return provider.respond(request, options);
    },
  };
}

/** Keeps the names of agents whose last call was not made, or broken off, for want of money or by a service's wish. */
function noteRefusals(agent: Agent, refusals: Set<string>): Agent {
  const { name, model, price, countTokens, respond } = agent.provider;
  const note = async <Value>(made: Promise<Value>): Promise<Value> => {
    refusals.delete(agent.name);
    return made.catch((thrown: unknown) => {
      if (isRefusal(thrown)) refusals.add(agent.name);
      throw thrown;
    });
  };
  const provider: AiProvider = {
    name,
    model,
    price,
    countTokens: (request, options) => note(countTokens(request, options)),
    respond: (request, options) => note(respond(request, options)),
  };
  return { ...agent, provider };
}

function isRefusal(thrown: unknown): boolean {
  if (!(thrown instanceof TammaError)) return false;
  return thrown.class === 'budget' || thrown.code === 'BUDGET_UNKNOWN' || thrown.heldUntilMs !== undefined;
}
