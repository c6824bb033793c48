import type Anthropic from '@anthropic-ai/sdk';
import { APIError } from '@anthropic-ai/sdk';
import type { TammaError } from '@tamma/domain';
import { throwIfAborted } from '../aborted.ts';
import { type ClientOptions, createClient, failureSettings } from './client.ts';
import { toFailure } from './failures.ts';

export interface AgentProblem {
  readonly problem: string;
  readonly remedy: string;
}

/** Longest wait for the service, in milliseconds. */
const TIMEOUT_MS = 15_000;

/** Whether the service is there, takes the key and knows the model; null when all is well. Nothing is paid for it. */
export async function checkAnthropicAgent(
  agent: ClientOptions & { readonly model: string },
  signal: AbortSignal,
): Promise<AgentProblem | null> {
  throwIfAborted(signal);
  try {
    await askFor(agent.model, createClient(agent, TIMEOUT_MS), signal);
    return null;
  } catch (thrown) {
    throwIfAborted(signal);
    return describe(toFailure(thrown, failureSettings(agent, agent.model)));
  }
}

/** Gateways in front of models often have no list of them; to count a word is free as well. */
async function askFor(model: string, client: Anthropic, signal: AbortSignal): Promise<void> {
  try {
    await client.models.retrieve(model, {}, { signal });
  } catch (thrown) {
    // The API itself says by a type what it has not found.
    const hasNoList = thrown instanceof APIError && thrown.status === 404 && thrown.type === null;
    if (!hasNoList) throw thrown;
    await client.messages.countTokens({ model, messages: [{ role: 'user', content: 'hello' }] }, { signal });
  }
}

function describe({ message, remedy = 'Try again.' }: TammaError): AgentProblem {
  return { problem: message, remedy };
}
