import { throwIfAborted } from './aborted.ts';
import type { Conversation } from './agent-conversation.ts';
import {
  ASK_TOOL,
  CALLS_PER_TURN_MAX,
  FINISH_TOOL,
  QUESTION_MAX,
  TOOL_NAME_MAX,
  turnOutputMax,
} from './agent-limits.ts';
import { type AnsweredCall, buildReply, type Reply } from './agent-reply.ts';
import type { AgentRequest, Refusal } from './agent-request.ts';
import { questionSchema } from './agent-toolbox.ts';
import { CUT_COMPLAINT } from './agent-trouble.ts';
import type { AiResponse } from './ai-provider.ts';
import { toLine } from './line.ts';
import { failure, runToolCall, summarizeCall, type ToolAnswer, type ToolCall } from './tool-call.ts';
import { readInput } from './tool-input.ts';

/** What ends a conversation well. */
export type Ending<Result> =
  | { readonly kind: 'finished'; readonly result: Result }
  | { readonly kind: 'asked'; readonly question: string };

/** What the model is to hand in. */
type Wanted<Result> = Pick<AgentRequest<Result>, 'result' | 'check'>;

interface Answered {
  readonly kind: 'answered';
  readonly answer: ToolAnswer;
  /** Why this was not what was asked; null: it was. */
  readonly complaint: string | null;
}

/** Carries out what the model called, in order, and tells of each call. */
export async function takeTurn<Result>(
  conversation: Conversation,
  response: AiResponse,
  wanted: Wanted<Result>,
): Promise<Ending<Result> | Reply> {
  const calls = response.content.filter((block) => block.type === 'tool_call');
  const cut = findCutCall(response);
  const answered: AnsweredCall[] = [];
  for (const call of calls.slice(0, CALLS_PER_TURN_MAX)) {
    throwIfAborted(conversation.signal);
    const outcome = call === cut ? cutOff() : await takeCall(conversation, call, wanted);
    await tellOf(conversation, call, outcome);
    if (outcome.kind !== 'answered') return outcome;
    answered.push({ ...outcome, call });
  }
  answered.push(...(await refuseRest(conversation, calls.slice(CALLS_PER_TURN_MAX))));
  return buildReply(response, {
    answered,
    outputMax: turnOutputMax(conversation.request.agent.contextTokensMax),
  });
}

/** The call that an answer broke off in: what is missing of it nobody knows, so it must not run. */
function findCutCall({ stopReason, content }: AiResponse): ToolCall | null {
  const last = content.findLast((block) => block.type !== 'opaque');
  return stopReason === 'length' && last?.type === 'tool_call' ? last : null;
}

async function takeCall<Result>(
  conversation: Conversation,
  call: ToolCall,
  wanted: Wanted<Result>,
): Promise<Ending<Result> | Answered> {
  const { request, toolbox, signal } = conversation;
  if (call.name === FINISH_TOOL) return takeResult(wanted, call);
  if (call.name === ASK_TOOL && request.mayAsk === true) return takeQuestion(call);
  return { kind: 'answered', answer: await runToolCall(toolbox, call, signal), complaint: null };
}

async function takeResult<Result>(
  { result, check }: Wanted<Result>,
  call: ToolCall,
): Promise<Ending<Result> | Answered> {
  const read = await readInput(result, call.input);
  const problem = read.ok ? ((await check?.(read.data)) ?? null) : read.problem;
  if (read.ok && problem === null) return { kind: 'finished', result: read.data };
  const content = `${problem}\nCall ${FINISH_TOOL} again with a result that fits.`;
  return { kind: 'answered', answer: failure(content), complaint: `the result does not fit: ${problem}` };
}

async function takeQuestion(call: ToolCall): Promise<Ending<never> | Answered> {
  const read = await readInput(questionSchema, call.input);
  if (read.ok) return { kind: 'asked', question: read.data.question };
  const refusal = isTooLong(call.input) ? QUESTION_TOO_LONG : null;
  return { kind: 'answered', answer: failure(read.problem, refusal), complaint: null };
}

const QUESTION_TOO_LONG: Refusal = {
  rule: 'question',
  target: ASK_TOOL,
  why: `a question to a person has at most ${QUESTION_MAX} characters`,
};

function isTooLong(input: unknown): boolean {
  if (typeof input !== 'object' || input === null || !('question' in input)) return false;
  return typeof input.question === 'string' && input.question.trim().length > QUESTION_MAX;
}

function cutOff(): Answered {
  const content = 'Not run: your answer was cut off within this call.';
  return { kind: 'answered', answer: failure(content), complaint: CUT_COMPLAINT };
}

async function tellOf(
  { request, toolbox, signal }: Conversation,
  call: ToolCall,
  outcome: Ending<unknown> | Answered,
): Promise<void> {
  const answer = outcome.kind === 'answered' ? outcome.answer : { ok: true, refusal: null };
  // A tool that the abort broke off has not failed.
  if (!answer.ok) throwIfAborted(signal);
  await request.heard?.onTool?.({
    tool: toLine(call.name, TOOL_NAME_MAX),
    ok: answer.ok,
    summary: summarizeCall(call, toolbox.descriptions.get(call.name)),
    refusal: answer.refusal,
  });
}

/** Told once for all of them: there may be hundreds. */
async function refuseRest(
  conversation: Conversation,
  calls: readonly ToolCall[],
): Promise<readonly AnsweredCall[]> {
  const [first] = calls;
  if (first === undefined) return [];
  const why = `at most ${CALLS_PER_TURN_MAX} tool calls are run in one turn`;
  const target = `${calls.length} calls beyond the first ${CALLS_PER_TURN_MAX}`;
  const answer = failure(`Not run: ${why}. Call it again.`, { rule: 'limit', target, why });
  await tellOf(conversation, first, { kind: 'answered', answer, complaint: null });
  return calls.map((call) => ({ call, answer, complaint: null }));
}
