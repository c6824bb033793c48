export type ActorKind = 'system' | 'worker' | 'human' | 'agent';

/** Who did it. `id` is a process name, a person's login or a model's name. */
export interface Actor {
  readonly kind: ActorKind;
  readonly id: string;
}

/** One immutable fact. `type` is AGGREGATE.ACTION.STATUS; the schema of `data` is in the contracts' catalogue. */
export interface TammaEvent<Type extends string = string, Data = Readonly<Record<string, unknown>>> {
  /** Deterministic wherever a replay could say the same thing twice. */
  readonly id: string;
  readonly type: Type;
  /** ISO 8601 with milliseconds, UTC. */
  readonly at: string;
  readonly workflowId?: string;
  readonly taskId?: string;
  readonly stepId?: string;
  readonly attempt?: number;
  readonly sessionKey?: string;
  readonly actor: Actor;
  readonly tags: Readonly<Record<string, string>>;
  readonly metadata: { readonly schemaVersion: number; readonly source: string };
  readonly data: Data;
}
