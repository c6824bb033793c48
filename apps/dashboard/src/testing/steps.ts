import { PHASE_OF_STEP } from '@tamma/contracts';
import type { Capability, OrderKind, StepOutline } from '@tamma/domain';

export const CAPABILITY_OF_STEP = {
  'issue-intake': 'git',
  clarification: 'ai',
  'context-research': 'code',
  'plan-generation': 'ai',
  'plan-approval': 'approval',
  'branch-setup': 'git',
  'code-generation': 'code',
  'build-gate': 'build',
  'test-gate': 'test',
  'security-gate': 'security',
  'code-review': 'ai',
  'pull-request': 'git',
  'merge-approval': 'approval',
  'merge-and-close': 'git',
} as const satisfies Record<keyof typeof PHASE_OF_STEP, Capability>;
export type StepId = keyof typeof CAPABILITY_OF_STEP;

const ALLOWED: Partial<Readonly<Record<StepId, readonly OrderKind[]>>> = {
  clarification: ['skip'],
  'context-research': ['skip'],
  'build-gate': ['override'],
  'test-gate': ['override'],
  'security-gate': ['override'],
  'code-review': ['skip', 'override'],
};

const isStep = (id: string): id is StepId => id in CAPABILITY_OF_STEP;
export const STEP_IDS: readonly StepId[] = Object.keys(CAPABILITY_OF_STEP).filter(isStep);
export const STEPS: StepOutline[] = STEP_IDS.map((id) => ({
  id,
  phase: PHASE_OF_STEP[id],
  capability: CAPABILITY_OF_STEP[id],
  allow: ALLOWED[id] ?? [],
}));
