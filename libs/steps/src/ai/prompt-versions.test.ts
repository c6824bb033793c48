import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { PROMPT_VERSIONS } from '../testing/prompt-versions.ts';
import { loadPrompt } from './prompt.ts';

const STEPS = new URL('../', import.meta.url);

/** Every prompt of a step, by folder and file. */
async function listPrompts(): Promise<readonly string[]> {
  const names = await readdir(fileURLToPath(STEPS), { recursive: true });
  return names.filter((name) => name.endsWith('.md') && !name.startsWith('ai/')).toSorted();
}

describe('prompts of the steps', () => {
  it('are all on record', async () => {
    expect(await listPrompts()).to.deep.equal(Object.keys(PROMPT_VERSIONS).toSorted());
  });

  for (const [name, known] of Object.entries(PROMPT_VERSIONS)) {
    it(`have a version that changed with the text: ${name}`, () => {
      const { version, hash } = loadPrompt(new URL(name, STEPS));
      const remedy = `raise the version of ${name} when its text or ai/rules.md changes, and note it in testing/prompt-versions.ts`;
      expect(`${version}#${hash}`, remedy).to.equal(known);
    });
  }

  it('hold nothing of an issue: they are the same whatever is asked', async () => {
    for (const name of await listPrompts()) {
      const { text } = loadPrompt(new URL(name, STEPS));
      expect(text, name)
        .to.include('# Data and orders')
        .and.not.match(/\$\{|\{\{/);
    }
  });

  it('are refused without a version', () => {
    expect(() => loadPrompt(new URL('../../package.json', import.meta.url))).to.throw('has no version');
  });
});
