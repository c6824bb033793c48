import type { Agent } from '@tamma/ai-provider';

export interface WatchedService {
  /** The same agent, its service watched. */
  readonly agent: Agent;
  /** Whether this came from the service, and not from what happened around it. */
  threw(thrown: unknown): boolean;
}

/** Tells trouble of an agent's service from trouble of ours: both may be a network that is away. */
export function watchService(agent: Agent): WatchedService {
  const { provider } = agent;
  const seen = new Set<unknown>();
  const watch = async <Value>(made: Promise<Value>): Promise<Value> => {
    try {
      return await made;
    } catch (thrown) {
      seen.add(thrown);
      throw thrown;
    }
  };
  return {
    agent: {
      ...agent,
      provider: {
        name: provider.name,
        model: provider.model,
        price: provider.price,
        countTokens: (request, options) => watch(provider.countTokens(request, options)),
        respond: (request, options) => watch(provider.respond(request, options)),
      },
    },
    threw: (thrown) => seen.has(thrown),
  };
}
