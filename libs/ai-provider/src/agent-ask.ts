import { microUsdOf } from '@tamma/domain';
import { throwIfAborted } from './aborted.ts';
import type { Conversation } from './agent-conversation.ts';
import { FINISH_TOOL, FORCED_SHARE } from './agent-limits.ts';
import { isContextExceeded } from './agent-trouble.ts';
import type { AiRequest, AiResponse } from './ai-provider.ts';
import { summarizeCall } from './tool-call.ts';
import { withSoundInputs } from './tool-input.ts';

/**
 * The model's next answer, told before anything comes of it; null: the conversation is too long, and nothing more can be
 * left out of it. Throws what the provider threw, and the signal's reason once it aborted.
 */
export async function askModel(conversation: Conversation, turn: number): Promise<AiResponse | null> {
  const { request, memory } = conversation;
  const { contextTokensMax } = request.agent;
  if (memory.tokens() > contextTokensMax) await compact(conversation, turn, contextTokensMax);
  if (memory.tokens() > contextTokensMax) return null;
  try {
    return await askOnce(conversation, turn);
  } catch (thrown) {
    if (!isContextExceeded(thrown)) throw thrown;
    // The service counts better than we estimate; once, because what is left then is what is needed.
    if (!(await compact(conversation, turn, memory.tokens() * FORCED_SHARE))) throw thrown;
    return askOnce(conversation, turn);
  }
}

async function askOnce(conversation: Conversation, turn: number): Promise<AiResponse> {
  const { request, signal, spent } = conversation;
  throwIfAborted(signal);
  const startedAt = performance.now();
  const { heard } = request;
  const runCli = countedCli(conversation);
  const options = { signal, onText: heard?.onText, onOwnTool: heard?.onOwnTool, runCli };
  const response = await request.agent.provider
    .respond(buildRequest(conversation, turn), options)
    .catch((thrown: unknown) => {
      throwIfAborted(signal);
      throw thrown;
    });
  spent.turns = turn;
  spent.costMicroUsd += microUsdOf(response.usage.costUsd);
  const sound = { ...response, content: withSoundInputs(response.content) };
  await request.heard?.onResponse?.(sound, { turn, durationMs: performance.now() - startedAt });
  return sound;
}

function countedCli({ request: { runCli }, spent }: Conversation): typeof runCli {
  if (runCli === undefined) return undefined;
  return (asked) => {
    spent.cliRuns += 1;
    return runCli(asked);
  };
}

function buildRequest({ request, toolbox, memory }: Conversation, turn: number): AiRequest {
  return {
    purpose: { ...request.purpose, turn },
    system: request.system,
    messages: memory.messages(),
    tools: [...toolbox.descriptions.values()],
    resultTool: FINISH_TOOL,
    outputTokensMax: request.agent.outputTokensMax,
  };
}

async function compact(
  { request, memory, toolbox }: Conversation,
  turn: number,
  tokensMax: number,
): Promise<boolean> {
  const lengthBefore = memory.length();
  const isShorter = memory.compact(tokensMax, (call) =>
    summarizeCall(call, toolbox.descriptions.get(call.name)),
  );
  if (isShorter) await request.heard?.onCompacted?.({ turn, lengthBefore, lengthAfter: memory.length() });
  return isShorter;
}
