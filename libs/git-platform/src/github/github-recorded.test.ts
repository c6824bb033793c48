import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { gitPlatformContract, type PlatformFixture } from '../contract.ts';
import { createGitHubFixture } from './testing/github-fixture.ts';
import { LEFT_OUT_OF_RECORDINGS } from './testing/left-out.ts';
import { openApiSchema } from './testing/openapi.ts';
import { createOpenApiCheck } from './testing/openapi-check.ts';
import { RECORDED } from './testing/recording.ts';
import { OPENAPI, RECORDINGS, readAllRecordings, readRecording } from './testing/recording-file.ts';
import { createReplayer } from './testing/replayer.ts';

async function createFixture(test: string): Promise<PlatformFixture> {
  const recording = await readRecording(RECORDINGS, test);
  const replayer = createReplayer(recording);
  const personOf = (who: 'ours' | 'other') => ({
    login: recording[who],
    token: `token-of-${who}`,
    fetch: replayer.fetchAs(who),
  });
  const fixture = await createGitHubFixture({
    ...RECORDED,
    ours: personOf('ours'),
    other: personOf('other'),
  });
  return {
    ...fixture,
    [Symbol.asyncDispose]: async () => {
      await fixture[Symbol.asyncDispose]();
      expect(replayer.differences(), 'npm run record:github').to.deep.equal([]);
    },
  };
}

gitPlatformContract('github, recorded', createFixture, LEFT_OUT_OF_RECORDINGS);

/**
 * Where the recordings are not as GitHub is described, with the reason: the beginning of what the check says. They were
 * made with a stand-in.
 */
const DEVIATIONS: readonly { readonly problem: string; readonly why: string }[] = [
  {
    problem: 'POST /graphql: GitHub describes no such operation',
    why: 'the description is of the REST API; only drafts need the other one',
  },
  {
    problem: 'PUT /repos/{owner}/{repo}/collaborators/{username}: answer 201',
    why: 'the stand-in lets a collaborator in without an invitation, with an answer of its own; only the fixture asks',
  },
  {
    problem: "POST /user/repos: answer 201: must have required property 'network_count'",
    why: 'the stand-in counts no forks; only the fixture asks',
  },
  {
    problem: "POST /user/repos: answer 201: must have required property 'subscribers_count'",
    why: 'the stand-in has no subscribers; only the fixture asks',
  },
  {
    problem:
      "PATCH /repos/{owner}/{repo}/pulls/comments/{comment_id}: answer 200: must have required property '_links'",
    why: 'the stand-in leaves links out of a remark that was edited; nobody follows them',
  },
  {
    problem:
      'POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers: answer 201/labels/*/description: must be string',
    why: 'a label made by its name alone has no description, there as at GitHub',
  },
];

describe('recorded exchanges with GitHub', () => {
  it('are as its OpenAPI description has them, but for what is listed here', async () => {
    const recordings = await readAllRecordings(RECORDINGS);
    const openApi = openApiSchema.parse(JSON.parse(await readFile(OPENAPI, 'utf8')));
    const check = createOpenApiCheck(openApi);
    const problems = [...new Set(recordings.flatMap(({ exchanges }) => exchanges.flatMap(check)))];
    const isListed = (problem: string) => DEVIATIONS.some((one) => problem.startsWith(one.problem));
    expect(problems.filter((problem) => !isListed(problem)).toSorted()).to.deep.equal([]);
    const unmet = DEVIATIONS.filter((one) => !problems.some((problem) => problem.startsWith(one.problem)));
    expect(unmet, 'listed, and not met any more').to.deep.equal([]);
  });

  it('hold no token and name no machine', async () => {
    const texts = await Promise.all(
      (await readAllRecordings(RECORDINGS)).map((recording) => JSON.stringify(recording)),
    );
    for (const text of texts) expect(text).not.to.match(/gh[a-z]_\w{20}|github_pat_|127\.0\.0\.1|localhost:/);
  });
});
