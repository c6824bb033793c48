/** What GitHub answers, shaped as its documentation has it, as far as this adapter reads it. */

export const HEAD = 'a'.repeat(40);
export const BASE = 'b'.repeat(40);
export const MERGE = 'c'.repeat(40);

type Json = Readonly<Record<string, unknown>>;

export function pullRequestJson(overrides: Json = {}): Json {
  const repo = { id: 1, full_name: 'acme/till' };
  return {
    id: 70,
    number: 7,
    node_id: 'PR_7',
    html_url: 'https://github.test/acme/till/pull/7',
    state: 'open',
    title: 'Add it',
    body: 'What and why.',
    draft: false,
    user: { login: 'shipbot', type: 'User' },
    head: { ref: 'topic', sha: HEAD, label: 'acme:topic', repo },
    base: { ref: 'main', sha: BASE, label: 'acme:main', repo },
    labels: [],
    requested_reviewers: [],
    requested_teams: [],
    merged_at: null,
    merge_commit_sha: 'd'.repeat(40),
    mergeable: true,
    mergeable_state: 'clean',
    rebaseable: true,
    ...overrides,
  };
}

export function mergedJson(overrides: Json = {}): Json {
  const merged = { state: 'closed', merged_at: '2026-01-02T00:00:00Z', merge_commit_sha: MERGE };
  return pullRequestJson({ ...merged, mergeable: null, mergeable_state: 'unknown', ...overrides });
}

export function checkRunJson(overrides: Json = {}): Json {
  return {
    id: 41,
    name: 'test',
    status: 'completed',
    conclusion: 'success',
    html_url: 'https://github.test/acme/till/actions/runs/9/job/41',
    details_url: 'https://github.test/acme/till/actions/runs/9/job/41',
    output: { title: null, summary: null, text: null, annotations_count: 0 },
    check_suite: { id: 5 },
    app: { id: 15368, slug: 'github-actions' },
    ...overrides,
  };
}

export function workflowRunJson(overrides: Json = {}): Json {
  return {
    id: 9,
    name: 'CI',
    workflow_id: 3,
    event: 'pull_request',
    status: 'completed',
    conclusion: 'success',
    html_url: 'https://github.test/acme/till/actions/runs/9',
    run_attempt: 1,
    check_suite_id: 5,
    ...overrides,
  };
}

export function suiteJson(overrides: Json = {}): Json {
  return {
    id: 5,
    status: 'completed',
    conclusion: 'success',
    latest_check_runs_count: 1,
    app: { id: 15368, slug: 'github-actions' },
    ...overrides,
  };
}

export function reviewJson(overrides: Json = {}): Json {
  return {
    id: 80,
    user: { login: 'maria', type: 'User' },
    state: 'APPROVED',
    commit_id: HEAD,
    body: 'Fine.',
    submitted_at: '2026-01-01T10:00:00Z',
    ...overrides,
  };
}

export function remarkJson(overrides: Json = {}): Json {
  return {
    id: 90,
    user: { login: 'maria', type: 'User' },
    body: 'Round here.',
    path: 'src/price.js',
    line: 4,
    pull_request_review_id: 80,
    created_at: '2026-01-01T10:00:00Z',
    ...overrides,
  };
}

export function repositoryJson(overrides: Json = {}): Json {
  return { id: 1, full_name: 'acme/till', archived: false, default_branch: 'main', ...overrides };
}
