import type { Issue } from './issue.ts';

/** A project's rules for what it lets the engine work on. */
export interface EligibilityRules {
  /** All of these must be on the issue. */
  readonly labelsRequired: readonly string[];
  /** None of these may be. */
  readonly labelsExcluded: readonly string[];
  /** Who may set work going; empty trusts every author the platform lets in. */
  readonly authorsTrusted: readonly string[];
  /** Whether an issue that a person has been assigned to is left alone. */
  readonly skipAssigned: boolean;
  /** Shortest body that can justify the work, in characters. */
  readonly bodyMinLength: number;
}

/** The last workflow of this issue that ended without a merge. */
export interface EarlierWorkflow {
  readonly workflowId: string;
  readonly status: 'completed' | 'failed' | 'cancelled';
  /** What `issueFingerprint` said when it began. */
  readonly fingerprint: string;
}

export interface EligibilityQuestion {
  readonly issue: Issue;
  readonly rules: EligibilityRules;
  readonly fingerprint: string;
  /** The account the engine works under; being assigned to it does not count as taken. */
  readonly self: string;
  readonly earlier: EarlierWorkflow | null;
}

export interface Verdict {
  readonly eligible: boolean;
  /** Every rule that refused, as sentences; empty when eligible. */
  readonly reasons: readonly string[];
}

type Rule = (question: EligibilityQuestion) => string | null;

const RULES: readonly Rule[] = [
  ({ issue }) => (issue.state === 'open' ? null : 'the issue is closed'),
  ({ issue, rules }) => {
    const missing = rules.labelsRequired.filter((label) => !issue.labels.includes(label));
    return missing.length === 0 ? null : `it lacks the required label ${quoteAll(missing)}`;
  },
  ({ issue, rules }) => {
    const present = rules.labelsExcluded.filter((label) => issue.labels.includes(label));
    return present.length === 0 ? null : `it has the excluded label ${quoteAll(present)}`;
  },
  ({ issue, rules }) => {
    if (rules.authorsTrusted.length === 0 || rules.authorsTrusted.includes(issue.author)) return null;
    return `its author "${issue.author}" is not trusted by this project`;
  },
  ({ issue, rules, self }) => {
    if (!rules.skipAssigned || issue.assignee === null || issue.assignee === self) return null;
    return `it is assigned to "${issue.assignee}"`;
  },
  ({ issue, rules }) => {
    const length = issue.body.trim().length;
    if (length >= rules.bodyMinLength) return null;
    return `its text has ${length} characters and justifies nothing (at least ${rules.bodyMinLength} are wanted)`;
  },
  ({ earlier, fingerprint }) => {
    if (earlier === null || earlier.fingerprint !== fingerprint) return null;
    return `workflow ${earlier.workflowId} ended as ${earlier.status} and the issue has not changed since`;
  },
];

/** Judges an issue against every rule, so that the answer to "why not" is complete. */
export function judgeEligibility(question: EligibilityQuestion): Verdict {
  const reasons = RULES.map((rule) => rule(question)).filter((reason) => reason !== null);
  return { eligible: reasons.length === 0, reasons };
}

/** The text whose change makes an issue a new request: what the author and the triage wrote, not our own marks. */
export function issueFingerprintSource(issue: Issue, ownLabels: readonly string[]): string {
  const labels = issue.labels.filter((label) => !ownLabels.includes(label)).toSorted();
  return JSON.stringify([issue.title, issue.body, labels]);
}

function quoteAll(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(', ');
}
