import { expect } from 'chai';
import { z } from 'zod';
import { ApiError } from './api-error.ts';
import { createHttp } from './http.ts';

const schema = z.object({ name: z.string() });

function bench(answer: () => Response | Promise<Response>) {
  const requests: (readonly [string, RequestInit | undefined])[] = [];
  let signedOut = 0;
  const http = createHttp({
    fetch: async (path, init) => {
      requests.push([String(path), init]);
      return answer();
    },
    onSignedOut: () => {
      signedOut += 1;
    },
  });
  return { http, requests, signedOut: () => signedOut };
}

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

async function failureOf(work: Promise<unknown>): Promise<ApiError> {
  const thrown = await work.catch((error: unknown) => error);
  if (thrown instanceof ApiError) return thrown;
  throw new Error(`expected an ApiError, got ${String(thrown)}`);
}

describe('requests', () => {
  it('give what the contract promises', async () => {
    const { http, requests } = bench(() => json({ name: 'ada', more: 1 }));
    expect(await http.get('/x', schema)).to.deep.equal({ name: 'ada' });
    expect(await http.post('/x', { a: 1 }, schema)).to.deep.equal({ name: 'ada' });
    expect(requests[1]?.[1]?.body).to.equal('{"a":1}');
  });

  it('say what the server said against them, field by field', async () => {
    const { http } = bench(() =>
      json(
        {
          type: 'about:blank',
          title: 'Invalid',
          status: 400,
          errors: [{ path: 'reason', message: 'expected words' }],
        },
        400,
      ),
    );
    const error = await failureOf(http.get('/x', schema));
    expect(error.message).to.equal('reason: expected words');
    expect(error.fields).to.have.length(1);
  });

  it('prefer the detail, and make do with a status', async () => {
    const detailed = bench(() =>
      json({ type: '', title: 'Conflict', status: 409, detail: 'ada was faster' }, 409),
    );
    expect((await failureOf(detailed.http.get('/x', schema))).message).to.equal('ada was faster');
    const bare = bench(() => new Response('<html>', { status: 502 }));
    expect((await failureOf(bare.http.get('/x', schema))).message).to.equal('the orchestrator answered 502');
  });

  it('tell of a session that ended', async () => {
    const { http, signedOut } = bench(() => json({}, 401));
    expect((await failureOf(http.get('/x', schema))).status).to.equal(401);
    expect(signedOut()).to.equal(1);
  });

  it('fail in words when nobody answers, or nobody can read the answer', async () => {
    const silent = bench(() => Promise.reject(new TypeError('fetch failed')));
    expect(await failureOf(silent.http.get('/x', schema))).to.include({
      message: 'the orchestrator does not answer',
      status: null,
    });
    for (const body of ['not json', '{"name":1}']) {
      const odd = bench(() => new Response(body));
      expect((await failureOf(odd.http.get('/x', schema))).message).to.equal(
        'the answer to /x cannot be read',
      );
    }
  });

  it('take a report that comes with 503', async () => {
    const { http } = bench(() => json({ name: 'degraded' }, 503));
    expect(await http.getWhateverStatus('/health', schema)).to.deep.equal({ name: 'degraded' });
  });
});
