import { BUDGET_LEVELS } from '@tamma/domain';
import { z } from 'zod';
import { listOf } from './http.ts';

/** What the HTTP API answers about models and money. Amounts are US dollars. */

/** What was measured of one agent at one step of one project. */
export const agentViewSchema = z.object({
  project: z.string(),
  step: z.string(),
  agent: z.string(),
  provider: z.string(),
  model: z.string(),
  /** Conversations that ended, and those of them that handed in a result. */
  runs: z.int(),
  done: z.int(),
  /** Rounds of repair its results needed afterwards. */
  repairs: z.int(),
  turnsPerRun: z.number(),
  secondsPerRun: z.number(),
  costUsdPerRun: z.number(),
  costUsd: z.number(),
  /** What routing by measurement compares; higher is better. */
  score: z.number(),
});
export type AgentView = z.infer<typeof agentViewSchema>;
export const agentListSchema = listOf(agentViewSchema);

export const budgetViewSchema = z.object({
  level: z.enum(BUDGET_LEVELS),
  id: z.string(),
  /** With everything a person raised it by; null: no limit. */
  limitUsd: z.number().nullable(),
  raisedUsd: z.number(),
  spentUsd: z.number(),
  /** Held for calls under way, or for calls whose end nobody heard of. */
  reservedUsd: z.number(),
});
export type BudgetView = z.infer<typeof budgetViewSchema>;
export const budgetListSchema = listOf(budgetViewSchema);

/** `POST /budgets/raise`: only a person raises a budget. */
export const budgetRaiseSchema = z.strictObject({
  level: z.enum(BUDGET_LEVELS),
  id: z.string().min(1).max(200),
  byUsd: z.number().positive().max(100_000),
  reason: z.string().trim().min(1).max(2000),
});
export type BudgetRaise = z.infer<typeof budgetRaiseSchema>;
