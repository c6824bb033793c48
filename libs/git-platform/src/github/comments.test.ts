import { expect } from 'chai';
import { refusalOf } from '../contract.ts';
import { createCommentWriter } from './comments.ts';
import { listComments, listIssueComments } from './list-comments.ts';
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

  it('are looked at again after a minute: another of us may have written something else since', async () => {
    const { github, comments } = conversation();
    const clock = { ms: 0 };
    const ensure = createCommentWriter(github.client, () => clock.ms);
    await ensure(7, 'm', 'running');
    await createCommentWriter(github.client)(7, 'm', 'paused');
    clock.ms = 60_000;
    await ensure(7, 'm', 'running');
    expect(comments).to.deep.equal([{ id: 50, login: 'ShipBot', body: `running${MARK}` }]);
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

const timeOf = (second: number) => new Date(Date.UTC(2026, 0, 2) + second * 1000).toISOString();

function changedAt(index: number, second: number = index) {
  return commentJson({ id: index + 1, updated_at: timeOf(second) });
}

/** A list by time of change that answers as GitHub does; `change` is told how often it was asked. */
function listing(all: Record<string, unknown>[], change: (calls: number) => void = () => {}) {
  let asked = 0;
  return scriptedGitHub({
    'GET /issues/comments': ({ query }) => {
      const since = Date.parse(query.get('since') ?? '');
      const from = (Number(query.get('page') ?? 1) - 1) * 100;
      const json = all
        .filter(({ updated_at }) => Date.parse(String(updated_at)) >= since)
        .slice(from, from + 100);
      asked += 1;
      change(asked);
      return { json };
    },
  });
}

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
      authorRole: 'none',
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
    const { client, calls } = listing(Array.from({ length: 3000 }, (_, index) => changedAt(index)));
    const comments = await listComments(client, '2026-01-01T00:00:00Z');
    expect(calls).to.have.length(20);
    expect(comments).to.have.length(20 * 98 + 2);
  });

  it('are all listed, each once, also while some are edited or deleted', async () => {
    const all = Array.from({ length: 250 }, (_, index) => changedAt(index));
    const { client } = listing(all, (calls) => {
      if (calls === 1) all.splice(3, 1);
      if (calls === 2) all.push({ ...all[0], id: 1, updated_at: timeOf(900), body: 'edited' });
      if (calls === 2) all.shift();
    });
    const ids = (await listComments(client, '2026-01-01T00:00:00Z')).map(({ id }) => Number(id));
    const expected = Array.from({ length: 249 }, (_, index) => index + 2);
    expect(ids).to.deep.equal([...expected, 1]);
  });

  it('are all listed when more of them than a page has were changed in one second', async () => {
    const { client } = listing(
      Array.from({ length: 350 }, (_, index) => changedAt(index, index < 300 ? 5 : index)),
    );
    expect(await listComments(client, timeOf(5))).to.have.length(350);
  });

  it('are listed below one issue, with how their author stands to the repository', async () => {
    const json = [commentJson(), commentJson({ id: 32, author_association: 'MEMBER' }), { id: 'odd' }];
    const github = scriptedGitHub({ [LIST]: { json } });

    const comments = await listIssueComments(github.client, 7);

    expect(comments.map(({ id, authorRole }) => [id, authorRole])).to.deep.equal([
      ['31', 'none'],
      ['32', 'member'],
    ]);
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
