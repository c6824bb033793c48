import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { callTamma } from './testing/call-tamma.ts';
import { startFakeServer } from './testing/fake-server.ts';
import { runTamma } from './testing/run-tamma.ts';

describe('tamma, used wrongly', () => {
  it('ends with 2 and says what is wrong', async () => {
    const cases: readonly (readonly [args: readonly string[], complaint: RegExp])[] = [
      [[], /Usage: tamma/],
      [['statsu'], /unknown command 'statsu'\n\(Did you mean status\?\)/],
      [['status', '--projct', 'x'], /unknown option '--projct'\n\(Did you mean --project\?\)/],
      [['status', 'extra'], /too many arguments/],
      [['show'], /missing required argument 'workflow'/],
      [['show', ''], /Expected an id/],
      [['show', '..'], /Expected an id/],
      [['show', 'x', '--artifact', 'PLAN'], /Allowed choices are TASK\.md/],
      [['show', 'x', '--artifact', 'PLAN.md', '--diff'], /cannot be used with/],
      [['reject', 'x'], /required option '--comment <text>' not specified/],
      [['edit', 'x', '--comment', ' '], /--comment: expected words/],
      [['answer', 'x', ' '], /the answer: expected words/],
      [['approve', 'x', '--comment', 'c'.repeat(4001)], /--comment: .*4000/],
      [['cancel', 'x', '--reason', ''], /--reason: /],
      [['submit', 'demo', '0'], /Expected the number of an issue/],
      [['events', '--limit', '1001'], /from 1 to 1000/],
      [
        ['events', '--type', 'TASK.COMPLETD.SUCCESS'],
        /no event of that name\. Did you mean TASK\.COMPLETED\.SUCCESS/,
      ],
      [['events', '--since', 'yesterday'], /Expected a length of time such as 30m/],
      [['tasks', '--status', 'busy'], /Allowed choices are pending/],
      [['budget', 'raze'], /too many arguments/],
      [['budget', '--level', 'day'], /Allowed choices are step, workflow, project, all/],
      [['budget', 'raise', 'all', '--by', '5', '--reason', 'x'], /missing required argument 'id'/],
      [['budget', 'raise', 'all', 'today', '--reason', 'x'], /required option '--by <usd>'/],
      [
        ['budget', 'raise', 'all', 'today', '--by', '-5', '--reason', 'x'],
        /Expected an amount in US dollars/,
      ],
      [['budget', 'raise', 'all', 'today', '--by', '5', '--reason', ' '], /--reason: /],
      [['watch', '--text'], /are about one workflow/],
      [['token', '--role', 'boss'], /Allowed choices are viewer, operator, approver/],
      [['token', '--name', 'a:b'], /Expected letters, digits/],
      [['completion', 'tcsh'], /Allowed choices are bash, zsh, fish/],
      [['workers', '--timeout', 'soon'], /--timeout: expected a length of time/],
      [
        ['workers', '--url', 'localhost:3000'],
        /--url: expected an http or https URL\n {2}Write it like http:/,
      ],
      [['workers', '--url', 'http://ann:secret@host'], /--url: a URL must not hold a name or a password/],
      [['workers', '--url', 'http://host/?x=1'], /expected a URL without/],
      [['workers', '--token', 'x'], /unknown option '--token'/],
    ];
    for (const [args, complaint] of cases) {
      const { exitCode, stdout, stderr } = await callTamma(args);
      expect([exitCode, stdout], args.join(' ')).to.deep.equal([2, '']);
      expect(stderr, args.join(' ')).to.match(complaint);
    }
  });

  it('ends with 2 for a token that is none, and for two places to take it from', async () => {
    await using folder = await testFolder();
    const file = join(folder.path, 'token');
    const missing = await callTamma(['workers'], { environment: { TAMMA_TOKEN_FILE: file } });
    expect(missing.exitCode).to.equal(2);
    expect(missing.stderr).to.match(/^tamma: TAMMA_TOKEN_FILE: ENOENT/);
    await writeFile(file, 'two words');
    const spaced = await callTamma(['workers'], { environment: { TAMMA_TOKEN_FILE: file } });
    expect([spaced.exitCode, spaced.stderr.includes('two words')]).to.deep.equal([2, false]);
    const both = await callTamma(['workers'], { environment: { TAMMA_TOKEN: 'x', TAMMA_TOKEN_FILE: file } });
    expect(both.stderr).to.contain('which of them counts is a guess');
  });

  it('reads the .env of its folder below its own environment', async () => {
    await using server = await startFakeServer({ token: 'secret-of-ann-0001' });
    await using folder = await testFolder();
    await writeFile(join(folder.path, 'secret'), 'secret-of-ann-0001\n');
    await writeFile(join(folder.path, '.env'), `TAMMA_URL=${server.url}\nTAMMA_TOKEN_FILE=secret\n`);
    const good = await runTamma(['workers'], { folder: folder.path });
    expect(good.exitCode, good.stderr).to.equal(0);
    const own = await runTamma(['workers'], {
      folder: folder.path,
      environment: { TAMMA_URL: 'http://127.0.0.1:2' },
    });
    expect(own.exitCode).to.equal(4);
  });

  it('says what there is and what the exit codes mean', async () => {
    const { exitCode, stdout } = await callTamma(['--help']);
    expect(exitCode).to.equal(0);
    expect(stdout).to.contain('5    not signed in, or not permitted');
    expect((await callTamma(['show', '--help'])).stdout)
      .to.contain('--artifact <name>')
      .and.contain('--json');
    expect((await callTamma(['--version'])).stdout).to.match(/^\d+\.\d+\.\d+\n$/);
  });
});
