type Json = Readonly<Record<string, unknown>>;

/** Issue 7 of acme/till as the API gives it, as far as this adapter reads it. */
export function issueJson(overrides: Json = {}): Json {
  return {
    number: 7,
    title: 'It breaks',
    body: 'How and when.',
    state: 'open',
    labels: [],
    user: { login: 'ada', type: 'User' },
    author_association: 'OWNER',
    assignees: [],
    milestone: null,
    locked: false,
    created_at: '2026-01-01T00:00:00Z',
    repository_url: 'https://api.github.test/repos/acme/till',
    ...overrides,
  };
}

export function commentJson(overrides: Json = {}): Json {
  return {
    id: 31,
    body: 'Looks good.',
    user: { login: 'ada', type: 'User' },
    issue_url: 'https://api.github.test/repos/acme/till/issues/7',
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-02T00:00:00Z',
    ...overrides,
  };
}
