/** What a person can order about one task: do without it, or let it pass as it is. */
export const ORDER_KINDS = ['skip', 'override'] as const;
export type OrderKind = (typeof ORDER_KINDS)[number];

/** A person's order about a task, as it is kept until the task takes it. */
export interface Order {
  readonly kind: OrderKind;
  readonly by: string;
  readonly why: string;
  /** ISO 8601. */
  readonly at: string;
}
