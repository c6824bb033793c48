import { expect } from 'chai';
import {
  costAtMost,
  costOf,
  FREE,
  type ModelPrice,
  microUsdOf,
  NO_TOKENS,
  outputTokensFor,
  usdOf,
} from './ai-price.ts';
import { seededRandom } from './testing/index.ts';

const PRICE: ModelPrice = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 };
const BANDED: ModelPrice = {
  ...PRICE,
  above: { tokens: 1000, input: 6, output: 22.5, cacheRead: 0.6, cacheWrite: 7.5 },
};

/** Whole numbers below a bound, the same ones for the same seed. */
function integersOf(seed: number): (below: number) => number {
  const random = seededRandom(seed);
  return (below) => Math.floor(random() * below);
}

describe('what a call costs', () => {
  it('counts each kind of token by its own price', () => {
    const tokens = { inputTokens: 1000, outputTokens: 200, cacheReadTokens: 5000, cacheWriteTokens: 400 };
    // 3,000 + 3,000 + 1,500 + 1,500 millionths.
    expect(costOf(tokens, PRICE)).to.equal(9000);
    expect(costOf(NO_TOKENS, PRICE)).to.equal(0);
    expect(costOf(tokens, FREE)).to.equal(0);
  });

  it('is rounded up to whole millionths, but not by the dust of binary fractions', () => {
    const price = { ...FREE, input: 0.1, output: 1.1, cacheRead: 0.3 };
    expect(0.1 + 19 * 1.1, 'dust').to.be.above(21);
    expect(costOf({ ...NO_TOKENS, inputTokens: 1, outputTokens: 19 }, price)).to.equal(21);
    expect(costOf({ ...NO_TOKENS, cacheReadTokens: 1 }, price)).to.equal(1);
    expect(costOf({ ...NO_TOKENS, cacheReadTokens: 11 }, price)).to.equal(4);
  });

  it('goes as a whole by the prices of its band, and cached parts count to the length', () => {
    const short = { ...NO_TOKENS, inputTokens: 400, cacheReadTokens: 600, outputTokens: 10 };
    expect(costOf(short, BANDED)).to.equal(1200 + 180 + 150);
    expect(costOf({ ...short, cacheWriteTokens: 2 }, BANDED)).to.equal(2400 + 360 + 15 + 225);
  });

  it('has a price per call where the tokens are not told', () => {
    expect(costOf(NO_TOKENS, { ...FREE, perCall: 0.25 })).to.equal(250_000);
    expect(costAtMost(0, 0, { ...PRICE, perCall: 0.25 })).to.equal(250_000);
  });

  it('is never more than was reckoned for it', () => {
    const int = integersOf(6);
    for (let round = 0; round < 500; round += 1) {
      const price = int(2) === 0 ? PRICE : { ...BANDED, perCall: int(3) / 7 };
      const [inputTokens, cacheReadTokens, cacheWriteTokens] = [int(900), int(900), int(900)];
      const outputTokens = int(2000);
      const cost = costOf({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }, price);
      const prompt = inputTokens + cacheReadTokens + cacheWriteTokens;
      expect(costAtMost(prompt, outputTokens, price)).to.be.at.least(cost);
    }
  });

  it('is money and back again', () => {
    expect(usdOf(1_234_567)).to.equal(1.234567);
    expect(microUsdOf(0.29)).to.equal(290_000);
    for (const micro of [0, 1, 7, 333_333, 10_000_000]) expect(microUsdOf(usdOf(micro))).to.equal(micro);
  });
});

describe('the answer that some money pays for', () => {
  it('is what is left after the prompt', () => {
    // 100 tokens of prompt may all be written to the cache: 375 millionths.
    expect(outputTokensFor(375 + 15 * 40, 100, PRICE)).to.equal(40);
    expect(outputTokensFor(375 + 15 * 40 - 1, 100, PRICE)).to.equal(39);
    expect(outputTokensFor(375, 100, PRICE)).to.equal(0);
    expect(outputTokensFor(374, 100, PRICE)).to.equal(0);
    expect(outputTokensFor(-1, 0, PRICE)).to.equal(0);
  });

  it('has no end where it costs nothing', () => {
    expect(outputTokensFor(0, 1_000_000, FREE)).to.equal(Number.POSITIVE_INFINITY);
  });

  it('stays within the money, and leaves less than a token of it', () => {
    const int = integersOf(7);
    for (let round = 0; round < 500; round += 1) {
      const price = int(2) === 0 ? BANDED : { ...PRICE, output: 0.7, perCall: 0.0001 };
      const prompt = int(2000);
      const money = costAtMost(prompt, 0, price) + int(50_000);
      const answer = outputTokensFor(money, prompt, price);
      expect(costAtMost(prompt, answer, price)).to.be.at.most(money);
      expect(costAtMost(prompt, answer + 1, price)).to.be.at.least(money);
    }
  });
});
