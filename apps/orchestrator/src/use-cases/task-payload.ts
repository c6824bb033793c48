import {
  type GateTask,
  type GitTask,
  gateTaskSchema,
  gitTaskSchema,
  type TaskType,
  workflowTaskSchema,
} from '@tamma/contracts';
import type { z } from 'zod';

/** A task that was submitted, as it is once its payload is known to be sound. */
export type SoundTask =
  | { readonly type: 'workflow'; readonly project: string; readonly issue: number }
  | LoneTask;

/** A task that no issue stands behind. */
export type LoneTask =
  | { readonly type: 'quality_gate'; readonly payload: GateTask }
  | { readonly type: 'git_operation'; readonly payload: GitTask };

export interface WrongField {
  /** Such as `payload.branch`. */
  readonly path: string;
  readonly message: string;
}

export type PayloadReading =
  | { readonly ok: true; readonly task: SoundTask }
  | { readonly ok: false; readonly fields: readonly WrongField[] };

export function readPayload(type: TaskType, payload: unknown): PayloadReading {
  switch (type) {
    case 'workflow':
      return readAs(workflowTaskSchema, payload, (sound) => ({ type, ...sound }));
    case 'quality_gate':
      return readAs(gateTaskSchema, payload, (sound) => ({ type, payload: sound }));
    case 'git_operation':
      return readAs(gitTaskSchema, payload, (sound) => ({ type, payload: sound }));
  }
}

/** For people: what the task is about, in one line. */
export function titleOfTask({ type, payload }: LoneTask): string {
  return type === 'quality_gate'
    ? `${type}: ${payload.gate} on ${payload.branch}`
    : `${type}: ${payload.operation} ${payload.branch}`;
}

function readAs<Payload>(
  schema: z.ZodType<Payload>,
  payload: unknown,
  toTask: (payload: Payload) => SoundTask,
): PayloadReading {
  const read = schema.safeParse(payload);
  if (read.success) return { ok: true, task: toTask(read.data) };
  return { ok: false, fields: read.error.issues.flatMap(fieldsOf) };
}

function fieldsOf(issue: z.core.$ZodIssue): WrongField[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: `payload.${key}`, message: 'there is no such field' }));
  }
  return [{ path: ['payload', ...issue.path].join('.'), message: issue.message }];
}
