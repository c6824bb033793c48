import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { testServers } from '@tamma/testing';
import { expect } from 'chai';
import { killOrchestrator, killServers, type Product, testProduct, waitFor } from './testing/product.ts';

const TIMEOUT_MS = 120_000;

async function runOnce(
  product: Product,
  environment: Record<string, string> = {},
): Promise<{ exitCode: number | null; output: string }> {
  const launched = product.launch({ environment });
  const { exitCode } = await launched.exited;
  return { exitCode, output: launched.output() };
}

/** One merge commit on top of the first one, with the green tests it was gated on, and the issue told so. */
async function expectMergedOnce(product: Product): Promise<void> {
  expect(await product.git('rev-list', '--count', '--merges', 'main')).to.equal('1');
  // As it was, the tests, the code, the merge.
  expect(await product.git('rev-list', '--count', 'main')).to.equal('4');
  expect(await product.git('for-each-ref', '--format=%(refname)', 'refs/heads')).to.equal('refs/heads/main');
  const merge = await product.git('rev-parse', 'main');
  const issue = await product.readIssue('001');
  expect(issue.text).to.match(/^state: closed$/m);
  expect(issue.comments).to.have.lengthOf(1);
  expect(issue.comments[0]).to.contain(merge);
}

describe('npm start -- --once', function () {
  this.timeout(TIMEOUT_MS);

  it('takes the eligible issue to one merged commit, and finds nothing to do the next time', async () => {
    await using product = await testProduct({ servers: 'downloaded' });
    const first = await runOnce(product);
    expect(first.exitCode, first.output).to.equal(0);
    expect(first.output).to.contain('1 merged').and.to.contain('it lacks the required label "tamma"');
    await expectMergedOnce(product);

    const second = await runOnce(product);
    expect(second.exitCode, second.output).to.equal(0);
    expect(second.output).to.contain('Nothing to do');
    await expectMergedOnce(product);
  });

  it('works on servers that were given, and starts none of its own', async () => {
    await using product = await testProduct({ servers: 'given' });
    const run = await runOnce(product);
    expect(run.exitCode, run.output).to.equal(0);
    await expectMergedOnce(product);
    expect(existsSync(join(product.home, 'redis'))).to.equal(false);
    expect(existsSync(join(product.home, 'postgres'))).to.equal(false);
  });

  it('works behind tokens on any address, and tells nobody its own', async () => {
    await using product = await testProduct();
    const secret = 'the-token-of-the-owner';
    const run = await runOnce(product, { HOST: '0.0.0.0', TAMMA_TOKEN: secret });
    expect(run.exitCode, run.output).to.equal(0);
    expect(run.output).to.contain('1 merged').and.not.to.contain(secret);
    await expectMergedOnce(product);
    const refused = await runOnce(product, { HOST: '0.0.0.0' });
    expect(refused.exitCode, refused.output).to.equal(2);
    expect(refused.output).to.contain('TAMMA_TOKEN');
  });

  it('merges exactly once when both workers are killed in mid-step', async () => {
    await using product = await testProduct();
    await product.edit(
      'tamma.config.yaml',
      'projects:',
      'taskQueue: { lockDuration: 2s, stalledInterval: 1s }\nprojects:',
    );
    const launched = product.launch();
    await waitFor(launched, 'code-generation: started');
    const { children } = await product.readRunFile();
    const workers = children.filter((child) => child.name.startsWith('worker'));
    expect(workers).to.have.lengthOf(2);
    for (const worker of workers) process.kill(worker.pid, 'SIGKILL');
    const { exitCode } = await launched.exited;
    expect(exitCode, launched.output()).to.equal(0);
    expect(launched.output().split('code-generation: started')).to.have.lengthOf(3);
    await expectMergedOnce(product);
  });

  it('merges exactly once when the launcher is killed in mid-step and started again', async () => {
    await using product = await testProduct({ servers: 'own' });
    const launched = product.launch();
    await waitFor(launched, 'code-generation: started');
    launched.kill('SIGKILL');
    await launched.exited;
    const again = await runOnce(product);
    expect(again.exitCode, again.output).to.equal(0);
    expect(again.output).to.contain('1 merged');
    await expectMergedOnce(product);
  });

  it('merges exactly once when the orchestrator is killed in mid-step', async () => {
    await using product = await testProduct();
    const launched = product.launch();
    await waitFor(launched, 'code-generation: started');
    await killOrchestrator(product);
    const { exitCode } = await launched.exited;
    expect(exitCode, launched.output()).to.equal(0);
    await expectMergedOnce(product);
  });

  it('merges exactly once when its Redis and its PostgreSQL are killed on the way', async () => {
    await using product = await testProduct({ servers: 'own' });
    const launched = product.launch();
    await killServers(launched);
    const { exitCode } = await launched.exited;
    expect(exitCode, launched.output()).to.equal(0);
    expect(launched.output()).to.contain('redis ended; starting it again').and.to.contain('postgres ended');
    await expectMergedOnce(product);
  });

  it('drains on Ctrl-C and leaves no process behind', async () => {
    await using product = await testProduct({ servers: 'own' });
    const launched = product.launch({ args: [] });
    await waitFor(launched, 'code-generation: started');
    const { children } = await product.readRunFile();
    launched.kill('SIGINT');
    const { exitCode } = await launched.exited;
    expect(exitCode, launched.output()).to.equal(0);
    for (const { pid } of children) expect(() => process.kill(pid, 0)).to.throw('ESRCH');
    expect((await product.readRunFile()).children).to.deep.equal([]);
    const again = await runOnce(product);
    expect(again.exitCode, again.output).to.equal(0);
    await expectMergedOnce(product);
  });

  it('steps back while another launcher works on the same folder', async () => {
    await using product = await testProduct();
    const first = product.launch({ args: [] });
    await waitFor(first, 'issue-intake: started');
    const second = await runOnce(product);
    expect(second.exitCode).to.equal(1);
    expect(second.output).to.contain('Tamma runs already on').and.to.contain(`pid ${first.pid}`);
    first.kill('SIGTERM');
    expect((await first.exited).exitCode).to.equal(0);
  });
});

