import { type ErrorReport, reportError, usdOf } from '@tamma/domain';
import { throwIfAborted } from './aborted.ts';
import { askModel } from './agent-ask.ts';
import type { AnyAgentRequest, Conversation, Spent } from './agent-conversation.ts';
import { startDeadline } from './agent-deadline.ts';
import { createMemory } from './agent-memory.ts';
import { findTrouble, freshPatience, spendPatience } from './agent-patience.ts';
import type { Reply } from './agent-reply.ts';
import type { AgentRequest, AgentResult } from './agent-request.ts';
import { buildToolbox, type Toolbox } from './agent-toolbox.ts';
import { exhausted, refused, tooLong } from './agent-trouble.ts';
import { type Ending, takeTurn } from './agent-turn.ts';

type GaveUp = { readonly kind: 'gave-up'; readonly error: ErrorReport };

/**
 * Lets a model work with tools until it hands in a valid result, asks a person or breaks a limit. Throws what the
 * provider threw, what `check`, `progress` and the ears threw, errors of class `system` of a tool, and the signal's reason
 * once it aborted; everything the model does wrong is a `gave-up` of class `model`.
 */
export async function runAgent<Result>(request: AgentRequest<Result>): Promise<AgentResult<Result>> {
  const toolbox = buildToolbox(request);
  const memory = createMemory({ fixed: lengthOfPrefix(request, toolbox), prompt: request.prompt });
  const spent: Spent = { turns: 0, costMicroUsd: 0, cliRuns: 0 };
  const totals = () => ({ turns: spent.turns, costUsd: usdOf(spent.costMicroUsd) });
  using deadline = startDeadline(request.signal, request.limits.timeMaxMs);
  try {
    const ending = await converse({ request, toolbox, memory, signal: deadline.signal, spent }, request);
    return { ...ending, ...totals() };
  } catch (thrown) {
    if (thrown !== deadline.reason) throw thrown;
    throwIfAborted(request.signal);
    return { kind: 'gave-up', error: reportError(thrown), ...totals() };
  }
}

async function converse<Result>(
  conversation: Conversation,
  wanted: AgentRequest<Result>,
): Promise<Ending<Result> | GaveUp> {
  const { request, memory, toolbox, spent } = conversation;
  const { turnsMax, idleTurnsMax } = request.limits;
  let patience = freshPatience(await lookAtWork(request));
  for (let turn = 1; turn <= turnsMax; turn += 1) {
    await request.heard?.onTurn?.(turn);
    const runsBefore = spent.cliRuns;
    const response = await askModel(conversation, turn);
    if (response === null) return gaveUp(tooLong(memory.tokens(), request.agent.contextTokensMax));
    if (response.stopReason === 'refused') return gaveUp(refused());
    const taken = await takeTurn(conversation, response, wanted);
    if (taken.kind !== 'reply') return taken;
    memory.add(response, taken.blocks);
    // To look is costly, and most turns of a model only read. A coding CLI works by itself while it is asked.
    const isAsBefore = spent.cliRuns === runsBefore && onlyReads(toolbox, taken);
    const facts = { ...taken, fingerprint: isAsBefore ? patience.fingerprint : await lookAtWork(request) };
    patience = spendPatience(patience, facts);
    const trouble = findTrouble(patience, facts, idleTurnsMax);
    if (trouble !== null) return gaveUp(trouble);
  }
  return gaveUp(exhausted(turnsMax));
}

function onlyReads({ tools }: Toolbox, { calls }: Reply): boolean {
  return calls.every(({ name }) => tools.get(name)?.readsOnly === true);
}

async function lookAtWork({ progress }: AnyAgentRequest): Promise<string | null> {
  return progress === undefined ? null : progress();
}

function lengthOfPrefix({ system }: AnyAgentRequest, { descriptions }: Toolbox): number {
  return system.length + JSON.stringify([...descriptions.values()]).length;
}

function gaveUp(error: ErrorReport): GaveUp {
  return { kind: 'gave-up', error };
}
