import { expect } from 'chai';
import { aiPathAsWritten, aiSchema, completeAi, priceSchema } from './ai-config.ts';

const CLAUDE = { provider: 'anthropic' } as const;
const LOCAL = { provider: 'openai', model: 'qwen3-coder', keyVariable: null } as const;
const CODEX = { provider: 'command', command: ['codex', 'exec'] } as const;
const CANNED = { provider: 'scripted', answers: 'answers' } as const;
const AGENTS = { claude: CLAUDE, local: LOCAL };

/** Every refusal as `path: message`. */
function problemsOf(input: unknown): string[] {
  const issues = aiSchema.safeParse(input).error?.issues ?? [];
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('who does the AI steps', () => {
  it('is Claude where nothing else is said', () => {
    const ai = aiSchema.parse(undefined);
    expect(ai.use).to.deep.equal(['anthropic']);
    expect(ai.agents).to.deep.equal({
      anthropic: {
        ...CLAUDE,
        keyVariable: 'ANTHROPIC_API_KEY',
        effort: 'medium',
        outputTokensMax: 16_384,
        contextTokensMax: 150_000,
      },
    });
  });

  it('may be one agent, written out, with settings of the group beside its own', () => {
    const ai = aiSchema.parse({ ...CODEX, turnsMax: 10, commands: [['npm', 'run', 'lint']], timeMax: '5m' });
    expect(ai).to.deep.include({
      use: ['command'],
      turnsMax: 10,
      commands: [['npm', 'run', 'lint']],
      timeMax: 300_000,
    });
    expect(ai.agents.command).to.deep.include({
      ...CODEX,
      format: 'text',
      variables: [],
      timeout: 1_200_000,
    });
    expect(aiSchema.parse({ agents: { command: CODEX }, turnsMax: 10 }).turnsMax).to.equal(10);
  });

  it('may say what one run of a program may cost, also that it costs nothing', () => {
    const { agents } = aiSchema.parse({
      agents: { dear: { ...CODEX, runCostMaxUsd: 2.5 }, own: { ...CODEX, runCostMaxUsd: 0 } },
    });
    expect(agents.dear).to.include({ runCostMaxUsd: 2.5 });
    expect(agents.own).to.include({ runCostMaxUsd: 0 });
    expect(problemsOf({ ...CODEX, runCostMaxUsd: -1 })).to.have.lengthOf(1);
    expect(problemsOf({ ...CLAUDE, runCostMaxUsd: 1 })).to.have.lengthOf(1);
  });

  it('comes to the same, written out or as a group of one', () => {
    for (const agent of [CLAUDE, LOCAL, CODEX, CANNED]) {
      const named = aiSchema.parse({ agents: { [agent.provider]: agent }, idleTurnsMax: 5 });
      expect(aiSchema.parse({ ...agent, idleTurnsMax: 5 })).to.deep.equal(named);
    }
  });

  it('may be several with names, in the order they stand in, or in one that is said', () => {
    expect(aiSchema.parse({ agents: AGENTS }).use).to.deep.equal(['claude', 'local']);
    expect(aiSchema.parse({ agents: AGENTS, use: ['local', 'claude'] }).use).to.deep.equal([
      'local',
      'claude',
    ]);
  });

  it('may differ by step and by label', () => {
    const rules = [
      { steps: ['code-review'], use: ['local'] },
      { labels: ['docs'], use: ['local', 'claude'] },
    ];
    expect(aiSchema.parse({ agents: AGENTS, rules }).rules).to.deep.equal(rules);
  });

  it('is refused with names of agents that are none, wherever they stand', () => {
    const said = 'is no agent of this project, which has claude, local';
    expect(
      problemsOf({ agents: AGENTS, use: ['gpt'], rules: [{ use: ['claude', 'constructor'] }] }),
    ).to.deep.equal([`use.0: ${said}`, `rules.0.use.1: ${said}`]);
    expect(problemsOf({ agents: AGENTS, use: ['constructor'] })).to.deep.equal([`use.0: ${said}`]);
  });

  it('keeps the address of a server without a slash at its end', () => {
    const ai = aiSchema.parse({ ...LOCAL, baseUrl: 'http://127.0.0.1:11434/v1/' });
    expect(ai.agents.openai).to.include({ baseUrl: 'http://127.0.0.1:11434/v1', keyVariable: null });
  });

  const REFUSED: readonly (readonly [what: string, input: unknown, problem: RegExp])[] = [
    ['rubbish', 'claude', /^: .*expected object/],
    ['nobody', { agents: {} }, /^agents: expected at least one agent/],
    ['nobody to use', { agents: AGENTS, use: [] }, /^use: /],
    ['no agents', { turnsMax: 3 }, /^agents: /],
    ['a name that is none', { agents: { 'My Claude': CLAUDE } }, /^agents\.My Claude: /],
    ['a provider nobody wrote', { agents: { a: { provider: 'oracle' } } }, /^agents\.a\.provider: /],
    ['OpenAI without a model', { provider: 'openai' }, /^agents\.openai\.model: /],
    ['a program that is none', { ...CODEX, command: [] }, /^agents\.command\.command: .*a program and its/],
    ['a shell line', { ...CODEX, command: 'codex exec' }, /^agents\.command\.command: /],
    [
      'a key in place of its variable',
      { ...CLAUDE, keyVariable: 'sk-ant-1' },
      /keyVariable: .*name of an env/,
    ],
    ['a password in an address', { ...LOCAL, baseUrl: 'http://a:b@h/v1' }, /baseUrl: .*without credentials/],
    ['an address of something else', { ...LOCAL, baseUrl: 'file:///etc' }, /baseUrl: expected an address/],
    ['another effort', { ...CLAUDE, effort: 'heroic' }, /effort: /],
    ['answers too short to say anything', { ...CLAUDE, outputTokensMax: 255 }, /outputTokensMax: /],
    ['a conversation too short for a prompt', { ...CLAUDE, contextTokensMax: 7999 }, /contextTokensMax: /],
    ['an unlimited number of turns', { ...CLAUDE, turnsMax: 201 }, /^turnsMax: /],
    ['no turns', { ...CLAUDE, idleTurnsMax: 0 }, /^idleTurnsMax: /],
    ['no time', { ...CLAUDE, timeMax: '0s' }, /^timeMax: /],
    ['more trials than work', { ...CLAUDE, exploration: 0.51 }, /^exploration: /],
    ['another way of choosing', { ...CLAUDE, routing: 'random' }, /^routing: /],
    [
      'a step that asks no model',
      { agents: AGENTS, rules: [{ steps: ['merge'], use: ['local'] }] },
      /^rules\.0\.steps\.0: /,
    ],
    ['a command in one text', { ...CLAUDE, commands: ['npm test'] }, /^commands\.0: /],
    ['a rule for nobody', { agents: AGENTS, rules: [{ use: [] }] }, /^rules\.0\.use: /],
    ['a pace nobody would watch', { ...CANNED, pace: '61s' }, /pace: expected at most 60s/],
    ['a key of another provider', { ...CLAUDE, answers: 'x' }, /^agents\.anthropic: .*answers/],
    ['a misspelt key', { ...CLAUDE, turnMax: 3 }, /^agents\.anthropic: .*turnMax/],
    ['a misspelt key of the group', { agents: AGENTS, turnMax: 3 }, /^: .*turnMax/],
  ];

  for (const [what, input, problem] of REFUSED) {
    it(`is refused with ${what}`, () => {
      const problems = problemsOf(input);
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(problem);
    });
  }
});

describe('a path inside ai', () => {
  it('is given as it was written', () => {
    expect(aiPathAsWritten(['agents', 'openai', 'model'], LOCAL)).to.deep.equal(['model']);
    expect(aiPathAsWritten(['turnsMax'], LOCAL)).to.deep.equal(['turnsMax']);
    expect(aiPathAsWritten(['agents', 'local', 'model'], { agents: AGENTS })).to.deep.equal([
      'agents',
      'local',
      'model',
    ]);
  });
});

describe('the settings of models in the head of a workflow', () => {
  it('stay as they are', () => {
    const ai = aiSchema.parse({ agents: AGENTS, turnsMax: 7, routing: 'measured' });
    expect(completeAi(ai)).to.deep.equal(ai);
  });

  it('of the version that knew canned answers alone are made whole', () => {
    const old = { provider: 'scripted', answers: '/srv/answers', turnsMax: 7, pace: 20 };
    const ai = completeAi(old);
    expect(ai).to.deep.include({ use: ['scripted'], turnsMax: 7, idleTurnsMax: 12, routing: 'order' });
    expect(ai.agents.scripted).to.deep.include({ provider: 'scripted', answers: '/srv/answers', pace: 20 });
    expect(ai.agents.scripted).to.include({ outputTokensMax: 16_384 });
  });

  it('get the defaults of settings that are newer than they', () => {
    const { idleTurnsMax: _, ...older } = aiSchema.parse({ agents: AGENTS });
    expect(completeAi(older)).to.deep.equal({ ...older, idleTurnsMax: 12 });
    expect(completeAi(undefined).use).to.deep.equal(['scripted']);
  });
});

describe('the price of a model', () => {
  const PRICE = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 };

  it('is four prices, with one per call and a band where they are said', () => {
    const all = { ...PRICE, perCall: 0.01, above: { tokens: 200_000, ...PRICE } };
    for (const price of [PRICE, all]) expect(priceSchema.parse(price)).to.deep.equal(price);
  });

  it('leaves none of them to a guess, and is never below nothing', () => {
    for (const key of Object.keys(PRICE)) {
      expect(priceSchema.safeParse({ ...PRICE, [key]: undefined }).success, key).to.equal(false);
      expect(priceSchema.safeParse({ ...PRICE, [key]: -1 }).success, key).to.equal(false);
    }
    expect(priceSchema.safeParse({ ...PRICE, above: PRICE }).success).to.equal(false);
    expect(priceSchema.safeParse({ ...PRICE, input: Number.POSITIVE_INFINITY }).success).to.equal(false);
    expect(priceSchema.safeParse({ ...PRICE, thinking: 1 }).success).to.equal(false);
  });
});
