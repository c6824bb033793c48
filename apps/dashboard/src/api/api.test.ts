import type { RelayedEvent } from '@tamma/contracts';
import { expect } from 'chai';
import { createApi } from './api.ts';
import { createHttp } from './http.ts';

function bench(answer: (url: URL) => unknown) {
  const asked: string[] = [];
  const fetch = async (path: string | URL | Request): Promise<Response> => {
    asked.push(String(path));
    return new Response(JSON.stringify(answer(new URL(String(path), 'http://here'))));
  };
  return { asked, api: createApi(createHttp({ fetch, onSignedOut: () => {} })) };
}

const entry = (place: number): RelayedEvent => ({
  offset: `1-${place}`,
  event: { id: `e${place}`, type: 'X.Y.Z', at: '', data: {} },
});

describe('the API', () => {
  it('reads events page by page, each from where the last one ended', async () => {
    const log = Array.from({ length: 1200 }, (_, place) => entry(place + 1));
    const { asked, api } = bench(({ searchParams }) => {
      const since = Number(searchParams.get('since')?.split('-')[1] ?? 0);
      const items = log.slice(since, since + Number(searchParams.get('limit')));
      return { items, next: items.at(-1)?.offset ?? null };
    });
    expect(await api.events('a/b', null)).to.deep.equal(log);
    expect(asked).to.deep.equal([
      '/api/v1/events?workflowId=a%2Fb&limit=500',
      '/api/v1/events?workflowId=a%2Fb&limit=500&since=1-500',
      '/api/v1/events?workflowId=a%2Fb&limit=500&since=1-1000',
    ]);
  });

  it('does not read on without end', async () => {
    const page = Array.from({ length: 500 }, (_, place) => entry(place));
    const { asked, api } = bench(() => ({ items: page, next: '1-1' }));
    await api.events('x', null);
    expect(asked).to.have.length(20);
  });

  it('puts ids into addresses so that they stay ids', async () => {
    const { asked, api } = bench(() => ({ workflowId: 'x', changed: true, message: '' }));
    await api.control('../../admin?x=#', { verb: 'cancel', reason: 'why' });
    expect(asked).to.deep.equal(['/api/v1/workflows/..%2F..%2Fadmin%3Fx%3D%23/cancel']);
  });

  it('tells a workflow what its verb wants to know, and nothing else', async () => {
    const bodies: unknown[] = [];
    const fetch = async (_: unknown, init: RequestInit = {}): Promise<Response> => {
      bodies.push(JSON.parse(String(init.body)));
      return new Response(JSON.stringify({ workflowId: 'x', changed: true, message: '' }));
    };
    const api = createApi(createHttp({ fetch, onSignedOut: () => {} }));
    await api.control('x', { verb: 'skip', step: 'code-review', reason: 'why' });
    await api.control('x', { verb: 'priority', score: 7, reason: 'why' });
    expect(bodies).to.deep.equal([
      { step: 'code-review', reason: 'why' },
      { score: 7, reason: 'why' },
    ]);
  });
});
