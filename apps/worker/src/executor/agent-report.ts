import type { AgentPlace } from '@tamma/coordination';
import { microUsdOf, NO_RECORD } from '@tamma/domain';
import type { AgentReport } from '@tamma/steps';
import type { AttemptRequest } from './attempt.ts';
import type { ExecutorDeps } from './deps.ts';

/** Longest reason that is told of a conversation, in characters. */
const WHY_LENGTH_MAX = 500;

export interface EndedReport extends AgentReport {
  /** Whether its last call was refused by us: where it never got to answer, that proves nothing about the agent. */
  readonly wasRefused: boolean;
}

/**
 * Tells how a conversation ended, and adds it to what is measured; a repair counts against the agent that made it needed,
 * once, whoever was asked for it before.
 */
export async function reportAgent(
  deps: ExecutorDeps,
  request: AttemptRequest,
  report: EndedReport,
): Promise<void> {
  const { teller, step } = request;
  const { agent, result, turns, costUsd, repairs, wasRefused } = report;
  const { name: provider, model } = agent.provider;
  const named = { agent: agent.name, provider, model };
  const durationMs = Math.round(report.durationMs);
  const why = report.why.slice(0, WHY_LENGTH_MAX);
  const data = { ...named, step: step.handler, result, turns, durationMs, costUsd, why };
  await deps.eventLog.append([teller.event({ type: 'AI.AGENT.ENDED', data })]);
  // Money that was spent, or a service's wish, ended it: what it took counts, and how it ended says nothing of the agent.
  const runs = result === 'failed' && wasRefused ? 0 : 1;
  if (runs === 0 && turns === 0) return;
  const done = result === 'done' ? 1 : 0;
  const record = { runs, done, repairs: 0, turns, durationMs, costMicroUsd: microUsdOf(costUsd) };
  await deps.agentRecords.add({ ...placeOf(request), ...named, record });
  if (repairs !== undefined && result !== 'failed') await bookRepair(deps, request, repairs);
}

/** Nothing is measured of an agent that the project has no more. */
async function bookRepair(deps: ExecutorDeps, request: AttemptRequest, agent: string): Promise<void> {
  const { project } = request.begun.head;
  if (!Object.hasOwn(project.ai.agents, agent)) return;
  const { name: provider, model } = deps.agentOf(project, agent).provider;
  const record = { ...NO_RECORD, repairs: 1 };
  await deps.agentRecords.add({ ...placeOf(request), agent, provider, model, record });
}

function placeOf({ begun, step }: AttemptRequest): AgentPlace {
  return { project: begun.head.project.id, step: step.handler };
}
