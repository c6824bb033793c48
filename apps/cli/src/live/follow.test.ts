import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { createApi } from '../api/api.ts';
import { createHttp } from '../api/http.ts';
import { type FakeServer, startFakeServer } from '../testing/fake-server.ts';
import { createFollow, type FollowDeps } from './follow.ts';

const TOPIC = { workflowId: 'demo-3.r1' };

interface Overrides {
  readonly notes?: string[];
  readonly timeoutMs?: number;
}

function depsOf({ url }: FakeServer, { notes = [], timeoutMs = 10_000 }: Overrides = {}): FollowDeps {
  const settings = { baseUrl: url, token: null, timeoutMs };
  const stop = new AbortController().signal;
  const note = (line: string) => void notes.push(line);
  return {
    settings,
    stop,
    note,
    api: createApi(createHttp({ ...settings, stop, note })),
    reconnectionsMax: 2,
  };
}

/** What it ends with; fails when it ends well. */
async function failureOf(deps: FollowDeps, onTold: () => 'more' | 'enough' = () => 'more'): Promise<Error> {
  try {
    await createFollow(deps)({ topic: TOPIC, since: null, onTold });
  } catch (thrown) {
    if (thrown instanceof Error) return thrown;
  }
  throw new Error('it ended without an error');
}

describe('follow', () => {
  it('gives up after so many attempts when the server does not come back', async () => {
    await using server = await startFakeServer();
    const notes: string[] = [];
    const failing = failureOf(depsOf(server, { notes }));
    await eventually('a subscription', () => server.live.subscriptions().length === 1);
    await server.stop();
    const error = await failing;
    expect(error).to.include({ exitCode: 4 });
    expect(error.message).to.contain('it did not come back in 2 attempts');
    expect(notes).to.have.length(1);
  });

  it('gives up on a server that lets it in and throws it out again and again', async () => {
    await using server = await startFakeServer();
    const closing = setInterval(() => server.live.breakConnections(), 5);
    const error = await failureOf(depsOf(server));
    clearInterval(closing);
    expect(error).to.include({ exitCode: 4 });
  });

  it('does not wait for a greeting for ever', async () => {
    await using server = await startFakeServer();
    server.live.isMute = true;
    const error = await failureOf(depsOf(server, { timeoutMs: 500 }));
    expect(error).to.include({ exitCode: 4 });
    expect(error.message).to.contain('the server did not greet');
  });

  it('ends when the subscription is refused', async () => {
    await using server = await startFakeServer();
    const follow = createFollow(depsOf(server));
    const refused = follow({ topic: { events: [] }, since: null, onTold: () => 'more' }).catch(
      (thrown: unknown) => thrown,
    );
    expect(await refused).to.include({ exitCode: 1 });
  });

  it('ends with what goes wrong in the one who listens', async () => {
    await using server = await startFakeServer();
    const failing = failureOf(depsOf(server), () => {
      throw new Error('cannot print');
    });
    await eventually('a subscription', () => server.live.subscriptions().length === 1);
    server.live.tell('GATE.RAN.SUCCESS', { workflow: TOPIC.workflowId });
    expect((await failing).message).to.equal('cannot print');
  });
});
