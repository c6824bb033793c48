import type { AuthorRole, Issue } from './issue.ts';
import { REVERTED_LABEL } from './marks.ts';
import { withoutComments, withoutHidden } from './references.ts';

/** A project's rules for what it lets the engine work on. */
export interface EligibilityRules {
  /** All of these must be on the issue. */
  readonly labelsRequired: readonly string[];
  /** None of these may be. */
  readonly labelsExcluded: readonly string[];
  /** Whose issues are worked on, by name or by role; both empty trust every author the platform lets in. */
  readonly authorsTrusted: readonly string[];
  readonly rolesTrusted: readonly AuthorRole[];
  /** One of these must be the issue's milestone; empty allows all, and none. */
  readonly milestones: readonly string[];
  /** How long an issue is left alone after it was opened, in milliseconds: its author may still be at it. */
  readonly ageMin: number;
  /** Whether an issue that a person has been assigned to is left alone. */
  readonly skipAssigned: boolean;
  /** Shortest body that can justify the work, in characters that its readers see. */
  readonly bodyMinLength: number;
  /**
   * What gives the reason for the work: a heading with words below it, or a label somebody put on. One of them is
   * enough; with both lists empty the body's length is.
   */
  readonly justification: { readonly headings: readonly string[]; readonly labels: readonly string[] };
  /** Whether an issue waits while another one that it names as blocking, or its platform does, is open. */
  readonly skipBlocked: boolean;
  /** Whether an issue is left alone that an open pull request closes. */
  readonly skipWithPullRequest: boolean;
  /** Whether an issue is left alone that asks for the same as an older open one. */
  readonly skipDuplicates: boolean;
}

/** What lies around an issue when it is judged; a step that judges again knows nothing of it. */
export interface Surroundings {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** Numbers of the open issues that block it. */
  readonly blockers: readonly number[];
  /** The open pull request that closes it, if there is one. */
  readonly pullRequest: { readonly number: number; readonly author: string } | null;
  /** Number of the older open issue that asks for the same. */
  readonly duplicateOf: number | null;
  /** How often it was begun anew because somebody edited it, since it was last merged. */
  readonly restarts: number;
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
  readonly around: Surroundings | null;
}

/** Times an issue is begun anew by itself because it was edited; then a person has to want it. */
export const RESTARTS_MAX = 3;

export interface Verdict {
  readonly eligible: boolean;
  /** Every rule that refused, as sentences; empty when eligible. */
  readonly reasons: readonly string[];
}

/** Whether a project lets an account have a say, by its name or by how it stands to the repository. */
export function trustsAuthor(
  { authorsTrusted, rolesTrusted }: Pick<EligibilityRules, 'authorsTrusted' | 'rolesTrusted'>,
  { author, authorKind, authorRole }: Pick<Issue, 'author' | 'authorKind' | 'authorRole'>,
): boolean {
  if (authorsTrusted.length === 0 && rolesTrusted.length === 0) return true;
  if (authorsTrusted.some((one) => isSameAccount(one, author))) return true;
  return authorKind === 'person' && rolesTrusted.includes(authorRole);
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
    if (trustsAuthor(rules, issue)) return null;
    return `its author "${issue.author}" (${issue.authorKind}, ${issue.authorRole}) is not trusted by this project`;
  },
  ({ issue, rules }) => {
    const { milestones } = rules;
    if (milestones.length === 0 || milestones.includes(issue.milestone ?? '')) return null;
    return issue.milestone === null
      ? `it has no milestone (wanted: ${quoteAll(milestones)})`
      : `its milestone is "${issue.milestone}" (wanted: ${quoteAll(milestones)})`;
  },
  ({ issue, rules, around }) => {
    if (around === null) return null;
    const readyMs = Date.parse(issue.createdAt) + rules.ageMin;
    return around.nowMs < readyMs ? `it is left alone until ${new Date(readyMs).toISOString()}` : null;
  },
  ({ issue, rules, self }) => {
    if (!rules.skipAssigned || issue.assignee === null || isSameAccount(issue.assignee, self)) return null;
    return `it is assigned to "${issue.assignee}"`;
  },
  ({ issue, rules }) => {
    const length = withoutComments(issue.body).trim().length;
    if (length >= rules.bodyMinLength) return null;
    return `its text has ${length} characters and justifies nothing (at least ${rules.bodyMinLength} are wanted)`;
  },
  ({ issue, rules }) => (isJustified(issue, rules.justification) ? null : describeJustification(rules)),
  ({ rules, around }) => {
    if (around === null || !rules.skipBlocked || around.blockers.length === 0) return null;
    return `it is blocked by ${around.blockers.map((number) => `#${number}`).join(', ')}`;
  },
  ({ rules, around }) => {
    if (around === null || !rules.skipWithPullRequest || around.pullRequest === null) return null;
    const { number, author } = around.pullRequest;
    return `pull request #${number} of "${author}" is open and closes it`;
  },
  ({ rules, around }) => {
    if (around === null || !rules.skipDuplicates || around.duplicateOf === null) return null;
    return `it asks for the same as #${around.duplicateOf}`;
  },
  ({ issue }) =>
    issue.labels.includes(REVERTED_LABEL)
      ? `its merge was reverted; take the label "${REVERTED_LABEL}" off to have it worked on again`
      : null,
  ({ around }) => {
    if (around === null || around.restarts <= RESTARTS_MAX) return null;
    return `it was edited while it was worked on ${around.restarts} times; a person has to ask for it now`;
  },
  ({ earlier, fingerprint }) => {
    if (earlier === null || earlier.fingerprint !== fingerprint) return null;
    return `workflow ${earlier.workflowId} ended as ${earlier.status} and the issue has not changed since`;
  },
];

/** A heading with words below it gives a reason; a heading alone, or one in a comment nobody sees, gives none. */
function isJustified({ body, labels }: Issue, { headings, labels: accepted }: Justification): boolean {
  if (headings.length === 0 && accepted.length === 0) return true;
  if (accepted.some((label) => labels.includes(label))) return true;
  const wanted = headings.map(plainHeading);
  const sections = withoutHidden(body)
    .split(/^ {0,3}#{1,6}[ \t]+/m)
    .slice(1);
  return sections.some((section) => {
    const [title = '', ...lines] = section.split('\n');
    const text = lines.join('\n').trim();
    return wanted.includes(plainHeading(title)) && text !== '' && text !== FORM_EMPTY;
  });
}

/** What GitHub writes below a question of an issue form that nobody answered. */
const FORM_EMPTY = '_No response_';
const HEADING_MAX = 200;

/** Case, and hashes or a colon at the end, make no other heading. */
function plainHeading(heading: string): string {
  return heading
    .slice(0, HEADING_MAX)
    .replace(/[#:\s]+$/, '')
    .trim()
    .toLowerCase();
}

type Justification = EligibilityRules['justification'];

function describeJustification({ justification: { headings, labels } }: EligibilityRules): string {
  const ways = [
    ...(headings.length === 0 ? [] : [`a section ${quoteAny(headings)}`]),
    ...(labels.length === 0 ? [] : [`the label ${quoteAny(labels)}`]),
  ];
  return `nothing justifies the work: it needs ${ways.join(', or ')}`;
}

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

/** Platforms take names of accounts in any case. */
function isSameAccount(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function quoteAll(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(', ');
}

function quoteAny(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(' or ');
}
