import { type Capability, GATES } from '@tamma/domain';
import { z } from 'zod';

/** What can be submitted on its own, and needs no issue. `workflow` starts the workflow of an issue instead. */
export const TASK_TYPES = ['workflow', 'quality_gate', 'git_operation'] as const;
export type TaskType = (typeof TASK_TYPES)[number];

const project = z.string().min(1).max(100);
/** What git takes for a name of a branch, kept to what needs no quoting anywhere. */
const BRANCH = /^(?!HEAD$)(?!.*(\.\.|\/[./]|\.lock(\/|$)))[A-Za-z0-9][A-Za-z0-9._/-]*(?<![./])$/;
const branch = z.string().max(200).regex(BRANCH, 'expected the name of a branch');
const commit = z.string().regex(/^[0-9a-f]{40}$/, 'expected a full commit id');

export const workflowTaskSchema = z.strictObject({ project, issue: z.int().positive() });
/** Runs one gate of the project on the head of a branch. */
export const gateTaskSchema = z.strictObject({ project, gate: z.enum(GATES), branch });
export const gitTaskSchema = z.discriminatedUnion('operation', [
  z.strictObject({ project, operation: z.literal('create-branch'), branch, commit }),
  /** Only while its head is that commit. */
  z.strictObject({ project, operation: z.literal('delete-branch'), branch, commit }),
]);
export type GateTask = z.infer<typeof gateTaskSchema>;
export type GitTask = z.infer<typeof gitTaskSchema>;

/** The types that become one task of their own, with the code that carries them out. */
export const TASK_HANDLERS = { quality_gate: 'quality-gate', git_operation: 'git-operation' } as const;
export type TaskHandlerName = (typeof TASK_HANDLERS)[keyof typeof TASK_HANDLERS];

/** The queue a task goes to. */
export function capabilityOfTask(
  type: 'quality_gate' | 'git_operation',
  payload: { readonly gate?: unknown },
): Capability {
  if (type === 'git_operation') return 'git';
  return GATES.find((gate) => gate === payload.gate) ?? 'build';
}
