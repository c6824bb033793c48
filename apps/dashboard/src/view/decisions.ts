import type { ApprovalView } from '@tamma/contracts';
import type { ArtifactName, Permission } from '@tamma/domain';

type Kind = ApprovalView['kind'];
export type Choice = ApprovalView['decisions'][number];

/** How one choice is offered. */
export interface ChoiceWords {
  readonly label: string;
  /** To be read before "by ada". */
  readonly done: string;
  /** What follows from it, to be read before. */
  readonly consequence: string;
  readonly weight: 'main' | 'plain' | 'danger';
}

export const CHOICES: Readonly<Record<Choice, ChoiceWords>> = {
  approve: { label: 'Approve', done: 'approved', consequence: 'The workflow goes on.', weight: 'main' },
  edit: {
    label: 'Send back',
    done: 'sent back',
    consequence: 'The plan is written anew with your comment, and then asked about again.',
    weight: 'plain',
  },
  reject: {
    label: 'Reject',
    done: 'rejected',
    consequence: 'The workflow is cancelled and the issue released. A pull request stays open.',
    weight: 'danger',
  },
  answer: {
    label: 'Answer',
    done: 'answered',
    consequence: 'The step that asked runs again with your answer.',
    weight: 'main',
  },
  retry: {
    label: 'Try again',
    done: 'tried again',
    consequence: 'The failed step runs again with all its attempts.',
    weight: 'main',
  },
  override: {
    label: 'Override',
    done: 'overridden',
    consequence: 'The gate is shown as overridden for this very commit, never as passed.',
    weight: 'danger',
  },
  skip: {
    label: 'Skip the step',
    done: 'skipped',
    consequence: 'The workflow goes on without this step.',
    weight: 'danger',
  },
  cancel: {
    label: 'Cancel workflow',
    done: 'cancelled',
    consequence: 'The workflow ends and the issue is released. A pull request stays open.',
    weight: 'danger',
  },
};

interface KindWords {
  readonly noun: string;
  readonly asks: string;
  /** What the words are for. */
  readonly field: string;
}

export const KIND_WORDS: Readonly<Record<Kind, KindWords>> = {
  plan: { noun: 'Plan', asks: 'wants its plan approved', field: 'Comment' },
  merge: { noun: 'Merge', asks: 'wants its merge approved', field: 'Comment' },
  question: { noun: 'Question', asks: 'asks a question', field: 'Your answer' },
  escalation: { noun: 'Escalation', asks: 'cannot go on without you', field: 'Why' },
};

/** What to open first: the thing that is decided about. */
const SUBJECTS: Readonly<Record<Kind, readonly ArtifactName[]>> = {
  plan: ['PLAN.md'],
  merge: ['change.patch', 'CHANGES.md'],
  question: ['TASK.md'],
  escalation: ['BUGS.md', 'test.log', 'build.log', 'security.log'],
};

export function firstArtifact({
  kind,
  artifacts,
}: Pick<ApprovalView, 'kind' | 'artifacts'>): ArtifactName | null {
  return SUBJECTS[kind].find((name) => artifacts.includes(name)) ?? artifacts[0] ?? null;
}

const ORDER: readonly Choice[] = [
  'approve',
  'answer',
  'retry',
  'edit',
  'skip',
  'override',
  'reject',
  'cancel',
];

/** What is offered, from what helps to what ends it. */
export function orderChoices(choices: readonly Choice[]): readonly Choice[] {
  return ORDER.filter((choice) => choices.includes(choice));
}

/** What follows from a choice about that. */
export function consequenceOf(choice: Choice, kind: Kind): string {
  return choice === 'edit' && kind === 'merge' ? MERGE_SENT_BACK : CHOICES[choice].consequence;
}

const MERGE_SENT_BACK =
  'The change is made anew with your comment, judged by every gate again, and then asked about.';

/** What somebody must be allowed to choose it. An override is an approval. */
export function permissionOf(choice: Choice): Permission {
  return OPERATED.has(choice) ? 'operate' : 'approve';
}

const OPERATED: ReadonlySet<Choice> = new Set(['retry', 'skip', 'cancel']);

const MISSING: Partial<Readonly<Record<Choice, string>>> = {
  answer: 'Write the answer first.',
  edit: 'Write what is to be different.',
  retry: 'Write why; it is kept with the decision.',
  skip: 'Write why; it is kept with the decision.',
  override: 'Write why; it is kept with the decision.',
  cancel: 'Write why; it is kept with the decision.',
};

/** What has to be written before this can be chosen; null when the words are there, or none are needed. */
export function wordsMissingFor(choice: Choice, words: string): string | null {
  return words.trim() === '' ? (MISSING[choice] ?? null) : null;
}
