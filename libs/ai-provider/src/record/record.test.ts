import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TammaError } from '@tamma/domain';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import type { AiProvider, AiRequest, AiResponse } from '../ai-provider.ts';
import { createScriptedProvider } from '../scripted/index.ts';
import { buildRequest, callsOf, failureOf, textOf } from '../testing/conversation.ts';
import { call, say, stubProvider } from '../testing/stub-provider.ts';
import { recordExchanges } from './index.ts';

const { signal } = new AbortController();

interface Purpose {
  readonly turn?: number;
  readonly round?: number;
  readonly step?: string;
  readonly project?: string;
}

function ask(provider: AiProvider, { turn = 1, round = 0, step = 'a', project = 'demo' }: Purpose = {}) {
  return provider.respond(requestFor({ turn, round, step, project }), { signal });
}

function requestFor(purpose: Purpose, changes: Partial<AiRequest> = {}): AiRequest {
  const request = buildRequest([], changes);
  return { ...request, purpose: { ...request.purpose, issue: 7, ...purpose } };
}

interface Recording {
  readonly folder: string;
  readonly file: string;
  readonly troubles: readonly unknown[];
  record(answers: Parameters<typeof stubProvider>[0]): AiProvider;
  /** What is played back, text by text, until there is nothing more. */
  texts(purpose?: Purpose): Promise<readonly string[]>;
}

async function withRecording(test: (recording: Recording) => Promise<void>): Promise<void> {
  await using folder = await testFolder();
  const troubles: unknown[] = [];
  const scripted = createScriptedProvider({ answers: folder.path });
  await test({
    folder: folder.path,
    file: join(folder.path, 'demo', '007.yaml'),
    troubles,
    record: (answers) =>
      recordExchanges(stubProvider(answers), folder.path, {
        onError: (error) => void troubles.push(error),
        maskAnswer: async (answer) => JSON.parse(JSON.stringify(answer).replaceAll('s3cret', '[removed]')),
      }),
    async texts(purpose = {}) {
      const texts: string[] = [];
      for (let turn = 1; turn <= 10; turn += 1) {
        const answer = await ask(scripted, { ...purpose, turn }).catch(() => null);
        if (answer === null) break;
        texts.push(textOf(answer));
      }
      return texts;
    },
  });
}

