import { expect } from 'chai';
import { anthropicNameOf } from './anthropic/service-name.ts';
import { openAiNameOf } from './openai/service-name.ts';

describe('name of a model service', () => {
  it('is the provider alone for the maker of the API and its usual key', () => {
    expect(anthropicNameOf({})).to.equal('anthropic');
    const anthropic = { baseUrl: 'https://api.anthropic.com/', keyVariable: 'ANTHROPIC_API_KEY' };
    expect(anthropicNameOf(anthropic)).to.equal('anthropic');
    const baseUrl = 'https://api.openai.com/v1';
    for (const keyVariable of ['OPENAI_API_KEY', null, undefined]) {
      expect(openAiNameOf({ baseUrl, keyVariable })).to.equal('openai');
    }
  });

  it('tells servers apart, and accounts by the variables of their keys', () => {
    const gateway = 'https://LLM.acme.example:8443/anthropic';
    expect(anthropicNameOf({ baseUrl: gateway })).to.equal('anthropic:llm.acme.example:8443');
    expect(anthropicNameOf({ keyVariable: 'TEAM_KEY' })).to.equal('anthropic:TEAM_KEY');
    expect(anthropicNameOf({ baseUrl: gateway, keyVariable: 'TEAM_KEY' })).to.equal(
      'anthropic:llm.acme.example:8443:TEAM_KEY',
    );
    const local = { baseUrl: 'http://127.0.0.1:11434/v1', keyVariable: null };
    expect(openAiNameOf(local)).to.equal('openai:127.0.0.1:11434');
    expect(openAiNameOf({ ...local, keyVariable: 'TEAM_KEY' })).to.equal('openai:127.0.0.1:11434:TEAM_KEY');
  });
});
