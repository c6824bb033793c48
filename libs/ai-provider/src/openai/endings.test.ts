import { FREE } from '@tamma/domain';
import { expect } from 'chai';
import { runAgent } from '../agent-loop.ts';
import { agentRequest } from '../testing/agent-request.ts';
import { buildRequest, textOf } from '../testing/conversation.ts';
import { createOpenAiProvider } from './index.ts';
import { piece, startOddServer } from './testing/odd-server.ts';

const { signal } = new AbortController();
const CALL = { tool_calls: [{ index: 0, id: 'x', function: { name: 'lookup', arguments: '{"word":"a"}' } }] };

function providerAt(baseUrl: string) {
  return createOpenAiProvider({ apiKey: null, baseUrl, model: 'qwen3:8b', price: FREE });
}

async function answerOf(...events: readonly unknown[]) {
  await using server = await startOddServer({ events });
  return await providerAt(server.baseUrl).respond(buildRequest(), { signal });
}

async function endOf(delta: unknown, finish: string): Promise<string> {
  return (await answerOf(piece(delta), piece({}, finish))).stopReason;
}

describe('end of an answer of an openai server', () => {
  it('is what the server says, in whatever words', async () => {
    for (const finish of ['stop', 'STOP', 'eos', 'end_turn', 'tool_calls', 'function_call']) {
      expect(await endOf({ content: 'x' }, finish), finish).to.equal('end');
      expect(await endOf(CALL, finish), finish).to.equal('tool_calls');
    }
    for (const finish of ['length', 'model_length', 'MAX_TOKENS']) {
      expect(await endOf({ content: 'x' }, finish), finish).to.equal('length');
      expect(await endOf(CALL, finish), finish).to.equal('length');
    }
    expect(await endOf({ content: 'x' }, 'content_filter')).to.equal('refused');
  });

  it('is a cut where nobody knows the word: what is half must not be run', async () => {
    for (const finish of ['error', 'something_new', 'constructor']) {
      expect(await endOf({ content: 'x' }, finish), finish).to.equal('length');
      expect(await endOf(CALL, finish), finish).to.equal('length');
    }
  });

  it('is a refusal where the words are one, whatever the server calls its end', async () => {
    for (const finish of ['stop', 'content_filter', 'length']) {
      const response = await answerOf(
        piece({ refusal: 'I will ' }),
        piece({ refusal: 'not.' }),
        piece({}, finish),
      );
      expect(response.stopReason, finish).to.equal('refused');
      expect(textOf(response)).to.equal('I will not.');
    }
    expect(await endOf({ content: 'x', refusal: '' }, 'stop')).to.equal('end');
    expect(await endOf({ ...CALL, refusal: 'Not all of it.' }, 'tool_calls')).to.equal('tool_calls');
  });

  it('ends the conversation when it is a refusal', async () => {
    await using server = await startOddServer({
      events: [piece({ refusal: 'I cannot help with that.' }), piece({}, 'stop')],
    });
    const result = await runAgent(agentRequest(providerAt(server.baseUrl)));
    expect(result).to.have.nested.property('error.code', 'AI_REFUSED');
    expect(server.requests).to.have.length(1);
  });
});
