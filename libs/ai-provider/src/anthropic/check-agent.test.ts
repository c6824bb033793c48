import { expect } from 'chai';
import { checkAnthropicAgent } from './check-agent.ts';
import { KEY } from './testing/provider.ts';
import { json, refusal, startWire, type WireAnswer } from './testing/wire.ts';

const { signal } = new AbortController();

async function checkAgainst(answer: WireAnswer, apiKey: string | null = KEY) {
  await using wire = await startWire(answer);
  const agent = { apiKey, baseUrl: wire.url, model: 'claude-sonnet-5-5' };
  const problem = await checkAnthropicAgent(agent, signal);
  return { problem, paths: wire.requests.map(({ path }) => path) };
}

describe('check of an agent of Anthropic', () => {
  it('asks for the model, which costs nothing', async () => {
    expect(await checkAgainst(json(200, { id: 'claude-sonnet-5-5', type: 'model' }))).to.deep.equal({
      problem: null,
      paths: ['/v1/models/claude-sonnet-5-5'],
    });
  });

  it('says what is wrong, and what to do', async () => {
    const wrong = [
      [refusal(401, 'authentication_error', 'invalid x-api-key'), 'invalid x-api-key', 'ANTHROPIC_API_KEY'],
      [refusal(404, 'not_found_error', 'model: x'), 'model: x', 'configure another'],
      [refusal(529, 'overloaded_error', 'Overloaded'), 'Overloaded', 'status.claude.com'],
    ] as const;
    for (const [answer, problem, remedy] of wrong) {
      const found = (await checkAgainst(answer)).problem;
      expect(found?.problem).to.contain(problem);
      expect(found?.remedy).to.contain(remedy);
    }
    const gone = { apiKey: KEY, baseUrl: 'http://127.0.0.1:9', model: 'claude-sonnet-5-5' };
    expect((await checkAnthropicAgent(gone, signal))?.problem).to.contain('cannot be reached');
  });

  it('has a gateway count a word that has no list of its models', async () => {
    const noList = json(404, { detail: 'Not Found' });
    await using gateway = await startWire(noList, json(200, { input_tokens: 8 }), noList, noList);
    const agent = { apiKey: KEY, baseUrl: gateway.url, model: 'claude-sonnet-5-5' };
    expect(await checkAnthropicAgent(agent, signal)).to.equal(null);
    expect((await checkAnthropicAgent(agent, signal))?.problem).to.contain('404');
    expect(gateway.requests.map(({ path }) => path)[1]).to.equal('/v1/messages/count_tokens');
  });

  it('asks nobody without a key', async () => {
    const { problem, paths } = await checkAgainst(json(200, {}), null);
    expect(problem?.problem).to.contain('ANTHROPIC_API_KEY is not set');
    expect(paths).to.deep.equal([]);
  });

  it('ends when the signal aborts', async () => {
    const aborted = AbortSignal.abort(new Error('stopped'));
    const agent = { apiKey: KEY, model: 'claude-sonnet-5-5' };
    const thrown: unknown = await checkAnthropicAgent(agent, aborted).catch((error: unknown) => error);
    expect(thrown).to.be.an('error').with.property('message', 'stopped');
  });
});
