import { type ErrorReport, toError } from '@tamma/domain';
import type { z } from 'zod';
import {
  CALLS_PER_TURN_MAX,
  CORRECTIONS_MAX,
  FINISH_TOOL,
  OUTPUT_TOKENS_MAX,
  TOOL_NAME_MAX,
} from './agent-limits.ts';
import { ambiguousTools, exhausted, findBreak, unusable } from './agent-trouble.ts';
import type {
  AiProvider,
  AiPurpose,
  AiResponse,
  Message,
  ToolDescription,
  UserBlock,
} from './ai-provider.ts';
import { describeTool, type Tool } from './tool.ts';
import {
  describeProblems,
  failure,
  runToolCall,
  summarizeCall,
  type ToolAnswer,
  type ToolCall,
  toLine,
  toolResult,
} from './tool-call.ts';

export interface AgentRequest<Result> {
  readonly provider: AiProvider;
  readonly purpose: AiPurpose;
  readonly system: string;
  readonly prompt: string;
  readonly tools: readonly Tool[];
  /** Shape of the answer; the model hands it in by calling the tool `finish`. */
  readonly result: z.ZodType<Result>;
  readonly turnsMax: number;
  readonly signal: AbortSignal;
  /** Told each piece of text as it comes, of every answer in turn. It must not throw. */
  readonly onText?: ((text: string) => void) | undefined;
  readonly onResponse?: (response: AiResponse, durationMs: number) => Promise<void>;
  readonly onTool?: (call: { tool: string; ok: boolean; summary: string }) => Promise<void>;
}

export type AgentResult<Result> =
  | { readonly kind: 'finished'; readonly result: Result; readonly turns: number }
  | { readonly kind: 'gave-up'; readonly error: ErrorReport; readonly turns: number };

interface Toolbox {
  readonly tools: ReadonlyMap<string, Tool>;
  /** By name; `finish` is among them. */
  readonly descriptions: ReadonlyMap<string, ToolDescription>;
}

type CallOutcome<Result> =
  | { readonly kind: 'finished'; readonly result: Result }
  | { readonly kind: 'answered'; readonly answer: ToolAnswer; readonly complaint: string | null };

/** What a turn led to. A `complaint` says why it was not what was asked. */
type Turn<Result> =
  | { readonly kind: 'finished'; readonly result: Result }
  | { readonly kind: 'reply'; readonly blocks: readonly UserBlock[]; readonly complaint: string | null };

/**
 * Lets a model work with tools until it hands in a valid result. Throws what the provider threw, and the
 * signal's reason once it aborted; everything the model does wrong is a `gave-up` of class `model`.
 */
export async function runAgent<Result>(request: AgentRequest<Result>): Promise<AgentResult<Result>> {
  const toolbox = buildToolbox(request);
  const messages: Message[] = [{ role: 'user', content: [{ type: 'text', text: request.prompt }] }];
  let corrections = 0;
  for (let turns = 1; turns <= request.turnsMax; turns += 1) {
    const response = await askModel(request, toolbox, messages);
    const broken = findBreak(response);
    if (broken !== null) return { kind: 'gave-up', error: broken, turns };
    const turn = await takeTurn(request, toolbox, response);
    if (turn.kind === 'finished') return { ...turn, turns };
    if (turn.complaint !== null) corrections += 1;
    if (turn.complaint !== null && corrections > CORRECTIONS_MAX) {
      return { kind: 'gave-up', error: unusable(turn.complaint), turns };
    }
    messages.push({ role: 'assistant', content: response.content }, { role: 'user', content: turn.blocks });
  }
  return { kind: 'gave-up', error: exhausted(request.turnsMax), turns: request.turnsMax };
}

