import type { BudgetLevel, BudgetScope } from '@tamma/domain';

/** Amounts are whole millionths of a US dollar. */
export interface BudgetState {
  readonly level: BudgetLevel;
  readonly id: string;
  /** With what people raised it by; null: none. */
  readonly limitMicroUsd: number | null;
  readonly raisedMicroUsd: number;
  readonly spentMicroUsd: number;
  /** For calls under way, and for calls whose end nobody heard of: they count as spent. */
  readonly reservedMicroUsd: number;
}

export interface ReserveRequest {
  /** Names the call; reserving twice under one id counts once. */
  readonly id: string;
  readonly scopes: readonly BudgetScope[];
  readonly wantedMicroUsd: number;
  /** Less is of no use: then nothing is reserved. */
  readonly leastMicroUsd: number;
}

export type ReserveVerdict =
  /** Taken from every scope: what was wanted, or what the tightest one has left. */
  | { readonly kind: 'reserved'; readonly grantedMicroUsd: number }
  /** Taken from none. `exhausted` is the first scope that has too little left. */
  | { readonly kind: 'refused'; readonly exhausted: BudgetState };

export interface SettleBudget {
  readonly id: string;
  readonly scopes: readonly BudgetScope[];
  readonly costMicroUsd: number;
}

/**
 * What calls of models may still cost, shared by all processes: reserved before a call, settled after it, each in one
 * step for all scopes. While Redis is away nothing can be reserved: `reserve` throws, and no call is made.
 */
export interface Budgets {
  reserve(request: ReserveRequest): Promise<ReserveVerdict>;
  /**
   * What the call did cost stands instead of what was reserved. Settling twice counts once. Returns those of which 80 % are
   * spent now, each until people were warned of it at this limit.
   */
  settle(request: SettleBudget): Promise<readonly BudgetState[]>;
  /** People were warned of it as it stands here. Whoever settles before this warns them too: better twice than never. */
  markWarned(state: Pick<BudgetState, 'level' | 'id' | 'limitMicroUsd'>): Promise<void>;
  /** Raises it for good; returns it as it is then. */
  raise(scope: Pick<BudgetScope, 'level' | 'id'>, byMicroUsd: number): Promise<BudgetState>;
  /** Null for one that nothing was spent of and nobody raised. */
  read(scope: Pick<BudgetScope, 'level' | 'id'>): Promise<BudgetState | null>;
  /** Those used lately, the latest first. */
  list(max: number): Promise<readonly BudgetState[]>;
  /** For a Redis that lost its memory: at least so much is spent, says the record. */
  spentAtLeast(scope: BudgetScope, microUsd: number): Promise<void>;
  /** The same for what people raised it by. */
  raisedAtLeast(scope: Pick<BudgetScope, 'level' | 'id'>, microUsd: number): Promise<void>;
}
