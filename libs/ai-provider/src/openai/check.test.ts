import { expect } from 'chai';
import { checkOpenAiAgent } from './index.ts';
import { type OddAnswer, startOddServer } from './testing/odd-server.ts';

const { signal } = new AbortController();
const LIST: OddAnswer = { body: JSON.stringify({ object: 'list', data: [{ id: 'llama' }, { id: 'qwen' }] }) };
const ABSENT: OddAnswer = { status: 404, body: '{"error": {"message": "no such page"}}' };

async function check(...answers: readonly OddAnswer[]) {
  await using server = await startOddServer(...answers);
  return await checkOpenAiAgent({ apiKey: 'sk-1', baseUrl: server.baseUrl, model: 'qwen' }, signal);
}

describe('the check of an openai agent', () => {
  it('has no objection where the model is there, or the server does not tell its models', async () => {
    expect(await check({ body: '{"id": "qwen", "object": "model"}' })).to.equal(null);
    expect(await check(ABSENT, LIST)).to.equal(null);
    expect(await check(ABSENT, ABSENT)).to.equal(null);
    expect(await check(ABSENT, { body: '[]' })).to.equal(null);
  });

  it('names models that are there where this one is not', async () => {
    const models = { body: JSON.stringify({ data: [{ id: 'llama' }] }) };
    const found = await check(ABSENT, models);
    expect(found?.problem).to.contain('qwen');
    expect(found?.remedy).to.contain('llama');
  });

  it('names a key that is missing or refused, and a server that is not there', async () => {
    const refused = await check({ status: 401, body: '{"error": {"message": "bad key sk-12345"}}' });
    expect(refused?.remedy).to.contain('keyVariable');
    expect(refused?.problem).to.not.contain('sk-12345');
    const missing = await checkOpenAiAgent(
      { apiKey: null, baseUrl: 'https://api.openai.com/v1', model: 'm' },
      signal,
    );
    expect(missing?.remedy).to.contain('OPENAI_API_KEY');
    const agent = { apiKey: null, baseUrl: 'http://127.0.0.1:9/v1', model: 'm' };
    expect((await checkOpenAiAgent(agent, signal))?.remedy).to.contain('can be reached');
  });

  it('ends with the reason when it is called off', async () => {
    await using server = await startOddServer({ events: [], after: 'silence' });
    const agent = { apiKey: null, baseUrl: server.baseUrl, model: 'm' };
    const thrown = await checkOpenAiAgent(agent, AbortSignal.timeout(50)).catch((error: unknown) => error);
    expect(thrown).to.include({ name: 'TimeoutError' });
  });
});
