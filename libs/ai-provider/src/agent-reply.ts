import { hash } from 'node:crypto';
import { cutMiddle } from '@tamma/domain';
import { FINISH_TOOL, TOOL_OUTPUT_MAX, TOOL_OUTPUT_MIN } from './agent-limits.ts';
import { CUT_COMPLAINT, SILENT_COMPLAINT } from './agent-trouble.ts';
import type { AiResponse, UserBlock } from './ai-provider.ts';
import { canonicalJson } from './canonical-json.ts';
import type { ToolAnswer, ToolCall } from './tool-call.ts';

/** What goes back to the model after a turn that ended nothing. */
export interface Reply {
  readonly kind: 'reply';
  readonly blocks: readonly UserBlock[];
  /** Why the answer was not what was asked; null: it was. */
  readonly complaint: string | null;
  readonly calls: readonly ToolCall[];
  /** The same for the same set of calls with the same answers; null: nothing was called. */
  readonly signature: string | null;
}

export interface AnsweredCall {
  readonly call: ToolCall;
  readonly answer: ToolAnswer;
  readonly complaint: string | null;
}

interface TurnOutput {
  readonly answered: readonly AnsweredCall[];
  /** Longest that all answers may be together, in characters. */
  readonly outputMax: number;
}

export function buildReply({ stopReason }: AiResponse, { answered, outputMax }: TurnOutput): Reply {
  const blocks: UserBlock[] = [];
  let room = outputMax;
  for (const { call, answer } of answered) {
    const content = bound(answer.content, room);
    room -= content.length;
    blocks.push({ type: 'tool_result', callId: call.id, content, isError: !answer.ok });
  }
  const complaint = answered.findLast((one) => one.complaint !== null)?.complaint ?? null;
  const reply = {
    kind: 'reply' as const,
    calls: answered.map(({ call }) => call),
    signature: sign(answered),
  };
  if (stopReason === 'length') {
    return { ...reply, blocks: [...blocks, { type: 'text', text: CUT_NOTE }], complaint: CUT_COMPLAINT };
  }
  if (answered.length > 0) return { ...reply, blocks, complaint };
  return { ...reply, blocks: [{ type: 'text', text: REMINDER }], complaint: SILENT_COMPLAINT };
}

const CUT_NOTE =
  'Your answer was cut off because it reached the longest it may be. Go on in smaller pieces: fewer calls in one turn, and a long file in several edits.';
const REMINDER = `You called no tool. Work with the tools; hand in the result by calling ${FINISH_TOOL}.`;

function bound(text: string, room: number): string {
  const max = Math.max(TOOL_OUTPUT_MIN, Math.min(TOOL_OUTPUT_MAX, room));
  return cutMiddle(text, max).toWellFormed();
}

/** A digest: what tools say may be long, and is compared once. */
function sign(answered: readonly AnsweredCall[]): string | null {
  if (answered.length === 0) return null;
  const calls = answered.map(({ call, answer }) => canonicalJson([call.name, call.input, answer.content]));
  return hash('sha256', calls.toSorted().join('\n'));
}
