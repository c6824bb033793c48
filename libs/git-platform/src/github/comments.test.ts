import { expect } from 'chai';
import { refusalOf } from '../contract.ts';
import { createCommentWriter, listComments } from './comments.ts';
import { react } from './reactions.ts';
import { commentJson } from './testing/issue-records.ts';
import { type ScriptedGitHub, scriptedGitHub } from './testing/scripted-github.ts';

const MISSING = { status: 404, json: { message: 'Not Found' } };
const HERE = { json: { id: 1, full_name: 'acme/till', archived: false, default_branch: 'main' } };
const MARK = '\n\n<!-- m -->';
const LIST = 'GET /issues/7/comments';
const CREATE = 'POST /issues/7/comments';

interface Kept {
  readonly id: number;
  readonly login: string;
  body: string;
}

/** Issue 7 with its comments, which can be written, edited and deleted. */
function conversation(...kept: readonly Kept[]): {
  readonly github: ScriptedGitHub;
  readonly comments: Kept[];
} {
  const comments = [...kept];
  const bodyOf = (body: unknown) => String(Object(body).body);
  const one = (id: number) => ({
    [`PATCH /issues/comments/${id}`]: ({ body }: { readonly body: unknown }) => {
      const found = comments.find((comment) => comment.id === id);
      if (found === undefined) return MISSING;
      found.body = bodyOf(body);
      return { json: {} };
    },
    [`DELETE /issues/comments/${id}`]: () => {
      const at = comments.findIndex((comment) => comment.id === id);
      if (at < 0) return MISSING;
      comments.splice(at, 1);
      return { status: 204 };
    },
  });
  const github = scriptedGitHub({
    [LIST]: () => ({ json: comments.map(({ id, login, body }) => ({ id, body, user: { login } })) }),
    [CREATE]: ({ body }) => {
      const id = 50 + comments.length;
      comments.push({ id, login: 'ShipBot', body: bodyOf(body) });
      return { status: 201, json: { id } };
    },
    'GET /': HERE,
    ...Object.assign({}, ...[31, 32, 50, 51, 52, 53].map(one)),
  });
  return { github, comments };
}

describe('our comments on GitHub', () => {
  it('are written once, edited in one call, and left alone when nothing changed', async () => {
    const { github, comments } = conversation();
    const ensure = createCommentWriter(github.client);
    await ensure(7, 'm', 'I began.\n');
    await ensure(7, 'm', 'I began.');
    await ensure(7, 'm', 'I ended.');
    expect(comments).to.deep.equal([{ id: 50, login: 'ShipBot', body: `I ended.${MARK}` }]);
    expect(github.routes()).to.deep.equal([LIST, CREATE, LIST, 'PATCH /issues/comments/50']);
  });

  it('are found again by author and marker, and nobody else can forge one', async () => {
    const { github, comments } = conversation(
      { id: 31, login: 'mallory', body: `mine${MARK}` },
      { id: 32, login: 'shipbot', body: `old${MARK}\n` },
    );
    await createCommentWriter(github.client)(7, 'm', 'new');
    expect(comments.map(({ body }) => body)).to.deep.equal([`mine${MARK}`, `new${MARK}`]);
    expect(github.routes()).to.deep.equal([LIST, 'PATCH /issues/comments/32']);
  });

  it('lose a younger twin that another process wrote at the same time', async () => {
    const { github, comments } = conversation();
    const writers = [1, 2, 3].map(() => createCommentWriter(github.client));
    await Promise.all(writers.map((ensure) => ensure(7, 'm', 'once')));
    expect(comments).to.deep.equal([{ id: 50, login: 'ShipBot', body: `once${MARK}` }]);
  });

  it('lose twins that were left behind, and one that the list does not show yet', async () => {
    const twins = [31, 32].map((id) => ({ id, login: 'shipbot', body: `old${MARK}` }));
    const { github, comments } = conversation(...twins);
    await createCommentWriter(github.client)(7, 'm', 'new');
    expect(comments).to.deep.equal([{ id: 31, login: 'shipbot', body: `new${MARK}` }]);
    const stale = scriptedGitHub({
      [LIST]: [{ json: [] }, { json: [{ id: 31, body: `new${MARK}`, user: { login: 'shipbot' } }] }],
      [CREATE]: { status: 201, json: { id: 50 } },
      'DELETE /issues/comments/50': { status: 204 },
    });
    await createCommentWriter(stale.client)(7, 'm', 'new');
    expect(stale.routes().at(-1)).to.equal('DELETE /issues/comments/50');
  });

  it('are written anew when somebody deleted them', async () => {
    const { github, comments } = conversation();
    const ensure = createCommentWriter(github.client);
    await ensure(7, 'm', 'one');
    comments.splice(0);
    await ensure(7, 'm', 'two');
    expect(comments.map(({ body }) => body)).to.deep.equal([`two${MARK}`]);
  });

  it('fit what GitHub takes, with their marker', async () => {
    const { github, comments } = conversation();
    await createCommentWriter(github.client)(7, 'm', 'x'.repeat(100_000));
    const [{ body } = { body: '' }] = comments;
    expect(body).to.have.length(65_536);
    expect(body.endsWith(`[cut: it has 100000 characters]${MARK}`)).to.equal(true);
  });

  it('need an issue, and a failure of one keeps the next from nothing', async () => {
    const github = scriptedGitHub({
      [LIST]: [MISSING, { json: [] }],
      [CREATE]: { status: 201, json: { id: 9 } },
      'GET /': HERE,
    });
    const ensure = createCommentWriter(github.client);
    const [first, second] = [ensure(7, 'm', 'text'), ensure(7, 'm', 'text')];
    expect(await refusalOf(first)).to.include({ code: 'ISSUE_MISSING', class: 'validation' });
    await second;
    expect(github.bodiesOf(CREATE)).to.have.length(1);
  });
});

