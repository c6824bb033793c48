import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TammaError } from '@tamma/domain';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { stringify } from 'yaml';
import type { AiProvider, AiRequest, AiResponse, RespondOptions } from '../ai-provider.ts';
import { createScriptedProvider } from './index.ts';

const LOOKUP = { tool: 'lookup', input: { word: 'tamma' } };

interface Question {
  readonly project?: string;
  readonly issue?: number;
  readonly step?: string;
  readonly round?: number;
  readonly turn?: number;
}

async function ask(
  provider: AiProvider,
  question: Question = {},
  options: Partial<RespondOptions> = {},
): Promise<AiResponse> {
  return provider.respond(request(question), { signal: new AbortController().signal, ...options });
}

function request({
  project = 'demo',
  issue = 1,
  step = 'clarification',
  round = 0,
  turn = 1,
}: Question): AiRequest {
  return {
    purpose: { project, workflowId: 'demo-1.r1', issue, step, round, turn },
    system: '',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Go.' }] }],
    tools: [],
    outputTokensMax: 100,
  };
}

function textOf({ content: [block] }: AiResponse): string {
  return block?.type === 'text' ? block.text : `no text but ${block?.type}`;
}

async function failureOf(promise: Promise<unknown>): Promise<TammaError> {
  const thrown: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(thrown instanceof TammaError)) throw new Error(`expected a TammaError, got ${String(thrown)}`);
  expect(thrown.class).to.equal('validation');
  expect(thrown.remedy).to.contain('canned').and.contain('configure another provider');
  return thrown;
}

async function withAnswers(
  files: Record<string, string>,
  test: (provider: AiProvider) => Promise<void>,
  paceMs?: number,
) {
  await using folder = await testFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder.path, name), text);
  await test(createScriptedProvider({ answers: folder.path, paceMs }));
}

/** White space of every kind, a word of two code units, and none at the end. */
const TEXT = '  First I look.\n\n\tThen 😀 I\u00a0write it down, word  by word.';
const PACE_MS = 200;
/** What timers may be early by. */
const EARLY_MS = 2;