describe('recording', () => {
  it('is the provider in everything else', () =>
    withRecording(async ({ record }) => {
      const provider = record([say('x', { model: 'm-1' })]);
      expect(provider).to.include({ name: 'stub', model: 'stub-1' });
      expect(await provider.countTokens(requestFor({}), { signal })).to.be.above(100);
      expect(await ask(provider)).to.deep.equal(say('x', { model: 'm-1' }));
    }));

  it('keeps turns in order, and a turn that is asked again in place of what followed', () =>
    withRecording(async ({ record, texts }) => {
      const provider = record([say('one'), say('two'), say('three'), say('two again')]);
      for (const turn of [1, 2, 3]) await ask(provider, { turn });
      expect(await texts()).to.deep.equal(['one', 'two', 'three']);
      await ask(provider, { turn: 2 });
      expect(await texts()).to.deep.equal(['one', 'two again']);
    }));

  it('keeps rounds, steps and projects apart, and what a person added', () =>
    withRecording(async ({ record, texts, folder, file }) => {
      await mkdir(join(folder, 'demo'));
      await writeFile(file, 'b: [{ text: by hand, delayMs: 3 }]');
      const provider = record([say('first'), say('later'), say('elsewhere')]);
      await ask(provider);
      await ask(provider, { round: 2 });
      await ask(provider, { project: 'other' });
      expect(await texts()).to.deep.equal(['first']);
      expect(await texts({ round: 2 })).to.deep.equal(['later']);
      expect(await texts({ step: 'b' })).to.deep.equal(['by hand']);
      expect(await texts({ project: 'other' })).to.deep.equal(['elsewhere']);
      expect(await readFile(file, 'utf8'))
        .to.contain('delayMs: 3')
        .and.not.contain('calls: []');
    }));

  const ANSWERS: readonly (readonly [string, AiResponse])[] = [
    ['calls', call(['read', { path: 'a', deep: { list: [1, null, 'x'], '<<': 'no merge', yes: 'no' } }])],
    ['arguments that are no JSON', call(['read', '{"path": "a'])],
    [
      'words and calls',
      { ...call(['read', {}]), content: [{ type: 'text', text: 'I say.' }, ...call(['read', {}]).content] },
    ],
    ['an answer that was too long', say('cut', { stopReason: 'length' })],
    ['an empty answer', { ...say('x'), content: [] }],
    ['a refusal', { ...say('x'), content: [], stopReason: 'refused' }],
    ['odd characters', say(' \t"\'`: # - ? {x}\r\n\n\u0000\u0007\u00a0\u2028 😀 %YAML\n---\n  indented\n')],
  ];
  for (const [what, answer] of ANSWERS) {
    it(`plays back ${what}`, () =>
      withRecording(async ({ record, folder, troubles }) => {
        await ask(record([answer]));
        expect(troubles).to.deep.equal([]);
        const played = await ask(createScriptedProvider({ answers: folder }));
        expect(textOf(played)).to.equal(textOf(answer));
        expect(callsOf(played).map(({ name, input }) => [name, input])).to.deep.equal(
          callsOf(answer).map(({ name, input }) => [name, input]),
        );
        expect(played).to.include({ model: answer.model, stopReason: answer.stopReason });
        expect(played.usage).to.deep.equal({ ...answer.usage, costUsd: 0 });
      }));
  }

  it('keeps what was asked and answered as it was, for us alone, within bounds', () =>
    withRecording(async ({ record, folder }) => {
      const provider = record([say('hello'), say('long')]);
      await ask(provider);
      const file = join(folder, 'demo', 'exchanges', '007-a-0-1.json');
      const { request, response } = JSON.parse(await readFile(file, 'utf8'));
      expect(request).to.deep.equal(requestFor({ project: 'demo', step: 'a', round: 0, turn: 1 }));
      expect(response).to.deep.equal(say('hello'));
      expect((await stat(file)).mode & 0o777).to.equal(0o600);
      await provider.respond(
        requestFor({ project: 'demo', turn: 1, step: 'b' }, { system: 'x'.repeat(5_000_000) }),
        {
          signal,
        },
      );
      const long = await readFile(join(folder, 'demo', 'exchanges', '007-b-0-1.json'), 'utf8');
      expect(long.length).to.be.below(2 * 1024 * 1024);
      expect(JSON.parse(long).requestCut).to.contain('left out');
    }));

  it('keeps no secret of an answer, which goes on as it came', () =>
    withRecording(async ({ record, folder, texts }) => {
      const answer = say('the token is s3cret');
      expect(await ask(record([answer]))).to.deep.equal(answer);
      expect(await texts()).to.deep.equal(['the token is [removed]']);
      const kept = await readFile(join(folder, 'demo', 'exchanges', '007-a-0-1.json'), 'utf8');
      expect(kept).to.contain('[removed]').and.not.contain('s3cret');
    }));

  it('keeps why a call failed, and throws it as it is', () =>
    withRecording(async ({ record, folder, texts }) => {
      const failure = new TammaError('AI_OVERLOADED', 'busy', { class: 'rate-limit', retryAfterMs: 5 });
      const provider = record([() => Promise.reject(failure)]);
      expect(await failureOf(ask(provider))).to.equal(failure);
      const file = join(folder, 'demo', 'exchanges', '007-a-0-1.json');
      expect(JSON.parse(await readFile(file, 'utf8')).error).to.include({ code: 'AI_OVERLOADED' });
      expect(await texts()).to.deep.equal([]);
    }));

  it('loses nothing of what is said at the same time, by several agents', () =>
    withRecording(async ({ record, texts, folder }) => {
      const steps = Array.from({ length: 12 }, (_, index) => `step-${index}`);
      await Promise.all(steps.map((step) => ask(record([say(step)]), { step })));
      for (const step of steps) expect(await texts({ step })).to.deep.equal([step]);
      const names = await readdir(join(folder, 'demo'), { recursive: true });
      expect(names.filter((name) => name.endsWith('.tmp'))).to.deep.equal([]);
    }));

  it('never fails a call: trouble is told once', () =>
    withRecording(async ({ record, file, troubles, folder }) => {
      await mkdir(join(folder, 'demo'));
      await writeFile(file, 'a: [{ rubbish');
      const provider = record([say('one'), say('two')]);
      expect(textOf(await ask(provider))).to.equal('one');
      expect(textOf(await ask(provider))).to.equal('two');
      expect(troubles).to.have.length(1);
      expect(String(troubles[0])).to.contain('007.yaml is not YAML');
      expect(await readFile(file, 'utf8')).to.equal('a: [{ rubbish');
    }));

  it('does not fail where the folder cannot be written', () =>
    withRecording(async ({ record, folder, troubles }) => {
      await writeFile(join(folder, 'demo'), 'no folder');
      expect(textOf(await ask(record([say('one')])))).to.equal('one');
      expect(troubles).to.have.length(1);
      await chmod(join(folder, 'demo'), 0o600);
    }));

  it('says so when a turn before is missing, and keeps nothing that would be played at the wrong place', () =>
    withRecording(async ({ record, texts, troubles }) => {
      await ask(record([say('third')]), { turn: 3 });
      expect(troubles[0]).to.include({ code: 'AI_RECORD_INCOMPLETE' });
      expect(await texts()).to.deep.equal([]);
    }));

  it('is not led out of its folder by a name', () =>
    withRecording(async ({ record, folder }) => {
      await ask(record([say('x')]), { project: '../up' });
      expect(await readdir(folder)).to.have.length(1);
    }));
});