describe('comments of a repository on GitHub', () => {
  it('are listed from a time on, in order of change, with who wrote them', async () => {
    const github = scriptedGitHub({
      'GET /issues/comments': {
        json: [
          commentJson(),
          commentJson({ id: 32, user: { login: 'ci[bot]', type: 'Bot' }, body: null }),
          commentJson({ id: 33, user: null }),
          { id: 'odd' },
        ],
      },
    });
    const comments = await listComments(github.client, '2026-01-01T00:00:00Z');
    expect(comments[0]).to.deep.equal({
      id: '31',
      issue: 7,
      author: 'ada',
      authorKind: 'person',
      body: 'Looks good.',
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-02T00:00:00.000Z',
    });
    expect(comments.slice(1).map(({ author, authorKind }) => [author, authorKind])).to.deep.equal([
      ['ci[bot]', 'bot'],
      ['ghost', 'person'],
    ]);
    expect(Object.fromEntries(github.calls[0]?.query ?? [])).to.deep.equal({
      since: '2026-01-01T00:00:00Z',
      sort: 'updated',
      direction: 'asc',
      per_page: '100',
    });
  });

  it('are listed up to a limit; the last one tells where to go on', async () => {
    const next = { link: '<https://api.github.test/repos/acme/till/issues/comments?page=2>; rel="next"' };
    const github = scriptedGitHub({ 'GET /issues/comments': { headers: next, json: [commentJson()] } });
    expect(await listComments(github.client, '2026-01-01T00:00:00Z')).to.have.length(20);
  });

  it('get our reaction, unless they are gone', async () => {
    const path = 'POST /issues/comments/31/reactions';
    const github = scriptedGitHub({
      [path]: [{ status: 201 }, { status: 200 }, { status: 201 }, MISSING],
      'GET /': HERE,
    });
    const comment = { id: '31', issue: 7 };
    for (const reaction of ['seen', 'done', 'refused', 'seen'] as const)
      await react(github.client, comment, reaction);
    expect(github.bodiesOf(path)).to.deep.equal([
      { content: 'eyes' },
      { content: '+1' },
      { content: 'confused' },
      { content: 'eyes' },
    ]);
  });
});
