import { costOf, NO_TOKENS, usdOf } from '@tamma/domain';
import { expect } from 'chai';
import { DEFAULT_MODEL, findPrice, PRICED_MODELS, requirePrice } from './index.ts';

const OWN = { input: 1, output: 2, cacheRead: 0, cacheWrite: 1 };

describe('prices of models', () => {
  it('are known of the default model and of all others in the table, and fit each other', () => {
    expect(PRICED_MODELS).to.include(DEFAULT_MODEL);
    for (const model of PRICED_MODELS) {
      const price = requirePrice(model, {});
      expect(price.output, model).to.equal(price.input * 5);
      expect(price.cacheWrite, model).to.be.closeTo(price.input * 1.25, 1e-9);
      expect(price.cacheRead, model)
        .to.be.above(0)
        .and.at.most(price.input / 10);
    }
  });

  it('are found for an edition of a model, and only for that model', () => {
    const haiku = findPrice('claude-haiku-4-5', {});
    expect(haiku).to.include({ input: 1, output: 5 });
    expect(findPrice('claude-haiku-4-5-20251001', {})).to.equal(haiku);
    expect(findPrice('claude-opus-4-20250514', {})).to.include({ input: 15 });
    expect(findPrice('claude-haiku-4-5-latest', {})).to.equal(haiku);
    for (const other of ['claude-haiku-4', 'claude-haiku-4-55', 'claude', '', '__proto__', 'constructor']) {
      expect(findPrice(other, {}), other).to.equal(null);
    }
  });

  it('are those of the configuration first', () => {
    const overrides = { 'claude-haiku-4-5': OWN, 'our-model': OWN };
    expect(findPrice('claude-haiku-4-5-20251001', overrides)).to.equal(OWN);
    expect(findPrice('our-model', overrides)).to.equal(OWN);
    expect(findPrice('claude-sonnet-5-5', overrides)).to.include({ input: 2 });
  });

  it('are higher for the long prompts of a model that says so', () => {
    const price = requirePrice('claude-haiku-5-5', {});
    const tokens = { ...NO_TOKENS, inputTokens: 40_000, cacheReadTokens: 60_000, outputTokens: 1000 };
    expect(usdOf(costOf(tokens, price))).to.equal(0.0051);
    expect(usdOf(costOf({ ...tokens, cacheReadTokens: 60_001 }, price))).to.equal(0.025501);
  });

  it('have to be given where nobody knows them', () => {
    expect(() => requirePrice('llama-of-ours', {}))
      .to.throw('"llama-of-ours"')
      .that.includes({ code: 'AI_PRICE_UNKNOWN', class: 'validation' })
      .with.property('remedy')
      .that.contains('prices:');
  });
});
