import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { readAiEnvironment } from './ai-environment.ts';

const run = promisify(execFile);

describe('readAiEnvironment', () => {
  it('knows nothing when nothing is set, nor when it is set to nothing', () => {
    for (const environment of [
      {},
      { ANTHROPIC_BASE_URL: '', ANTHROPIC_MODEL: ' ', AI_RECORD: '', ANTHROPIC_API_KEY: ' ' },
    ]) {
      const ai = readAiEnvironment(environment);
      expect(ai).to.deep.include({
        anthropicBaseUrl: null,
        anthropicModel: null,
        recordFolder: null,
        problems: [],
      });
      expect(ai.keyOf('ANTHROPIC_API_KEY')).to.equal(null);
    }
  });

  it('reads address, model and where exchanges are kept', () => {
    const environment = {
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:4910/',
      ANTHROPIC_MODEL: 'claude-haiku-4-5',
      AI_RECORD: 'recorded',
    };
    expect(readAiEnvironment(environment, '/srv/app')).to.deep.include({
      anthropicBaseUrl: 'http://127.0.0.1:4910',
      anthropicModel: 'claude-haiku-4-5',
      recordFolder: '/srv/app/recorded',
      problems: [],
    });
  });

  it('reads a key from any variable, or from the file beside it', async () => {
    await using folder = await testFolder();
    await writeFile(join(folder.path, 'key'), 'sk-file\n');
    const ai = readAiEnvironment({ ANTHROPIC_API_KEY: ' sk-own ', OTHER_KEY_FILE: 'key' }, folder.path);
    expect(ai.keyOf('ANTHROPIC_API_KEY')).to.equal('sk-own');
    expect(ai.keyOf('OTHER_KEY')).to.equal('sk-file');
    expect(ai.keyProblemOf('OTHER_KEY')).to.equal(null);
    await writeFile(join(folder.path, 'key'), 'sk-new\n');
    expect(ai.keyOf('OTHER_KEY'), 'a key that was changed counts from then on').to.equal('sk-new');
  });

  it('says why there is no key and what to do, and shows nothing of what is there', async () => {
    await using folder = await testFolder();
    await writeFile(join(folder.path, 'empty'), '\n');
    await writeFile(join(folder.path, 'broken'), 'hunter2 hunter2\n');
    await run('mkfifo', [join(folder.path, 'pipe')]);
    const environment = {
      PIPE_FILE: 'pipe',
      BOTH: 'hunter2',
      BOTH_FILE: 'key',
      BLANKS: 'hunter2 hunter2',
      NOWHERE_FILE: 'nowhere',
      FOLDER_FILE: '.',
      EMPTY_FILE: 'empty',
      BROKEN_FILE: 'broken',
      ENDLESS_FILE: '/dev/zero',
    };
    const { keyOf, keyProblemOf } = readAiEnvironment(environment, folder.path);
    const said = ['UNSET', 'BOTH', 'BLANKS', 'NOWHERE', 'FOLDER', 'EMPTY', 'BROKEN', 'ENDLESS', 'PIPE'].map(
      (name) => {
        expect(keyOf(name), name).to.equal(null);
        const problem = keyProblemOf(name);
        expect(problem?.remedy, name).to.match(/\.$/);
        return `${problem?.source}: ${problem?.message}`;
      },
    );
    expect(said).to.deep.equal([
      'UNSET: is not set',
      'BOTH_FILE: is set, and so is BOTH: which of them counts is a guess',
      'BLANKS: has spaces or other characters that no key has',
      'NOWHERE_FILE: names a file that cannot be read (ENOENT)',
      'FOLDER_FILE: names a file that cannot be read (EISDIR)',
      'EMPTY_FILE: names an empty file',
      'BROKEN_FILE: has spaces or other characters that no key has',
      'ENDLESS_FILE: names a file of more than 131072 bytes',
      'PIPE_FILE: names an empty file',
    ]);
  });

  it('reports an address and a model that can be none, and goes without them', () => {
    const ai = readAiEnvironment({
      ANTHROPIC_BASE_URL: 'https://user:hunter2@api.example',
      ANTHROPIC_MODEL: 'claude\nhunter2',
    });
    expect(ai).to.include({ anthropicBaseUrl: null, anthropicModel: null });
    expect(JSON.stringify(ai.problems)).not.to.contain('hunter2');
    expect(ai.problems.map(({ source, message }) => `${source}: ${message}`)).to.deep.equal([
      'ANTHROPIC_BASE_URL: expected an address without credentials and query',
      'ANTHROPIC_MODEL: expected the name of a model, such as claude-sonnet-5-5',
    ]);
  });
});
