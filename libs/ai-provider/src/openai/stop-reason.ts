import type { AiResponse } from '../ai-provider.ts';

type StopReason = AiResponse['stopReason'];

/** What servers call an answer that is whole, cut, or not wanted to be given; some hand on the words of whoever is behind them. */
const STOP_REASONS: ReadonlyMap<string, StopReason> = new Map([
  ...['stop', 'tool_calls', 'function_call', 'end_turn', 'tool_use'].map(named('end')),
  ...['stop_sequence', 'eos', 'eos_token'].map(named('end')),
  ...['length', 'model_length', 'max_tokens'].map(named('length')),
  ...['content_filter', 'refusal', 'safety', 'sensitive'].map(named('refused')),
]);

interface Ended {
  /** What the service said; null: nothing, as when an answer was too long to be read on. */
  readonly finish: string | null;
  readonly hasCalls: boolean;
  /** Whether words came that the service marked as a refusal. */
  readonly hasRefused: boolean;
}

/**
 * A reason that nobody here knows counts as cut: half a command or half a file must not be taken for a whole one. When it
 * was whole after all, that costs one more turn, in which the model says it again.
 */
export function stopReasonOf({ finish, hasCalls, hasRefused }: Ended): StopReason {
  if (hasRefused && !hasCalls) return 'refused';
  const reason = STOP_REASONS.get(finish?.toLowerCase() ?? '') ?? 'length';
  return reason === 'end' && hasCalls ? 'tool_calls' : reason;
}

function named(reason: StopReason): (finish: string) => readonly [string, StopReason] {
  return (finish) => [finish, reason];
}
