import { NO_TOKENS, TammaError } from '@tamma/domain';
import { pickFrom, seededRandom } from '@tamma/domain/testing';
import { expect } from 'chai';
import { askOf, type FakeAnswer, fakeProvider } from './executor/testing/fake-agents.ts';
import { createSecretSieve } from './secret-sieve.ts';
import { sieveAi } from './sieved-ai.ts';

const KEY = 'sk-ant-sk-ant-0123456789';
const CODED = Buffer.from(KEY).toString('base64');
const sieve = createSecretSieve([KEY, 'short', 'sk-ant-other-secret']);
const signal = new AbortController().signal;

describe('what a model says', () => {
  it('shows no secret of ours, in its text, its calls or while it is streamed', async () => {
    const pieces = [
      'my key is sk-ant-s',
      'k-ant-sk-a',
      'nt-0123456789 and',
      ` ${CODED.slice(0, 9)}`,
      CODED.slice(9),
    ];
    const text = pieces.join('');
    const answer: FakeAnswer = async ({ onText }) => {
      for (const piece of pieces) onText?.(piece);
      const input = { [KEY]: [`x${KEY}`], short: 'short', n: 1 };
      return {
        model: 'parrot-1',
        content: [
          { type: 'text', text },
          { type: 'tool_call', id: '1', name: 'finish', input },
        ],
        stopReason: 'tool_calls',
        usage: { ...NO_TOKENS, costUsd: 0 },
      };
    };
    const heard: string[] = [];
    const provider = sieveAi(fakeProvider({ answer }), sieve);
    const { content } = await provider.respond(askOf(), { signal, onText: (piece) => heard.push(piece) });
    const clean = 'my key is sk-ant-[secret removed] and [secret removed]';
    expect(heard.join('')).to.match(/^my key is sk-ant-\[secret removed\] and \[secret removed\]=*$/);
    expect(content[0]).to.deep.include({ type: 'text' });
    expect(JSON.stringify(content[0])).to.contain(clean);
    expect(content[1]).to.deep.include({
      input: { '[secret removed]': ['x[secret removed]'], short: 'short', n: 1 },
    });
  });

  it('shows no secret of ours in what a coding program calls by itself', async () => {
    const answer: FakeAnswer = async ({ onOwnTool }) => {
      onOwnTool?.({ tool: 'Bash', ok: true, summary: `Bash echo ${KEY}` });
      throw new TammaError('FAILED', 'no answer', { class: 'network' });
    };
    const told: unknown[] = [];
    const provider = sieveAi(fakeProvider({ answer }), sieve);
    await provider
      .respond(askOf(), { signal, onOwnTool: (call) => void told.push(call) })
      .catch(() => undefined);
    expect(told).to.deep.equal([{ tool: 'Bash', ok: true, summary: 'Bash echo [secret removed]' }]);
  });

  it('is shown whole and as it is when there is no secret in it, however it is cut', () => {
    const random = seededRandom(7);
    for (let run = 0; run < 300; run += 1) {
      const words = ['sk-ant-', KEY, KEY.slice(0, 12), 'a', ' ', 'sk-', CODED.slice(0, 5)];
      const text = Array.from({ length: 12 }, () => pickFrom(words, random)).join('');
      const stream = sieve.stream();
      let [shown, at] = ['', 0];
      while (at < text.length) {
        const next = at + 1 + Math.floor(random() * 9);
        shown += stream.push(text.slice(at, next));
        at = next;
        expect(shown).to.not.contain(KEY);
      }
      shown += stream.end();
      expect(shown).to.equal(sieve.text(text));
    }
  });

  it('keeps an error as it is, unless it tells a secret', async () => {
    const failing = (error: Error) => sieveAi(fakeProvider({ answer: () => Promise.reject(error) }), sieve);
    const failureOf = (error: Error) =>
      failing(error)
        .respond(askOf(), { signal })
        .catch((thrown: unknown) => thrown);
    const plain = new TammaError('AWAY', 'it is away', { class: 'network' });
    expect(await failureOf(plain)).to.equal(plain);
    const about = { class: 'rate-limit', retryAfterMs: 5, remedy: `use another than ${KEY}` } as const;
    const telling = await failureOf(new TammaError('BUSY', `the key ${KEY} is used up`, about));
    expect(telling).to.include({ code: 'BUSY', class: 'rate-limit', retryAfterMs: 5 });
    expect(telling).to.include({ message: 'the key [secret removed] is used up' });
    expect(telling).to.include({ remedy: 'use another than [secret removed]' });
    const advice = await failureOf(new TammaError('BUSY', 'no', { class: 'network', remedy: `not ${KEY}` }));
    expect(advice).to.include({ message: 'no', remedy: 'not [secret removed]' });
    expect(await failureOf(new Error(KEY))).to.include({ message: '[secret removed]', class: 'unknown' });
  });
});
