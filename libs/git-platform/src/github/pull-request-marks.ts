import { z } from 'zod';
import type { PullRequestMarks } from '../git-platform.ts';
import { pullRequestMissing } from '../platform-errors.ts';
import { askOrRefused, parseAnswer } from './answers.ts';
import { askGitHub } from './ask-github.ts';
import { type GitHubClient, placeOf } from './client.ts';
import { readRecord } from './pull-request-reads.ts';
import type { PullRequestRecord } from './pull-request-record.ts';
import { readPages } from './read-pages.ts';
import { readReviews } from './reviews.ts';

const EVENTS_PAGES_MAX = 5;

const issueEvent = z.object({
  event: z.string(),
  requested_reviewer: z.object({ login: z.string() }).nullish(),
  requested_team: z.object({ slug: z.string() }).nullish(),
});

/** Whom a review is asked of. */
interface Asked {
  readonly reviewers: readonly string[];
  readonly teams: readonly string[];
}

export async function markPullRequest(
  client: GitHubClient,
  number: number,
  marks: PullRequestMarks,
): Promise<void> {
  const record = await readRecord(client, number);
  if (record === null) throw pullRequestMissing(number);
  await addLabels(client, record, marks.labels);
  const wanted = await stillToAsk(client, record, marks);
  if (wanted.reviewers.length === 0 && wanted.teams.length === 0) return;
  if (await requestReviews(client, number, wanted)) return;
  // One that GitHub does not take keeps it from asking any of them.
  for (const one of oneByOne(wanted)) await requestReviews(client, number, one);
}

async function addLabels(
  client: GitHubClient,
  record: PullRequestRecord,
  wanted: readonly string[],
): Promise<void> {
  const labels = lackedBy(
    (record.labels ?? []).map(({ name }) => name),
    wanted,
  );
  if (labels.length === 0) return;
  await askGitHub(`label pull request ${record.number}`, () =>
    client.octokit.rest.issues.addLabels({ ...placeOf(client), issue_number: record.number, labels }),
  );
}

/** Nobody is asked twice: neither who reviewed, nor who was asked and taken off again by a person. */
async function stillToAsk(
  client: GitHubClient,
  record: PullRequestRecord,
  { reviewers, teamReviewers }: PullRequestMarks,
): Promise<Asked> {
  const author = record.user?.login ?? '';
  const asked = (record.requested_reviewers ?? []).map(({ login }) => login);
  const first = {
    reviewers: lackedBy([author, ...asked], reviewers),
    teams: lackedBy(
      (record.requested_teams ?? []).map(({ slug }) => slug),
      teamReviewers,
    ),
  };
  if (first.reviewers.length === 0 && first.teams.length === 0) return first;
  const earlier = await askedBefore(client, record.number);
  const { reviews } = await readReviews(client, record.number);
  const reviewed = reviews.map((review) => review.author);
  return {
    reviewers: lackedBy([...reviewed, ...earlier.reviewers], first.reviewers),
    teams: lackedBy(earlier.teams, first.teams),
  };
}

/** Nobody, on a server that tells no such events. */
async function askedBefore(client: GitHubClient, number: number): Promise<Asked> {
  const what = `show whom a review of pull request ${number} was asked of`;
  const { items } = await readPages(EVENTS_PAGES_MAX, async (page) => {
    const list = { ...placeOf(client), issue_number: number, ...page };
    const answer = await askOrRefused(what, [404], () => client.octokit.rest.issues.listEvents(list));
    return answer.ok ? parseAnswer(what, issueEvent.array(), answer.value.data) : [];
  });
  const requests = items.filter(({ event }) => event === 'review_requested');
  return {
    reviewers: requests.flatMap(({ requested_reviewer }) => requested_reviewer?.login ?? []),
    teams: requests.flatMap(({ requested_team }) => requested_team?.slug ?? []),
  };
}

/** False when GitHub does not take one of them, such as an account without access. */
async function requestReviews(
  client: GitHubClient,
  number: number,
  { reviewers, teams }: Asked,
): Promise<boolean> {
  const answer = await askOrRefused(`ask for reviews of pull request ${number}`, [422], () =>
    client.octokit.rest.pulls.requestReviewers({
      ...placeOf(client),
      pull_number: number,
      reviewers: [...reviewers],
      team_reviewers: [...teams],
    }),
  );
  return answer.ok;
}

function oneByOne({ reviewers, teams }: Asked): readonly Asked[] {
  if (reviewers.length + teams.length < 2) return [];
  return [
    ...reviewers.map((reviewer) => ({ reviewers: [reviewer], teams: [] })),
    ...teams.map((team) => ({ reviewers: [], teams: [team] })),
  ];
}

/** Those that are wanted and not there, each once; GitHub takes no notice of case in names. */
function lackedBy(present: readonly string[], wanted: readonly string[]): string[] {
  const known = new Set(present.map((name) => name.toLowerCase()));
  const lacking: string[] = [];
  for (const name of wanted) {
    if (known.has(name.toLowerCase())) continue;
    known.add(name.toLowerCase());
    lacking.push(name);
  }
  return lacking;
}
