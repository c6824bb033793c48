import { expect } from 'chai';
import { type Exchange, RECORDED, type Recording } from './recording.ts';
import { createReplayer } from './replayer.ts';

const URL_OF_ISSUE = `${RECORDED.apiUrl}/repos/ada/contract/issues/1`;

function exchange(overrides: Partial<Exchange> = {}): Exchange {
  const request = { who: 'ours', method: 'GET', path: '/repos/ada/contract/issues/1', body: null } as const;
  const headers = { 'content-type': 'application/json' };
  return { ...request, status: 200, headers, answer: { title: 'one' }, ...overrides };
}

function recordingOf(...exchanges: Exchange[]): Recording {
  return { test: 'a test', ours: 'tamma', other: 'ada', exchanges };
}

async function titleFrom(response: Promise<Response>): Promise<unknown> {
  return await (await response).json();
}

describe('the replay of a recording', () => {
  it('gives the same request its answers in their order', async () => {
    const later = exchange({ answer: { title: 'two' } });
    const replayer = createReplayer(recordingOf(exchange(), later));
    const ask = () => titleFrom(replayer.fetchAs('ours')(URL_OF_ISSUE));
    expect([await ask(), await ask()]).to.deep.equal([{ title: 'one' }, { title: 'two' }]);
    expect(replayer.differences()).to.deep.equal([]);
  });

  it('names what was asked for and is not in it, even when nobody minds', async () => {
    const replayer = createReplayer(recordingOf());
    const body = JSON.stringify({ state: 'closed' });
    const attempt = replayer.fetchAs('ours')(URL_OF_ISSUE, { method: 'PATCH', body });
    const refusal = await attempt.then(
      () => 'answered',
      (error: Error) => error.message,
    );
    const request = 'PATCH /repos/ada/contract/issues/1 {"state":"closed"} by ours';
    expect(refusal).to.equal(`"a test" was recorded without ${request}`);
    expect(replayer.differences()).to.deep.equal([`not recorded: ${request}`]);
  });

  it('names what is in it and was not asked for', () => {
    const replayer = createReplayer(recordingOf(exchange({ who: 'other' })));
    expect(replayer.differences()).to.deep.equal([
      'never asked for: GET /repos/ada/contract/issues/1 by other',
    ]);
  });

  it('tells the two people, the bodies and the queries apart', async () => {
    const replayer = createReplayer(recordingOf(exchange({ path: '/repos/ada/contract/issues/1?page=2' })));
    const attempts = [
      replayer.fetchAs('ours')(URL_OF_ISSUE),
      replayer.fetchAs('other')(`${URL_OF_ISSUE}?page=2`),
      replayer.fetchAs('ours')(`${URL_OF_ISSUE}?page=2`, { body: '{}' }),
    ];
    const settled = await Promise.allSettled(attempts);
    expect(settled.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected', 'rejected']);
    expect(replayer.differences()).to.have.length(4);
  });

  it('gives answers without a body, and text that is no JSON', async () => {
    const gone = exchange({ method: 'DELETE', status: 204, headers: {}, answer: null });
    const log = exchange({ headers: { 'content-type': 'text/plain' }, answer: null, text: 'a log' });
    const replayer = createReplayer(recordingOf(gone, log));
    expect((await replayer.fetchAs('ours')(URL_OF_ISSUE, { method: 'DELETE' })).status).to.equal(204);
    expect(await (await replayer.fetchAs('ours')(URL_OF_ISSUE)).text()).to.equal('a log');
  });
});
