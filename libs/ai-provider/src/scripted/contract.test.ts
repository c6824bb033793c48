import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { stringify } from 'yaml';
import { type AiScenario, aiProviderContract } from '../contract.ts';
import { createScriptedProvider } from './index.ts';

const HELLO = [{ text: 'hello' }];
const LOOKUP = { tool: 'lookup', input: { word: 'tamma' } };
const ENGINE = { tool: 'lookup', input: { word: 'engine' } };

/** The contract asks for step `clarification` of issue 1. */
const SCENARIOS: Partial<Record<AiScenario, unknown>> = {
  text: { clarification: HELLO },
  tools: { clarification: [{ calls: [LOOKUP, LOOKUP] }, { calls: [ENGINE] }, ...HELLO] },
  finish: { clarification: [{ calls: [{ tool: 'finish', input: { answer: 'hello' } }] }] },
  slow: { clarification: [{ text: 'late', delayMs: 60_000 }] },
  stalled: { clarification: [{ text: 'hello and nothing more' }] },
  validation: { 'another-step': HELLO },
};

aiProviderContract('scripted', async () => {
  const folder = await testFolder();
  const answers = folder.path;
  let provider = createScriptedProvider({ answers });
  return {
    get provider() {
      return provider;
    },
    failures: ['validation'],
    sent: () => null,
    async arrange(scenario) {
      if (scenario === 'stalled') provider = createScriptedProvider({ answers, paceMs: 60_000 });
      await writeFile(join(answers, '001.yaml'), stringify(SCENARIOS[scenario]));
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
});
