import { expect } from 'chai';
import { runAgent } from './agent-loop.ts';
import type { AiProvider, CliRequest } from './ai-provider.ts';
import { agentRequest, BAD, echo, GOOD, givenUp, thrownBy, tool } from './testing/agent-request.ts';
import { call, say, stubProvider } from './testing/stub-provider.ts';

const CLI_REQUEST: CliRequest = {
  argv: ['cli'],
  stdin: '',
  variables: {},
  readable: [],
  network: false,
  timeoutMs: 1000,
  signal: new AbortController().signal,
  outputMax: 1000,
  onOutput: () => {},
};
const WORK = call(['echo', { word: 'a', times: 2 }]);

describe('patience of the agent loop', () => {
  describe('with repeated calls', () => {
    it('ends when the same calls bring the same answers a third time in a row', async () => {
      const provider = stubProvider([WORK]);
      const result = await runAgent(agentRequest(provider));
      expect(givenUp(result)).to.include({ code: 'AI_NO_PROGRESS', class: 'model' });
      expect(givenUp(result).message).to.match(/same calls with the same answers 3 turns in a row: echo$/);
      expect(result.turns).to.equal(3);
    });

    it('sees through another order of calls and arguments', async () => {
      const one = ['echo', { word: 'a', times: 2 }] as const;
      const same = ['echo', { times: 2, word: 'a' }] as const;
      const other = ['echo', { word: 'b' }] as const;
      const provider = stubProvider([call(one, other), call(other, same), call(same, other)]);
      expect(givenUp(await runAgent(agentRequest(provider))).code).to.equal('AI_NO_PROGRESS');
    });

    it('lasts while the answers differ', async () => {
      let count = 0;
      const look = tool('look', async () => {
        count += 1;
        return `${count}`;
      });
      const provider = stubProvider([...Array(6).fill(call(['look', {}])), call(GOOD)]);
      const result = await runAgent(agentRequest(provider, { tools: [look] }));
      expect(result).to.include({ kind: 'finished', turns: 7 });
    });

    it('begins anew after any other turn', async () => {
      const other = call(['echo', { word: 'b' }]);
      const provider = stubProvider([WORK, WORK, other, WORK, WORK, say('Hm.'), WORK, WORK, call(GOOD)]);
      expect((await runAgent(agentRequest(provider))).kind).to.equal('finished');
    });

    it('leaves results that do not fit to the corrections', async () => {
      const result = await runAgent(agentRequest(stubProvider([call(BAD)])));
      expect(givenUp(result).code).to.equal('AI_RESULT_INVALID');
      expect(result.turns).to.equal(4);
    });
  });

  it('gives up at the fourth turn in a row that calls nothing, and lets a model think aloud now and then', async () => {
    const work = (word: string) => call(['echo', { word }]);
    const hm = say('Hm.');
    const thoughtful = ['a', 'b', 'c'].flatMap((word) => [hm, hm, hm, work(word)]);
    const limits = { turnsMax: 30, idleTurnsMax: 30 };
    const ended = await runAgent(agentRequest(stubProvider([...thoughtful, call(GOOD)]), { limits }));
    expect(ended).to.include({ kind: 'finished', turns: 13 });
    const silent = stubProvider([work('a'), hm, hm, hm, hm, call(GOOD)]);
    const result = await runAgent(agentRequest(silent, { limits }));
    expect(givenUp(result).message).to.match(/after 3 corrections: it called no tool$/);
    expect(result.turns).to.equal(5);
  });

  describe('with work that stands still', () => {
    const look = (word: number) => call(['echo', { word: `look ${word}` }]);
    const looks = Array.from({ length: 9 }, (_, index) => look(index));

    it('ends after idleTurnsMax turns and says how many', async () => {
      const provider = stubProvider(looks);
      const request = agentRequest(provider, {
        progress: async () => 'as it was',
        limits: { idleTurnsMax: 4 },
      });
      const result = await runAgent(request);
      expect(givenUp(result)).to.include({ code: 'AI_NO_PROGRESS', class: 'model' });
      expect(givenUp(result).message).to.equal(
        'the model changed no file, commit or gate for 4 turns in a row',
      );
      expect(result.turns).to.equal(4);
    });

    it('counts from the last change on', async () => {
      const states = ['0', '0', '0', '1', '1', '1', '2', '2', '2', '2'];
      const progress = async () => states.shift() ?? 'end';
      const provider = stubProvider(looks);
      const result = await runAgent(agentRequest(provider, { progress, limits: { idleTurnsMax: 3 } }));
      expect(givenUp(result).code).to.equal('AI_NO_PROGRESS');
      expect(result.turns).to.equal(9);
    });

    it('is not looked at after turns that only read, which count all the same', async () => {
      let looks = 0;
      const progress = async () => {
        looks += 1;
        return `${looks}`;
      };
      const read = tool('read', async () => 'text');
      const tools = [{ ...read, readsOnly: true as const }, echo()];
      const reads = [1, 2, 3].map((times) => call(...Array(times).fill(['read', {}])));
      const mixed = call(['read', {}], ['echo', { word: 'a' }]);
      const provider = stubProvider([...reads.slice(0, 2), mixed, ...reads]);
      const result = await runAgent(agentRequest(provider, { progress, tools, limits: { idleTurnsMax: 3 } }));
      expect(givenUp(result).message).to.contain('for 3 turns in a row');
      expect([result.turns, looks]).to.deep.equal([6, 2]);
    });

    it('is looked at after every run of a coding CLI, whatever else its answer calls', async () => {
      let edits = 0;
      const read = { ...tool('read', async () => `${edits}`), readsOnly: true as const };
      const runCli = async () => {
        edits += 1;
        return { exitCode: 0, timedOut: false, stdout: '', stderr: '' };
      };
      const turns = stubProvider([...Array(8).fill(call(['read', {}])), call(GOOD)]);
      const cli: AiProvider = {
        ...turns,
        respond: async (asked, options) => {
          await options.runCli?.(CLI_REQUEST);
          return turns.respond(asked, options);
        },
      };
      const progress = async () => `${edits}`;
      const limits = { idleTurnsMax: 3 };
      const result = await runAgent(agentRequest(cli, { progress, runCli, tools: [read], limits }));
      expect(result).to.include({ kind: 'finished', turns: 9 });
    });

    it('does not matter where nobody looks', async () => {
      const provider = stubProvider([...looks, call(GOOD)]);
      expect((await runAgent(agentRequest(provider, { limits: { idleTurnsMax: 1 } }))).kind).to.equal(
        'finished',
      );
    });

    it('throws what the look at the work throws', async () => {
      const progress = async () => Promise.reject(new Error('the checkout is gone'));
      const request = agentRequest(stubProvider(looks), { progress, tools: [echo()] });
      expect(await thrownBy(runAgent(request))).to.have.property('message', 'the checkout is gone');
    });
  });
});
