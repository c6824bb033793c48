import type OpenAI from 'openai';
import { addressOf, createClient, type OpenAiService } from './client.ts';
import { type CallFacts, errorOf, keyMissing, statusOf } from './errors.ts';
import { isOpenAiItself, openAiNameOf } from './service-name.ts';

export interface AgentProblem {
  readonly problem: string;
  readonly remedy: string;
}

/** Longest list that is shown, in names of models. */
const SHOWN_MAX = 10;

/** What stands in the way of an agent; null: nothing that can be seen without a call that costs. */
export async function checkOpenAiAgent(
  agent: OpenAiService & { readonly model: string },
  signal: AbortSignal,
): Promise<AgentProblem | null> {
  const { apiKey, baseUrl, model } = agent;
  const address = addressOf(baseUrl);
  const facts: CallFacts = {
    service: openAiNameOf(agent),
    model,
    baseUrl: address,
    apiKey,
    nowMs: Date.now(),
  };
  if (apiKey === null && isOpenAiItself(baseUrl)) return problemOf(keyMissing(facts));
  const client = createClient(agent);
  try {
    await client.models.retrieve(model, { signal });
    return null;
  } catch (thrown) {
    signal.throwIfAborted();
    return isAbsent(thrown) ? await checkList(client, model, signal) : problemOf(errorOf(thrown, facts));
  }
}

/** A server without a list of its models is no problem, nor is one that names them otherwise than one by one. */
async function checkList(client: OpenAI, model: string, signal: AbortSignal): Promise<AgentProblem | null> {
  const known: readonly string[] = await client.models.list({ signal }).then(
    ({ data }) => (Array.isArray(data) ? data.map(({ id }) => String(id)) : []),
    () => [],
  );
  signal.throwIfAborted();
  if (known.length === 0 || known.includes(model)) return null;
  const shown = known.slice(0, SHOWN_MAX).join(', ');
  return {
    problem: `the server knows no model ${model}`,
    remedy: `Set the agent's model to one it has (${shown}), or have it load ${model}.`,
  };
}

function isAbsent(thrown: unknown): boolean {
  return [404, 405, 501].includes(statusOf(thrown) ?? 0);
}

function problemOf({
  message,
  remedy = '',
}: {
  readonly message: string;
  readonly remedy: string | undefined;
}) {
  return { problem: message, remedy };
}
