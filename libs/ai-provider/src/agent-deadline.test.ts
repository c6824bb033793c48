import { expect } from 'chai';
import { runAgent } from './agent-loop.ts';
import type { RespondOptions } from './ai-provider.ts';
import { agentRequest, echo, GOOD, givenUp, thrownBy, tool } from './testing/agent-request.ts';
import { call, stubProvider } from './testing/stub-provider.ts';

/** Lasts until the signal aborts; rejects with an error of its own then, as sockets do. */
async function hang(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('socket closed')), { once: true });
  });
}

describe('time of the agent loop', () => {
  it('breaks a call off and gives up when it is over, with what was spent until then', async () => {
    const provider = stubProvider([
      call(['echo', { word: 'a' }]),
      async ({ signal }: RespondOptions) => hang(signal),
    ]);
    const result = await runAgent(agentRequest(provider, { limits: { timeMaxMs: 30 } }));
    expect(givenUp(result)).to.include({ code: 'AI_TIME_EXHAUSTED', class: 'model' });
    expect(givenUp(result).message).to.equal('the model did not finish within 0.03 s');
    expect(result).to.include({ turns: 1, costUsd: 0.01 });
  });

  it('breaks a tool off that heeds it, reports none as failed, and runs no other', async () => {
    const seen: string[] = [];
    const told: string[] = [];
    const provider = stubProvider([call(['slow', {}], ['echo', { word: 'late' }])]);
    const result = await runAgent(
      agentRequest(provider, {
        tools: [tool('slow', hang), echo(seen)],
        limits: { timeMaxMs: 5 },
        heard: { onTool: async (one) => void told.push(one.tool) },
      }),
    );
    expect(givenUp(result).code).to.equal('AI_TIME_EXHAUSTED');
    expect([...seen, ...told]).to.deep.equal([]);
  });

  it('tells of an answer that came although its time was over, and runs nothing of it', async () => {
    const seen: string[] = [];
    const answers: string[] = [];
    const late = async ({ signal }: RespondOptions) =>
      hang(signal).catch(() => call(['echo', { word: 'late' }]));
    const result = await runAgent(
      agentRequest(stubProvider([late]), {
        tools: [echo(seen)],
        limits: { timeMaxMs: 5 },
        heard: { onResponse: async ({ model }) => void answers.push(model) },
      }),
    );
    expect(givenUp(result).code).to.equal('AI_TIME_EXHAUSTED');
    expect(result).to.include({ turns: 1, costUsd: 0.01 });
    expect(answers).to.deep.equal(['stub-1']);
    expect(seen).to.deep.equal([]);
  });

  it('is told apart from an abort from outside, which throws its reason', async () => {
    const outer = new AbortController();
    const provider = stubProvider([
      async ({ signal }: RespondOptions) =>
        hang(signal).catch((thrown: unknown) => {
          outer.abort(new Error('cancelled by a person'));
          throw thrown;
        }),
    ]);
    const thrown = await thrownBy(
      runAgent(agentRequest(provider, { signal: outer.signal, limits: { timeMaxMs: 5 } })),
    );
    expect(thrown).to.have.property('message', 'cancelled by a person');
  });

  it('may be longer than a timer can last', async () => {
    const request = agentRequest(stubProvider([call(GOOD)]), { limits: { timeMaxMs: 2 ** 40 } });
    expect((await runAgent(request)).kind).to.equal('finished');
  });
});
