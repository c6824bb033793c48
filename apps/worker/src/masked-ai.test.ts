import type { AiProvider, AiRequest, Message } from '@tamma/ai-provider';
import { FREE, NO_TOKENS } from '@tamma/domain';
import { createMask } from '@tamma/workspace/secrets';
import { expect } from 'chai';
import { askOf } from './executor/testing/fake-agents.ts';
import { maskAi } from './masked-ai.ts';

const SECRET = 'correct horse battery';
const TOKEN = `ghp_${'aB3d'.repeat(9)}`;

/** Remembers what it was shown. */
function listener(): AiProvider & { readonly heard: AiRequest[] } {
  const heard: AiRequest[] = [];
  const model = { name: 'listener', model: 'listener-1', price: FREE };
  return {
    ...model,
    heard,
    countTokens: async (request) => {
      heard.push(request);
      return 1;
    },
    respond: async (request) => {
      heard.push(request);
      const usage = { ...NO_TOKENS, costUsd: 0 };
      return { model: 'listener-1', content: [], stopReason: 'end', usage };
    },
  };
}

const signal = new AbortController().signal;
const user = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] });

function openMask() {
  const heard = listener();
  const masked: string[] = [];
  const mask = createMask({ known: [SECRET] });
  const provider = maskAi(heard, (text) => {
    masked.push(text);
    return mask(text);
  });
  return { heard: heard.heard, provider, masked };
}

describe('a model', () => {
  it('is shown no secret, wherever it stands', async () => {
    const { heard, provider } = openMask();
    const messages: Message[] = [
      user(`the password is ${SECRET}`),
      {
        role: 'assistant',
        content: [
          { type: 'text', text: `so it is ${SECRET}` },
          {
            type: 'tool_call',
            id: '1',
            name: 'edit_file',
            input: { a: [{ [SECRET]: `x${SECRET}x` }], n: 5 },
          },
          { type: 'tool_call', id: '2', name: 'edit_file', input: `broken ${SECRET}` },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', callId: '1', content: `GITHUB_TOKEN=${TOKEN}`, isError: false },
          {
            type: 'tool_result',
            callId: '2',
            content: Buffer.from(SECRET).toString('base64'),
            isError: true,
          },
        ],
      },
    ];
    const request = askOf({ system: `rules, and ${SECRET}`, messages });
    await provider.countTokens(request, { signal });
    await provider.respond(request, { signal });
    expect(heard).to.have.lengthOf(2);
    for (const one of heard) {
      const text = JSON.stringify(one);
      expect(text).to.not.contain(SECRET).and.not.contain(TOKEN);
      expect(text).to.not.contain(Buffer.from(SECRET).toString('base64').slice(0, -2));
      expect(text.match(/\[secret removed\]/g)?.length).to.be.at.least(7);
      expect(text).to.contain('"n":5').and.contain('the password is');
    }
    expect(JSON.stringify(request)).to.contain(SECRET);
  });

  it('is sent what it was sent before as it was, and each message is looked at once', async () => {
    const { heard, provider, masked } = openMask();
    const [first, second] = [user(`one ${SECRET}`), user('two')];
    await provider.respond(askOf({ messages: [first] }), { signal });
    await provider.respond(askOf({ messages: [first, second] }), { signal });
    expect(heard[0]?.messages[0]).to.equal(heard[1]?.messages[0]);
    expect(masked).to.have.lengthOf(3);
  });

  it('gets back untouched what is its own, and arguments that lie too deep as a text', async () => {
    const { heard, provider } = openMask();
    const opaque = { type: 'opaque', provider: 'listener', data: { thought: SECRET } } as const;
    let deep: unknown = SECRET;
    for (let i = 0; i < 100; i += 1) deep = [deep];
    const content = [opaque, { type: 'tool_call', id: '1', name: 'x', input: deep }] as const;
    await provider.respond(askOf({ messages: [{ role: 'assistant', content }] }), { signal });
    const [message] = heard[0]?.messages ?? [];
    expect(message?.content[0]).to.equal(opaque);
    expect(JSON.stringify(message?.content[1])).to.not.contain(SECRET);
  });

  it('is not asked when what it would be shown cannot be judged, and is asked the next time', async () => {
    const { heard, provider } = openMask();
    let isBroken = true;
    const shaky = maskAi(provider, async (text) => {
      if (isBroken) throw new Error('the scanner stumbled');
      return text;
    });
    const request = askOf();
    const failed = await shaky.respond(request, { signal }).catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(Error);
    expect(heard).to.deep.equal([]);
    isBroken = false;
    await shaky.respond(request, { signal });
    expect(heard).to.have.lengthOf(1);
  });
});
