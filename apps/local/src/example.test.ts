import { approvalListSchema, workflowListSchema } from '@tamma/contracts';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import {
  emptyRedis,
  killOrchestrator,
  killServers,
  type Launched,
  type Product,
  testProduct,
  waitFor,
} from './testing/product.ts';

const TIMEOUT_MS = 240_000;
const STEP_MS = 90_000;
const ALL = { issues: ['001', '002', '003', '004', '005'], servers: 'own' } as const;

interface Running {
  readonly launched: Launched;
  readonly url: string;
}

async function start(product: Product, args: readonly string[]): Promise<Running> {
  const launched = product.launch({ args });
  return { launched, url: `http://127.0.0.1:${product.port}/api/v1` };
}

/** Null while it does not answer. */
async function read({ url }: Running, path: string): Promise<unknown> {
  const response = await fetch(`${url}${path}`).catch(() => null);
  return response?.ok === true ? response.json() : null;
}

async function decide({ url }: Running, id: string, body: object): Promise<void> {
  const response = await fetch(`${url}/approvals/${id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.ok, await response.text()).to.equal(true);
}

/** The id of one that is not that which was seen before. */
async function waitForApproval(running: Running, kind: string, before = ''): Promise<string> {
  const find = async () => {
    const list = approvalListSchema.safeParse(await read(running, '/approvals'));
    return list.data?.items.find((one) => one.kind === kind && one.id !== before)?.id;
  };
  await eventually(
    `an approval of kind ${kind} is asked for`,
    async () => (await find()) !== undefined,
    STEP_MS,
  );
  return (await find()) ?? '';
}

async function waitForMerges(running: Running, count: number): Promise<void> {
  const isReached = async () => {
    const list = workflowListSchema.safeParse(await read(running, '/workflows'));
    return list.data?.items.filter((one) => one.result === 'merged').length === count;
  };
  await eventually(`${count} workflows are merged`, isReached, STEP_MS);
}

function mergesOf(product: Product): Promise<string> {
  return product.git('rev-list', '--count', '--merges', 'main');
}

describe('npm start on the whole example', function () {
  this.timeout(TIMEOUT_MS);

  it('merges what needs nobody, and the rest once people decided, though Redis comes back empty under it', async () => {
    await using product = await testProduct(ALL);
    const once = await start(product, ['--once']);
    const { exitCode } = await once.launched.exited;
    const receipt = once.launched.output();
    expect(exitCode, receipt).to.equal(0);
    expect(receipt).to.match(/2 merged, 2 waiting for a person\n/);
    expect(receipt).to.contain('merged, sent back once');
    expect(receipt).to.contain('#2 Add a camelCase helper: it lacks the required label "tamma"');
    expect(receipt).to.contain('#3 npx tamma approve textkit-3.r1.plan-approval.a1');
    expect(receipt).to.contain('#5 npx tamma answer textkit-5.r1.clarification.a1');
    expect(await mergesOf(product)).to.equal('2');

    const running = await start(product, []);
    const question = await waitForApproval(running, 'question');
    await decide(running, question, {
      decision: 'answer',
      comment: 'White space and dashes; "a-b" is two words.',
    });
    await decide(running, await waitForApproval(running, 'plan'), { decision: 'approve' });
    const first = await waitForApproval(running, 'merge');
    await decide(running, first, { decision: 'edit', comment: 'Say what becomes of a dash.' });
    const second = await waitForApproval(running, 'merge', first);
    await emptyRedis(product, running.launched);
    const third = await waitForApproval(running, 'merge', second);
    await decide(running, third, { decision: 'approve', comment: 'Looks right.' });
    await waitForMerges(running, 4);
    running.launched.kill('SIGINT');
    expect((await running.launched.exited).exitCode, running.launched.output()).to.equal(0);
    expect(await mergesOf(product)).to.equal('4');
    expect((await product.readIssue('002')).text).to.match(/^state: open$/m);
  });

  it('merges each issue that needs nobody exactly once when orchestrator, Redis and PostgreSQL are killed', async () => {
    await using product = await testProduct(ALL);
    const { launched } = await start(product, ['--once']);
    await waitFor(launched, 'plan-generation: started');
    await killOrchestrator(product);
    await killServers(launched);
    const { exitCode } = await launched.exited;
    expect(exitCode, launched.output()).to.equal(0);
    expect(launched.output()).to.match(/2 merged, 2 waiting for a person\n/);
    expect(await mergesOf(product)).to.equal('2');
    for (const number of ['001', '004']) {
      expect((await product.readIssue(number)).text).to.match(/^state: closed$/m);
    }
  });
});
