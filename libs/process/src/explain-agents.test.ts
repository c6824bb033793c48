import { configSchema } from '@tamma/contracts';
import { expect } from 'chai';
import { explainIssue } from './explain-issue.ts';

/** What is said about a project's `ai`, each as `path: message (remedy)`. */
function saidOf(ai: unknown): readonly string[] {
  const value = { projects: [{ platform: 'local', repository: 'x.git', issues: 'i', ai }] };
  const { error } = configSchema.safeParse(value);
  return (error?.issues ?? [])
    .flatMap((issue) => explainIssue(issue, value, configSchema))
    .map(({ path, message, remedy }) => {
      const text = `${path.replace('projects[0].', '')}: ${message}`;
      return remedy === undefined ? text : `${text} (${remedy})`;
    });
}

describe('what is said about agents', () => {
  it('names the places of an agent written out as they were written', () => {
    const providers = 'ai.provider: expected anthropic, openai, command or scripted';
    for (const provider of ['gpt', 'GPT 5', 3, null, ['anthropic']]) {
      expect(saidOf({ provider })).to.deep.equal([providers]);
    }
    expect(saidOf({ provider: 'openai' })).to.deep.equal(['ai.model: is missing: expected text']);
    expect(saidOf({ provider: 'anthropic', efort: 'low', turnMax: 3 })).to.deep.equal([
      'ai.efort: is not a known setting (Did you mean "effort"?)',
      'ai.turnMax: is not a known setting (Did you mean "turnsMax"?)',
    ]);
    expect(saidOf({ provider: 'anthropic', turnsMax: 'many' })).to.deep.equal([
      'ai.turnsMax: expected a number, found text',
    ]);
  });

  it('names the places of agents with names', () => {
    expect(saidOf({ agents: { a: { provider: 'gpt' } } })).to.deep.equal([
      'ai.agents.a.provider: expected anthropic, openai, command or scripted',
    ]);
    expect(saidOf({ agents: { a: { provider: 'openai', modle: 'x' } }, ruls: [] })).to.deep.equal([
      'ai.agents.a.model: is missing: expected text',
      'ai.agents.a.modle: is not a known setting (Did you mean "model"?)',
      'ai.ruls: is not a known setting (Did you mean "rules"?)',
    ]);
    expect(saidOf({ agents: { 'A b': { provider: 'anthropic' } } })).to.deep.equal([
      'ai.agents.A b: its name: expected up to 40 lower-case letters, digits and dashes, a letter first',
    ]);
  });

  it('offers only settings that the chosen provider has', () => {
    const [said] = saidOf({ agents: { a: { provider: 'anthropic', answers: 'x' } } });
    expect(said).to.equal(
      'ai.agents.a.answers: is not a known setting (Take it out; known here: provider, outputTokensMax, contextTokensMax, model, baseUrl, keyVariable, effort.)',
    );
  });

  it('says which agents there are when one is named that is none, and no more of what was written', () => {
    const agents = { claude: { provider: 'anthropic' }, local: { provider: 'openai', model: 'm' } };
    expect(saidOf({ agents, use: ['hunter2'], rules: [{ use: ['claude', 'hunter3'] }] })).to.deep.equal([
      'ai.use[0]: is no agent of this project, which has claude, local',
      'ai.rules[0].use[1]: is no agent of this project, which has claude, local',
    ]);
  });

  it('never shows a key that was put where its variable belongs', () => {
    const agents = {
      a: { provider: 'anthropic', keyVariable: 'sk-ant-hunter2', baseUrl: 'http://u:hunter2@h' },
    };
    expect(saidOf({ agents })).to.deep.equal([
      'ai.agents.a.baseUrl: expected an address without credentials',
      'ai.agents.a.keyVariable: expected the name of an environment variable',
    ]);
  });
});