describe('npm start, given something that cannot work', function () {
  this.timeout(TIMEOUT_MS);

  it('names every problem of the configuration, ends with 2 and starts nothing', async () => {
    await using product = await testProduct({ servers: 'downloaded' });
    const text = `server: { port: 99999 }
workers: { heartbeatInterval: 10s, offlineAfter: 5s }
projects:
  - platform: local
    repository: ./nowhere.git
    issues: ./issues
    eligibility: { labelsRequired: [a], labelsExcluded: [a] }
    gatez: {}
    ai: { provider: scripted, answers: ./answers }
`;
    await product.write('tamma.config.yaml', text);
    const run = await runOnce(product);
    expect(run.exitCode, run.output).to.equal(2);
    expect(run.output)
      .to.contain('workers.offlineAfter')
      .and.to.contain('labelsExcluded')
      .and.to.contain('gatez');
    expect(existsSync(product.home)).to.equal(false);
  });

  it('refuses a template with a cycle, an unknown capability and a missing handler', async () => {
    await using product = await testProduct({ servers: 'own' });
    await product.write(
      'mine.yaml',
      'name: mine\ndescription: d\nphases:\n  - id: INTAKE\n    goal: g\n    steps:\n      - {id: deploy, capability: git, needs: [clarification]}\n      - {id: clarification, capability: ai}\n',
    );
    await product.edit(
      'tamma.config.yaml',
      'issues: ./issues',
      'issues: ./issues\n    workflow: ./mine.yaml',
    );
    const cycle = await runOnce(product);
    expect(cycle.exitCode, cycle.output).to.equal(2);
    expect(cycle.output).to.contain('a cycle').and.to.contain('there is no handler "deploy"');
    await product.edit('mine.yaml', 'capability: ai', 'capability: magic');
    const unknown = await runOnce(product);
    expect(unknown.exitCode, unknown.output).to.equal(2);
    expect(unknown.output).to.contain('phases[0].steps[1].capability');
    expect(existsSync(join(product.home, 'redis'))).to.equal(false);
  });

  it('says that the port is taken and which setting changes it', async () => {
    await using product = await testProduct();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const run = await runOnce(product, { PORT: port });
    await new Promise((resolve) => server.close(resolve));
    expect(run.exitCode, run.output).to.equal(1);
    expect(run.output).to.contain(`port ${port} on 127.0.0.1 is taken`).and.to.contain('Set PORT');
  });

  it('ends with 1 and the reason when a given PostgreSQL or Redis does not answer', async () => {
    await using product = await testProduct();
    const database = await runOnce(product, {
      REDIS_URL: testServers().redisUrl,
      DATABASE_URL: 'postgres://someone:hunter2@127.0.0.1:1/none',
    });
    expect(database.exitCode, database.output).to.equal(1);
    expect(database.output).to.contain('127.0.0.1:1').and.not.to.contain('hunter2');
    const redis = await runOnce(product, {
      REDIS_URL: 'redis://:hunter2@127.0.0.1:1',
      DATABASE_URL: testServers().databaseUrl,
    });
    expect(redis.exitCode, redis.output).to.equal(1);
    expect(redis.output).to.contain('Redis at 127.0.0.1:1 does not answer').and.not.to.contain('hunter2');
  });

  it('lets nobody who waits for a person keep the others from their turn', async () => {
    await using product = await testProduct();
    await product.edit('tamma.config.yaml', 'projects:', 'workflow: { maxConcurrent: 2 }\nprojects:');
    const labels = '[tamma, "priority: high"]';
    for (const number of ['011', '012', '013', '014']) {
      const text = `---\ntitle: Unknown ${number}\nstate: open\nlabels: ${labels}\n---\nNobody wrote an answer for this one.\n`;
      await product.write(`issues/${number}-unknown.md`, text);
    }
    const run = await runOnce(product);
    expect(run.exitCode, run.output).to.equal(1);
    expect(run.output).to.contain('1 merged, 4 escalated').and.to.contain('no canned answer for issue 14');
    await expectMergedOnce(product);
  });

  it('names an issue file that does not parse and goes on with the others', async () => {
    await using product = await testProduct();
    await product.write('issues/003-broken.md', '---\ntitle: [unclosed\n---\nbody\n');
    const run = await runOnce(product);
    expect(run.exitCode, run.output).to.equal(0);
    expect(run.output).to.contain('003-broken.md').and.to.contain('1 merged');
  });

  it('escalates when the model answers what was not asked, and keeps saying so', async () => {
    await using product = await testProduct();
    await product.write(
      'answers/001.yaml',
      `clarification:\n${'  - calls: [{ tool: finish, input: { ambiguity: lots } }]\n'.repeat(5)}`,
    );
    const first = await runOnce(product);
    expect(first.exitCode, first.output).to.equal(1);
    expect(first.output).to.contain('escalated at step clarification').and.to.contain('ambiguity');
    const second = await runOnce(product);
    expect(second.exitCode, second.output).to.equal(1);
    expect(second.output).to.contain('escalated at step clarification');
    expect(await product.git('rev-list', '--count', 'main')).to.equal('1');
  });

  it('escalates on a red gate and merges nothing', async () => {
    await using product = await testProduct();
    const gates = 'gates: { build: { command: [node, -e, "process.exit(3)"] } }';
    await product.edit('tamma.config.yaml', 'issues: ./issues', `issues: ./issues\n    ${gates}`);
    const run = await runOnce(product);
    expect(run.exitCode, run.output).to.equal(1);
    expect(run.output).to.contain('build gate failed').and.to.contain('exit code 3');
    // Nobody wrote an answer for the repair, so its round is where it ends.
    expect(run.output).to.contain('escalated at step code-generation').and.to.contain('code-generation.1');
    expect(await product.git('rev-list', '--count', 'main')).to.equal('1');
    expect((await product.readIssue('001')).comments[0]).to.contain('Tamma needs a person');
  });

  it('waits for a person where the risk is high, and ends with 0', async () => {
    await using product = await testProduct();
    await product.edit('answers/001.yaml', 'risk: low', 'risk: high');
    const run = await runOnce(product);
    expect(run.exitCode, run.output).to.equal(0);
    expect(run.output)
      .to.contain('waits for somebody to approve its plan until')
      .and.to.contain('high risk always asks a person')
      .and.to.contain('npx tamma approve textkit-1.r1.plan-approval.a1');
    expect(await product.git('rev-list', '--count', 'main')).to.equal('1');
  });
});