describe('scripted provider', () => {
  it('picks the file by issue number, whatever its zeros and its title', async () => {
    const files = { '007-bond.yaml': 'a: [{text: seven}]', '1234.yaml': 'a: [{text: many}]' };
    await withAnswers({ ...files, '7.txt': 'no', 'notes-7.yaml': 'no' }, async (provider) => {
      expect((await ask(provider, { issue: 7, step: 'a' })).content).to.deep.equal([
        { type: 'text', text: 'seven' },
      ]);
      expect((await ask(provider, { issue: 1234, step: 'a' })).content).to.deep.equal([
        { type: 'text', text: 'many' },
      ]);
    });
  });

  it('picks the turn by its number, whatever is left of the conversation, and again when asked again', async () => {
    await withAnswers({ '001.yaml': 'a: [{text: one}, {text: two}]' }, async (provider) => {
      const texts = [];
      for (const turn of [2, 1, 2, 1]) texts.push(textOf(await ask(provider, { step: 'a', turn })));
      expect(texts).to.deep.equal(['two', 'one', 'two', 'one']);
    });
  });

  it('looks in the folder of the project first', async () => {
    await using folder = await testFolder();
    const provider = createScriptedProvider({ answers: folder.path });
    await mkdir(join(folder.path, 'mine'));
    await writeFile(join(folder.path, '001.yaml'), 'a: [{text: everybody}]');
    expect(textOf(await ask(provider, { step: 'a', project: 'mine' }))).to.equal('everybody');
    await writeFile(join(folder.path, 'mine', '001.yaml'), 'a: [{text: mine}]');
    expect(textOf(await ask(provider, { step: 'a', project: 'mine' }))).to.equal('mine');
    expect(textOf(await ask(provider, { step: 'a', project: 'other' }))).to.equal('everybody');
  });

  it('is not led out of the folder by the name of a project', async () => {
    await using folder = await testFolder();
    await mkdir(join(folder.path, 'answers'));
    await writeFile(join(folder.path, '001.yaml'), 'a: [{text: outside}]');
    const provider = createScriptedProvider({ answers: join(folder.path, 'answers') });
    for (const project of ['..', '../answers/..', '.', '/']) {
      expect((await failureOf(ask(provider, { step: 'a', project }))).code).to.equal('AI_ANSWER_MISSING');
    }
  });

  it('tells model, tokens and end of an answer that was recorded, and asks no money for it', async () => {
    const usage = { inputTokens: 9000, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4 };
    const turns = [
      { text: 'x', model: 'claude-sonnet-5-5', usage, stopReason: 'length' },
      { stopReason: 'refused' },
      { calls: [{ tool: 'read_file', input: '{"path": "a' }] },
    ];
    await withAnswers({ '001.yaml': stringify({ a: turns }) }, async (provider) => {
      const told: unknown[] = [];
      const first = await ask(provider, { step: 'a' }, { onUsage: (tokens) => void told.push(tokens) });
      expect(first).to.deep.include({ model: 'claude-sonnet-5-5', stopReason: 'length' });
      expect(first.usage).to.deep.equal({ ...usage, costUsd: 0 });
      expect(told).to.deep.equal([usage]);
      const { signal } = new AbortController();
      expect(await provider.countTokens(request({ step: 'a' }), { signal })).to.equal(9007);
      expect(await ask(provider, { step: 'a', turn: 2 })).to.deep.include({
        content: [],
        stopReason: 'refused',
      });
      const [broken] = (await ask(provider, { step: 'a', turn: 3 })).content;
      expect(broken).to.deep.include({ type: 'tool_call', input: '{"path": "a' });
    });
  });

  it('keeps the answers of later rounds apart', async () => {
    await withAnswers({ '001.yaml': 'a: [{text: first}]\na.2: [{text: third}]' }, async (provider) => {
      expect((await ask(provider, { step: 'a', round: 2 })).content).to.deep.equal([
        { type: 'text', text: 'third' },
      ]);
      const error = await failureOf(ask(provider, { step: 'a', round: 1 }));
      expect(error.message)
        .to.contain('001.yaml')
        .and.contain('step "a.1", turn 1')
        .and.contain('a, a.2 only');
    });
  });

  it('reports that nothing was spent', async () => {
    await withAnswers({ '001.yaml': 'a: [{text: one}]' }, async (provider) => {
      const { model, usage } = await ask(provider, { step: 'a' });
      expect(model).to.equal('scripted');
      expect(usage).to.deep.equal({
        inputTokens: 0,
        outputTokens: 0,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        costUsd: 0,
      });
    });
  });

  it('names the turn that is missing', async () => {
    await withAnswers({ '001.yaml': 'a: [{text: one}]' }, async (provider) => {
      const { message } = await failureOf(ask(provider, { step: 'a', turn: 2 }));
      expect(message).to.match(/issue 1, step "a", turn 2: .*001\.yaml ends this step after turn 1$/);
    });
  });

  it('names the file that is missing', async () => {
    await withAnswers({ '001.yaml': 'a: [{text: one}]' }, async (provider) => {
      const { code, message } = await failureOf(ask(provider, { issue: 2 }));
      expect(code).to.equal('AI_ANSWER_MISSING');
      expect(message).to.match(/issue 2, step "clarification", turn 1: .*002\.yaml does not exist$/);
    });
  });

  it('names the folder that is missing', async () => {
    const { code, message } = await failureOf(
      ask(createScriptedProvider({ answers: '/nowhere/at-all' }), { step: 'a' }),
    );
    expect(code).to.equal('AI_ANSWERS_UNREADABLE');
    expect(message).to.contain('/nowhere/at-all').and.contain('ENOENT');
  });

  it('refuses two files for one issue rather than to pick one', async () => {
    const twins = { '001.yaml': 'a: [{text: one}]', '1-again.yaml': 'a: [{text: two}]' };
    await withAnswers(twins, async (provider) => {
      const { message } = await failureOf(ask(provider));
      expect(message).to.contain('001.yaml, 1-again.yaml');
    });
  });

  const RUBBISH: readonly (readonly [string, string, RegExp])[] = [
    ['no YAML at all', 'a: [{text: "x}', /not YAML.*line 1/s],
    ['an empty file', '', /the file: .*expected record/],
    ['binary rubbish', '\u0000\u0001\u0002', /001\.yaml/],
    ['a key twice', 'a: [{text: x}]\na: [{text: y}]', /not YAML.*unique/s],
    ['an unknown field', 'a: [{text: x, tools: []}]', /step "a", turn 1: .*"tools"/],
    [
      'an unknown field of a call',
      'a: [{text: x}, {calls: [{tool: t, args: {}}]}]',
      /turn 2, calls\.0: .*args/,
    ],
    ['an input that is no object', 'a: [{calls: [{tool: t, input: 3}]}]', /turn 1, calls\.0\.input/],
    ['a turn that does nothing', 'a: [{delayMs: 3}]', /turn 1: expected text or calls/],
    ['a step without turns', 'a: []', /step "a": .*>=1/],
    ['a delay over a minute', 'a: [{text: x, delayMs: 60001}]', /turn 1, delayMs: .*60000/],
    ['a key that is no step', 'a.0: [{text: x}]', /step "a\.0": .*step id/],
    [
      'an alias bomb',
      'a: &a [{text: x}]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]',
      /not YAML.*alias/is,
    ],
  ];
  for (const [what, text, expected] of RUBBISH) {
    it(`refuses ${what}, naming file and place`, async () => {
      await withAnswers({ '001.yaml': text }, async (provider) => {
        const { code, message } = await failureOf(ask(provider, { step: 'a' }));
        expect(code).to.equal('AI_ANSWERS_UNREADABLE');
        expect(message).to.contain('001.yaml').and.match(expected).and.contain('issue 1, step "a", turn 1:');
      });
    });
  }

  it('does not take an inherited property for a step', async () => {
    await withAnswers({ '001.yaml': 'a: [{text: x}]' }, async (provider) => {
      const { code } = await failureOf(ask(provider, { step: 'constructor' }));
      expect(code).to.equal('AI_ANSWER_MISSING');
    });
  });

  describe('with a pace', () => {
    const files = { '001.yaml': stringify({ a: [{ text: TEXT }, { calls: [LOOKUP] }] }) };

    it('tells the text in words, spread over the time of the turn', async () => {
      const told: { text: string; atMs: number }[] = [];
      const onText = (text: string) => void told.push({ text, atMs: performance.now() });
      await withAnswers(
        files,
        async (provider) => {
          const startedAt = performance.now();
          await ask(provider, { step: 'a' }, { onText });
          expect(performance.now() - startedAt).to.be.at.least(PACE_MS - EARLY_MS);
        },
        PACE_MS,
      );
      expect(told.map(({ text }) => text).join('')).to.equal(TEXT);
      expect(told.length).to.be.within(4, PACE_MS / 20);
      for (const { text } of told.slice(0, -1)) expect(text).to.match(/\S\s+$/);
      const [first, last] = [told[0], told.at(-1)];
      expect((last?.atMs ?? 0) - (first?.atMs ?? 0)).to.be.at.least(PACE_MS / 2);
    });

    it('takes its time also where nobody listens, and where there are no words', async () => {
      await withAnswers(
        files,
        async (provider) => {
          const startedAt = performance.now();
          await ask(provider, { step: 'a' });
          await ask(provider, { step: 'a', turn: 2 });
          expect(performance.now() - startedAt).to.be.at.least(2 * (PACE_MS - EARLY_MS));
        },
        PACE_MS,
      );
    });

    it('falls silent with the reason when the signal aborts between two words', async () => {
      const controller = new AbortController();
      const told: string[] = [];
      const onText = (text: string) => {
        told.push(text);
        controller.abort(new Error('the workflow is cancelled'));
      };
      await withAnswers(
        files,
        async (provider) => {
          const { signal } = controller;
          const thrown = await ask(provider, { step: 'a' }, { signal, onText }).catch(String);
          expect(thrown).to.equal('Error: the workflow is cancelled');
        },
        60_000,
      );
      expect(told).to.have.length(1);
    });

    it('of nothing tells the whole text at once', async () => {
      const told: string[] = [];
      await withAnswers(files, async (provider) => {
        await ask(provider, { step: 'a' }, { onText: (text) => void told.push(text) });
      });
      expect(told).to.deep.equal([TEXT]);
    });
  });
});
