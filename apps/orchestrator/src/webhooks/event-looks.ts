/** What the leader looks at because of a delivery. */
type Look = 'issues' | 'comments' | 'changes';

const LOOKS: ReadonlyMap<string, readonly Look[]> = new Map([
  ['issues', ['issues']],
  ['label', ['issues']],
  ['milestone', ['issues']],
  ['issue_comment', ['comments']],
  ['pull_request', ['changes']],
  ['pull_request_review', ['changes']],
  ['pull_request_review_comment', ['changes']],
  ['check_run', ['changes']],
  ['check_suite', ['changes']],
  ['status', ['changes']],
  // The base branch moved: a change may have to be put onto it, and an earlier merge may have been taken back.
  ['push', ['changes', 'issues']],
]);

/** A pull request that comes, goes or says something else may be somebody's own answer to an issue. */
const PULL_REQUEST_NEWS = new Set(['opened', 'closed', 'reopened', 'edited']);

/** Empty for an event that concerns nobody here. */
export function looksOf({ event, action }: { readonly event: string; readonly action: string | null }) {
  const looks = LOOKS.get(event) ?? [];
  const isNews = event === 'pull_request' && action !== null && PULL_REQUEST_NEWS.has(action);
  return isNews ? [...looks, 'issues' as const] : looks;
}
