import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What heads that were claimed before do not say, as the defaults were when these settings came. */
const PROJECT_DEFAULTS = {
  pullRequest: {
    title: '{title} (#{issue})',
    labels: [],
    reviewers: [],
    teamReviewers: [],
    draft: true,
  },
  merge: { method: 'merge', deleteBranch: true },
  ci: { deadline: 7_200_000, recheck: 30_000, grace: 60_000, rerunOnce: true },
  reviews: { required: 0, deadline: 604_800_000, recheck: 60_000, settle: 60_000 },
  people: { view: 'triage', operate: 'write', approve: 'write' },
  onEdit: 'restart',
};
const ELIGIBILITY_DEFAULTS = {
  rolesTrusted: [],
  milestones: [],
  ageMin: 0,
  justification: { headings: [], labels: [] },
  skipBlocked: true,
  skipWithPullRequest: true,
  skipDuplicates: true,
};
const ISSUE_DEFAULTS = {
  authorKind: 'person',
  authorRole: 'none',
  milestone: null,
  isLocked: false,
  blockedBy: [],
};

const json = (value: object) => `'${JSON.stringify(value)}'::jsonb`;

const STATEMENTS = [
  // Ids and names come from outside: an index takes 2,700 bytes, and nothing honest comes near these lengths.
  `create table tamma.deliveries (
    id text primary key check (length(id) <= 200),
    place bigint not null generated always as identity,
    project text not null,
    event text not null check (length(event) <= 100),
    action text check (length(action) <= 100),
    number bigint,
    received_at timestamptz not null,
    handled_at timestamptz
  )`,
  // In the order in which they were stored: the clocks of those who received them may disagree.
  'create index deliveries_unhandled on tamma.deliveries (place) where handled_at is null',
  'create index deliveries_handled on tamma.deliveries (handled_at) where handled_at is not null',

  `create table tamma.look_cursors (
    project text not null,
    look text not null,
    cursor text not null,
    primary key (project, look)
  )`,

  `create table tamma.comment_commands (
    project text not null,
    comment text not null check (length(comment) <= 200),
    issue bigint not null,
    given_by text not null,
    command text not null,
    begun_at timestamptz not null default clock_timestamp(),
    begun_times integer not null default 1,
    result text,
    finished_at timestamptz,
    primary key (project, comment)
  )`,

  // Written again at each look: with room beside it the new version of a row needs no new place in the index.
  `create table tamma.issue_verdicts (
    project text not null,
    issue bigint not null,
    title text not null,
    eligible boolean not null,
    reasons jsonb not null,
    score double precision,
    since timestamptz not null,
    judged_at timestamptz not null,
    primary key (project, issue)
  ) with (fillfactor = 70)`,

  `update tamma.claims set head = head || jsonb_build_object(
      'issue', ${json(ISSUE_DEFAULTS)} || (head -> 'issue'),
      'project', ${json(PROJECT_DEFAULTS)} || (head -> 'project') || jsonb_build_object(
        'eligibility', ${json(ELIGIBILITY_DEFAULTS)} || (head -> 'project' -> 'eligibility')
      )
    )
    where closed_at is null`,
  `update tamma.claims
    set head = jsonb_set(head, '{project,gates,patch,protectedPaths}', '[]')
    where closed_at is null and head #> '{project,gates,patch}' is not null
      and head #> '{project,gates,patch,protectedPaths}' is null`,
];

export const platform: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
