import { type Choice, chooseAgent, type Fact } from '@tamma/domain';
import type { BareAgent } from '../agents.ts';
import { candidatesFor } from './agent-candidates.ts';
import type { AttemptRequest } from './attempt.ts';
import type { ExecutorDeps } from './deps.ts';
import { unavailableServices } from './unavailable-services.ts';

export interface ChosenAgents {
  /** The chosen one first. */
  readonly agents: readonly BareAgent[];
  readonly why: string;
}

/** Who may do the step of an attempt, by the project's rules, what was measured and which services are there. */
export async function chooseAgents(
  deps: ExecutorDeps,
  { begun, step }: AttemptRequest,
): Promise<ChosenAgents> {
  const { project, issue } = begun.head;
  const names = candidatesFor(project.ai, { step: step.handler, labels: issue.labels });
  const all = new Map(names.map((name) => [name, deps.agentOf(project, name)]));
  const models = new Map([...all].map(([name, { provider }]) => [name, provider.model]));
  const place = { project: project.id, step: step.handler };
  const services = await unavailableServices(deps);
  const unavailable = [...all].filter(([, { provider }]) => services.has(provider.name));
  const choice: Choice = chooseAgent({
    candidates: names,
    records: await deps.agentRecords.read(place, models),
    unavailable: new Set(unavailable.map(([name]) => name)),
    routing: project.ai.routing,
    exploration: project.ai.exploration,
    random: { explore: deps.random(), pick: deps.random() },
  });
  const agents = choice.order.map((name) => all.get(name)).filter((agent) => agent !== undefined);
  return { agents, why: choice.why };
}

export function chosenFact([first, ...others]: readonly BareAgent[], why: string): Fact {
  if (first === undefined) throw new Error('a project has at least one agent');
  const { name: provider, model } = first.provider;
  const fallback = others.map(({ name }) => name);
  return { type: 'AI.AGENT.CHOSEN', data: { agent: first.name, provider, model, fallback, why } };
}
