import type { Fixture } from '@copilotkit/aimock';
import { FREE } from '@tamma/domain';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { z } from 'zod';
import { runAgent } from '../agent-loop.ts';
import type { AiProvider } from '../ai-provider.ts';
import { createOpenAiProvider } from '../openai/index.ts';
import { createScriptedProvider } from '../scripted/index.ts';
import { startAimock } from '../testing/aimock.ts';
import { defineTool } from '../tool.ts';
import { recordExchanges } from './index.ts';

/** Long enough that eight of them do not fit into the context below. */
const PAGE = 'A line of a file, as long as lines are.\n'.repeat(200);
const CONTEXT_TOKENS_MAX = 10_000;

interface Answer {
  readonly content?: string;
  readonly calls?: readonly (readonly [string, unknown])[];
}

/** What the model says when the system prompt names the conversation, by the answers it gave before. */
function modelOf(conversation: string, answers: readonly Answer[]): readonly Fixture[] {
  return answers.map(({ content, calls = [] }, turnIndex) => ({
    match: { systemMessage: conversation, turnIndex },
    response: {
      ...(content === undefined ? {} : { content }),
      ...(calls.length === 0
        ? {}
        : {
            toolCalls: calls.map(([name, input]) => ({
              name,
              arguments: typeof input === 'string' ? input : JSON.stringify(input),
            })),
          }),
    },
  }));
}

const READING: readonly Answer[] = [
  ...Array.from({ length: 8 }, (_, index) => ({
    content: `Page ${index}.`,
    calls: [['read', { page: index }]] as const,
  })),
  { content: 'It is clear.', calls: [['finish', { answer: 'researched' }]] },
];
const WRITING: readonly Answer[] = [
  {
    calls: [
      ['read', { page: 1 }],
      ['read', { page: 2, note: 'a\r\n\tb  \u0007 😀 --- # yes: [no]' }],
    ],
  },
  { calls: [['read', '{"page": ']] },
  { content: 'I only talk.' },
  { calls: [['finish', { answer: 3 }]] },
  { calls: [['finish', { answer: 'written' }]] },
];
const REPAIR: readonly Answer[] = [{ calls: [['finish', { answer: 'repaired' }]] }];

const CONVERSATIONS = [
  { step: 'context-research', round: 0, answers: READING },
  { step: 'code-generation', round: 0, answers: WRITING },
  { step: 'code-generation', round: 1, answers: REPAIR },
];

interface Seen {
  readonly inputs: unknown[];
  readonly texts: string[];
  readonly results: unknown[];
  compactions: number;
}

/** Has all conversations, one after another, and says what came of them. */
async function converse(provider: AiProvider): Promise<Seen> {
  const seen: Seen = { inputs: [], texts: [], results: [], compactions: 0 };
  const read = defineTool({
    name: 'read',
    description: 'Reads a page.',
    input: z.strictObject({ page: z.int(), note: z.string().optional() }),
    async run(input) {
      seen.inputs.push(input);
      return PAGE;
    },
  });
  for (const { step, round } of CONVERSATIONS) {
    const outcome = await runAgent({
      agent: { name: 'agent', provider, outputTokensMax: 1000, contextTokensMax: CONTEXT_TOKENS_MAX },
      purpose: { project: 'demo', workflowId: 'demo-7.r1', issue: 7, step, round },
      system: `conversation ${step}.${round}`,
      prompt: 'Go.',
      tools: [read],
      result: z.strictObject({ answer: z.string() }),
      limits: { turnsMax: 20, idleTurnsMax: 20, timeMaxMs: 60_000 },
      signal: new AbortController().signal,
      heard: {
        onText: (text) => void seen.texts.push(text),
        async onCompacted() {
          seen.compactions += 1;
        },
      },
    });
    seen.results.push(outcome.kind === 'finished' ? [outcome.result, outcome.turns] : outcome);
  }
  return seen;
}

describe('a recording', () => {
  it('plays back as it was: same calls, same results, over rounds and what was left out', async () => {
    await using aimock = await startAimock();
    await using folder = await testFolder();
    aimock.play(
      ...CONVERSATIONS.flatMap(({ step, round, answers }) =>
        modelOf(`conversation ${step}.${round}`, answers),
      ),
    );
    const live = createOpenAiProvider({
      apiKey: null,
      baseUrl: `${aimock.url}/v1`,
      model: 'gpt-5',
      price: FREE,
    });
    const troubles: unknown[] = [];
    const recorded = await converse(
      recordExchanges(live, folder.path, {
        onError: (error) => void troubles.push(error),
        maskAnswer: async (answer) => answer,
      }),
    );
    expect(troubles).to.deep.equal([]);
    expect(recorded.results).to.deep.equal([
      [{ answer: 'researched' }, 9],
      [{ answer: 'written' }, 5],
      [{ answer: 'repaired' }, 1],
    ]);
    expect(recorded.compactions).to.be.above(0);
    const played = await converse(createScriptedProvider({ answers: folder.path }));
    expect(played.inputs).to.deep.equal(recorded.inputs);
    expect(played.results).to.deep.equal(recorded.results);
    expect(played.texts.join('')).to.equal(recorded.texts.join(''));
  });
});