function buildToolbox(request: Pick<AgentRequest<unknown>, 'tools' | 'result'>): Toolbox {
  const tools = new Map(request.tools.map((tool) => [tool.name, tool]));
  if (tools.size < request.tools.length || tools.has(FINISH_TOOL)) throw ambiguousTools(request.tools);
  const finish = describeTool({
    name: FINISH_TOOL,
    description: 'Hands in the result and ends the work. Call it once, when everything is done.',
    input: request.result,
  });
  const all = [...request.tools.map(describeTool), finish];
  return { tools, descriptions: new Map(all.map((description) => [description.name, description])) };
}

async function askModel(
  request: AgentRequest<unknown>,
  toolbox: Toolbox,
  messages: readonly Message[],
): Promise<AiResponse> {
  const { provider, purpose, system, signal, onText } = request;
  throwIfAborted(signal);
  const startedAt = performance.now();
  const question = {
    purpose,
    system,
    // A copy: a provider that keeps the request must not see it grow.
    messages: [...messages],
    tools: [...toolbox.descriptions.values()],
    outputTokensMax: OUTPUT_TOKENS_MAX,
  };
  const response = await provider.respond(question, { signal, onText }).catch((thrown: unknown) => {
    throwIfAborted(signal);
    throw thrown;
  });
  // First of all, so that what was spent is recorded whatever comes next.
  await request.onResponse?.(response, performance.now() - startedAt);
  return response;
}

async function takeTurn<Result>(
  request: AgentRequest<Result>,
  toolbox: Toolbox,
  response: AiResponse,
): Promise<Turn<Result>> {
  const calls = response.content.filter((block) => block.type === 'tool_call');
  if (calls.length === 0) return remindOfFinish();
  const blocks: UserBlock[] = [];
  let complaint: string | null = null;
  for (const [index, call] of calls.entries()) {
    throwIfAborted(request.signal);
    const outcome = index < CALLS_PER_TURN_MAX ? await takeCall(request, toolbox, call) : tooMany();
    if (outcome.kind === 'finished') return outcome;
    complaint = outcome.complaint ?? complaint;
    blocks.push(toolResult(call, outcome.answer));
  }
  return { kind: 'reply', blocks, complaint };
}

async function takeCall<Result>(
  request: AgentRequest<Result>,
  toolbox: Toolbox,
  call: ToolCall,
): Promise<CallOutcome<Result>> {
  const outcome =
    call.name === FINISH_TOOL ? await takeResult(request, call) : await takeToolCall(toolbox, call);
  const ok = outcome.kind === 'finished' || outcome.answer.ok;
  // A tool that the abort broke off has not failed.
  if (!ok) throwIfAborted(request.signal);
  const description = toolbox.descriptions.get(call.name);
  await request.onTool?.({
    tool: toLine(call.name, TOOL_NAME_MAX),
    ok,
    summary: summarizeCall(call, description),
  });
  return outcome;
}

async function takeResult<Result>(
  request: AgentRequest<Result>,
  call: ToolCall,
): Promise<CallOutcome<Result>> {
  const result = await request.result.safeParseAsync(call.input);
  if (result.success) return { kind: 'finished', result: result.data };
  const complaint = `the result does not fit: ${describeProblems(result.error)}`;
  const content = `${complaint}\nCall ${FINISH_TOOL} again with a result that fits.`;
  return { kind: 'answered', answer: failure(content), complaint };
}

async function takeToolCall(toolbox: Toolbox, call: ToolCall): Promise<CallOutcome<never>> {
  return { kind: 'answered', answer: await runToolCall(toolbox.tools, call), complaint: null };
}

function remindOfFinish(): Turn<never> {
  const text = `You called no tool. Work with the tools; hand in the result by calling ${FINISH_TOOL}.`;
  return { kind: 'reply', blocks: [{ type: 'text', text }], complaint: 'it called no tool' };
}

function tooMany(): CallOutcome<never> {
  const content = `Not run: at most ${CALLS_PER_TURN_MAX} tool calls are run in one turn. Call it again.`;
  return { kind: 'answered', answer: failure(content), complaint: null };
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw toError(signal.reason);
}
