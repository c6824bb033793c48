import type { RelayedEvent } from '@tamma/contracts';
import { type TokenCounts, WAITING_REASONS, type WaitingReason, type WorkflowState } from '@tamma/domain';
import { readEvent } from '../state/history.ts';

/** What one step asked of one model. Times in milliseconds. */
export interface CostLine {
  readonly stepId: string;
  readonly model: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly costUsd: number;
  readonly durationMs: number;
}

/** One line per step and model, in the order they were first asked. */
export function costsOf(events: readonly RelayedEvent[]): readonly CostLine[] {
  const lines = new Map<string, CostLine>();
  for (const entry of events) {
    const event = readEvent(entry);
    if (event?.type !== 'AI.RESPONSE.RECEIVED') continue;
    const { provider, model, usage, durationMs } = event.data;
    const stepId = event.stepId ?? '';
    const name = `${provider} ${model}`;
    const key = `${stepId}\n${name}`;
    const line = lines.get(key);
    lines.set(key, {
      stepId,
      model: name,
      calls: (line?.calls ?? 0) + 1,
      inputTokens: (line?.inputTokens ?? 0) + usage.inputTokens,
      outputTokens: (line?.outputTokens ?? 0) + usage.outputTokens,
      cacheReadTokens: (line?.cacheReadTokens ?? 0) + usage.cacheReadTokens,
      cacheWriteTokens: (line?.cacheWriteTokens ?? 0) + usage.cacheWriteTokens,
      costUsd: (line?.costUsd ?? 0) + usage.costUsd,
      durationMs: (line?.durationMs ?? 0) + durationMs,
    });
  }
  return [...lines.values()];
}

/** Read and written, from a cache and into one. */
export function tokensOf(usage: TokenCounts): number {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  return inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens;
}

export interface WaitLine {
  readonly reason: WaitingReason;
  readonly waitedMs: number;
  /** Whether it waits for that now. */
  readonly isOpen: boolean;
}

/** What it waited for and how long, the open wait included, the longest first. */
export function waitsOf(state: WorkflowState, nowMs: number): readonly WaitLine[] {
  const { waitingFor, waitedMs } = state;
  const lines = WAITING_REASONS.map((reason) => {
    const isOpen = waitingFor?.reason === reason;
    const openMs = isOpen ? Math.max(0, nowMs - Date.parse(waitingFor.since)) : 0;
    return { reason, waitedMs: (waitedMs[reason] ?? 0) + openMs, isOpen };
  });
  return lines.filter((line) => line.waitedMs > 0 || line.isOpen).sort((a, b) => b.waitedMs - a.waitedMs);
}
