import { join } from 'node:path';
import { expect } from 'chai';
import { type Served, startClaude } from './testing/claude.ts';
import { type Product, testProduct } from './testing/product.ts';

const TIMEOUT_MS = 120_000;
const KEY = 'sk-ant-test-of-the-example';
const MODEL = 'claude-haiku-4-5';
/** US dollars per million tokens of that model. */
const PRICE = { input: 1, output: 5, write: 1.25, read: 0.1 };

/** The example, worked by a model of Anthropic, the plain issue alone. */
async function claudeProduct(): Promise<Product> {
  const product = await testProduct({ issues: ['001'] });
  await product.edit('tamma.config.yaml', 'provider: scripted', 'provider: anthropic');
  await product.edit('tamma.config.yaml', 'answers: ./answers', `model: ${MODEL}`);
  return product;
}

function sumOf(served: readonly Served[], key: keyof Served): number {
  return served.reduce((sum, one) => sum + one[key], 0);
}

const grouped = (count: number) => count.toLocaleString('en-US');

describe('npm start with Claude', function () {
  this.timeout(TIMEOUT_MS);

  it('merges the issue, and accounts for every token and cent that was served', async () => {
    await using product = await claudeProduct();
    await using claude = await startClaude({ answers: join(product.project, 'answers/001.yaml'), key: KEY });
    const environment = {
      ANTHROPIC_API_KEY: KEY,
      ANTHROPIC_BASE_URL: claude.url,
    };
    const launched = product.launch({ environment });
    const { exitCode } = await launched.exited;
    const output = launched.output();
    expect(exitCode, output).to.equal(0);
    expect(output).to.contain('\n1 merged\n');
    expect(output).not.to.contain(KEY);
    expect(await product.git('rev-list', '--count', '--merges', 'main')).to.equal('1');
    expect((await product.readIssue('001')).text).to.match(/^state: closed$/m);

    const { served } = claude;
    const [tokensIn, tokensOut] = [sumOf(served, 'input_tokens'), sumOf(served, 'output_tokens')];
    const [written, read] = [
      sumOf(served, 'cache_creation_input_tokens'),
      sumOf(served, 'cache_read_input_tokens'),
    ];
    const usd =
      (tokensIn * PRICE.input + tokensOut * PRICE.output + written * PRICE.write + read * PRICE.read) / 1e6;
    expect(usd, 'enough to count cents').to.be.above(0.1);
    expect(output).to.contain(
      [
        `${served.length} model calls`,
        `${grouped(tokensIn)} tokens in`,
        `${grouped(tokensOut)} out`,
        `${grouped(written)} written to the cache`,
        `${grouped(read)} read from it`,
        `$${usd.toFixed(2)} of a budget of $10.00`,
        `$${(10 - usd).toFixed(2)} left\n`,
      ].join(', '),
    );
  });

  it('does not start without a key, and says what to do', async () => {
    await using product = await claudeProduct();
    const launched = product.launch();
    const { exitCode } = await launched.exited;
    expect(exitCode, launched.output()).to.equal(2);
    expect(launched.output()).to.contain('ANTHROPIC_API_KEY').and.to.contain('is not set');
    expect(launched.output()).to.contain('ANTHROPIC_API_KEY_FILE');
  });
});
