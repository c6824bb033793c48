import { TammaError } from '@tamma/domain';
import { expect } from 'chai';
import { historyContract, searchContract } from './contract/looking.ts';
import { pushContract } from './contract/pushing.ts';
import { puttingBackContract } from './contract/putting-back.ts';
import { rebaseContract } from './contract/rebase.ts';
import { talkingContract } from './contract/talking.ts';
import {
  CONTRACT_FILES,
  type ContractTest,
  type ContractWorld,
  commandRequest,
  refusal,
} from './contract/world.ts';

export {
  CONTRACT_FILES,
  type ContractTest,
  type ContractWorld,
  commandRequest,
  refusal,
} from './contract/world.ts';

/** What every kind of workspace promises. */
export function workspaceContract(name: string, create: () => Promise<ContractWorld>): void {
  const test: ContractTest = (title, body) =>
    it(title, async () => {
      await using world = await create();
      await using workspace = await world.workspaces.open({
        key: 'wf/1 code',
        cloneUrl: world.cloneUrl,
        branch: 'main',
      });
      await body(workspace, world);
    });

  describe(`${name}: the workspace contract`, () => {
    describe('files', () => filesContract(test));
    describe('the search', () => searchContract(test));
    describe('commands', () => commandsContract(test));
    describe('putting back', () => puttingBackContract(test));
    describe('talking with commands', () => talkingContract(test));
    describe('history', () => historyContract(test));
    describe('commits', () => commitsContract(test));
    describe('pushing', () => pushContract(test));
    describe('a base that moved on', () => rebaseContract(test));
    describe('opening', () => openingContract(create));
  });
}

function filesContract(test: ContractTest): void {
  test('lists what the branch holds, sorted', async (workspace) => {
    expect(await workspace.listFiles()).to.deep.equal(['.gitignore', 'README.md', 'src/sum.js']);
  });

  test('lists new files, and neither removed nor ignored ones', async (workspace) => {
    await workspace.writeFile('src/deep/new.js', 'new\n');
    await workspace.writeFile('ignored/cache', 'x');
    await workspace.removeFile('README.md');
    expect(await workspace.listFiles()).to.deep.equal(['.gitignore', 'src/deep/new.js', 'src/sum.js']);
  });

  test('reads back exactly what was written, over a longer file as well', async (workspace) => {
    for (const text of ['\uFEFFlonger than the next one\r\n', 'short', '', 'grün 🌳\n']) {
      await workspace.writeFile('README.md', text);
      expect(await workspace.readFile('README.md')).to.equal(text);
    }
  });

  test('refuses to read binary files, files over 1 MiB, folders and files that are not there', async (workspace) => {
    await workspace.writeFile('binary', 'a\0b');
    await workspace.writeFile('large', 'x'.repeat(1024 * 1024 + 1));
    await workspace.writeFile('largest', 'x'.repeat(1024 * 1024));
    for (const path of ['binary', 'large', 'src', 'nowhere.txt', 'README.md/x']) {
      expect((await refusal(workspace.readFile(path))).class, path).to.equal('validation');
    }
    expect((await workspace.readFile('largest')).length).to.equal(1024 * 1024);
  });

  for (const path of [
    '/etc/passwd',
    '../out',
    'src/../../out',
    'a\0b',
    '',
    '.',
    '.git/config',
    'src/.GIT/hooks/x',
  ]) {
    test(`refuses the path ${JSON.stringify(path)} for reading, writing and removing`, async (workspace) => {
      for (const action of [
        workspace.readFile(path),
        workspace.writeFile(path, 'harm'),
        workspace.removeFile(path),
      ]) {
        const error = await refusal(action);
        expect(error.class).to.equal('validation');
        expect(error.code).to.equal('WORKSPACE_PATH_REFUSED');
      }
    });
  }

  test('finds lines whatever their case, in new files too, with path and number', async (workspace) => {
    await workspace.writeFile('new.txt', 'nothing\nIt ADDS up (a+b)\n');
    const hits = await workspace.search('adds');
    expect(hits).to.have.deep.members([
      { path: 'README.md', line: 3, text: 'Adds numbers.' },
      { path: 'new.txt', line: 2, text: 'It ADDS up (a+b)' },
    ]);
    expect(await workspace.search('(A+B)')).to.have.length(1);
    expect(await workspace.search('--open-files-in-pager=touch owned')).to.deep.equal([]);
    expect(await workspace.search('zebra\nnothing')).to.deep.equal([]);
  });

  test('gives at most 200 hits and cuts long lines', async (workspace) => {
    await workspace.writeFile('many.txt', 'needle\n'.repeat(1_000));
    expect(await workspace.search('needle')).to.have.length(200);
    await workspace.writeFile('wide.txt', `haystack ${'y'.repeat(5_000_000)}\n`);
    const [hit] = await workspace.search('haystack');
    expect(hit?.text).to.equal(`haystack ${'y'.repeat(291)}`);
  });
}

function commandsContract(test: ContractTest): void {
  test('gives exit code and both outputs', async (workspace) => {
    const script = 'echo out; sleep 0.05; echo err >&2; exit 3';
    const result = await workspace.run(commandRequest(['sh', '-c', script]));
    expect(result).to.include({ exitCode: 3, timedOut: false, output: 'out\nerr\n' });
    expect(result.durationMs).to.be.within(50, 20_000);
  });

  test('runs in the checkout, where its files stay', async (workspace) => {
    const result = await workspace.run(
      commandRequest(['sh', '-c', 'pwd; cat src/sum.js; echo made > made.txt']),
    );
    expect(result.output).to.equal(`${workspace.root}\n${CONTRACT_FILES['src/sum.js']}`);
    expect(await workspace.readFile('made.txt')).to.equal('made\n');
  });

  test('hands arguments over as they are', async (workspace) => {
    const result = await workspace.run(commandRequest(['printf', '%s|', '$HOME; echo x', '', 'a b']));
    expect(result.output).to.equal('$HOME; echo x||a b|');
  });

  test('names a program that does not exist', async (workspace) => {
    for (const program of ['no-such-program', './no-such-file', 'README.md', 'src/sum.js', '']) {
      const error = await refusal(workspace.run(commandRequest([program])));
      expect(error.class).to.equal('validation');
      expect(error.message).to.contain(JSON.stringify(program));
    }
  });

  test('ends a command at its time limit and says so', async (workspace) => {
    const request = commandRequest(['sh', '-c', 'echo begun; sleep 60'], { timeoutMs: 300 });
    const result = await workspace.run(request);
    expect(result).to.include({ timedOut: true, output: 'begun\n' });
    expect(result.durationMs).to.be.lessThan(5_000);
  });

  test("throws the signal's reason when it fires, before or during the command", async (workspace) => {
    const reason = new TammaError('CANCELLED', 'the workflow was cancelled');
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 200);
    const request = commandRequest(['sleep', '60'], { signal: controller.signal });
    expect(await refusal(workspace.run(request))).to.equal(reason);
    expect(await refusal(workspace.run(request))).to.equal(reason);
  });

  test('keeps head and tail of a long output within the limit', async (workspace) => {
    const script = 'echo first; seq 100000; echo last';
    const { output } = await workspace.run(commandRequest(['sh', '-c', script], { outputMax: 1_000 }));
    expect(output)
      .to.match(/^first\n1\n2\n/)
      .and.match(/99999\n100000\nlast\n$/);
    expect(output.length).to.be.within(990, 1_000);
    const missing = Number(/\[… (\d+) characters left out …\]/.exec(output)?.[1]);
    const note = `\n[… ${missing} characters left out …]\n`;
    expect(missing + output.length - note.length).to.equal(588_895 + 'first\nlast\n'.length);
  });
}

function commitsContract(test: ContractTest): void {
  const request = { message: 'Add a file\n\nBecause.', trailers: { 'Tamma-Task': 'wf.1' } };

  test('commits new, changed and removed files with message and trailers', async (workspace) => {
    await workspace.writeFile('new.txt', 'one\ntwo\n');
    await workspace.writeFile('src/sum.js', 'changed\n');
    await workspace.writeFile('ignored/x', 'never');
    await workspace.removeFile('README.md');
    const commit = await workspace.commit(request);
    expect(commit?.hash).to.match(/^[0-9a-f]{40}$/);
    expect(commit?.author).to.equal('Tamma <tamma@example.test>');
    expect(commit?.message).to.equal('Add a file\n\nBecause.\n\nTamma-Task: wf.1\n');
    const { files } = await workspace.changeSince(workspace.startCommit);
    expect(files).to.have.deep.members([
      { path: 'README.md', additions: 0, deletions: 3 },
      { path: 'new.txt', additions: 2, deletions: 0 },
      { path: 'src/sum.js', additions: 1, deletions: 1 },
    ]);
    expect(await workspace.commitsSince(workspace.startCommit)).to.deep.equal([commit]);
  });

  test('makes no commit when nothing changed', async (workspace) => {
    expect(await workspace.commit(request)).to.equal(null);
    await workspace.writeFile('new.txt', 'x');
    expect(await workspace.commit(request)).not.to.equal(null);
    await workspace.writeFile('new.txt', 'x');
    expect(await workspace.commit(request)).to.equal(null);
    expect(await workspace.commitsSince(workspace.startCommit)).to.have.length(1);
  });

  test('gives commits oldest first and none since the head', async (workspace) => {
    for (const message of ['first', 'second']) {
      await workspace.writeFile('new.txt', message);
      await workspace.commit({ message, trailers: {} });
    }
    const commits = await workspace.commitsSince(workspace.startCommit);
    expect(commits.map((commit) => commit.message)).to.deep.equal(['first\n', 'second\n']);
    expect(await workspace.commitsSince(commits[1]?.hash ?? '')).to.deep.equal([]);
  });

  test('keeps a trailer on its line and refuses an empty message or a strange key', async (workspace) => {
    await workspace.writeFile('new.txt', 'x');
    const bad = { message: 'Add', trailers: { 'Bad Key': 'x' } };
    expect((await refusal(workspace.commit(bad))).class).to.equal('validation');
    expect((await refusal(workspace.commit({ message: ' \n', trailers: {} }))).class).to.equal('validation');
    const commit = await workspace.commit({ message: 'Add', trailers: { Why: 'so\nSigned-off-by: evil' } });
    expect(commit?.message).to.equal('Add\n\nWhy: so Signed-off-by: evil\n');
  });

  test('shows a patch; a renamed file as removed and added, a binary one without counts', async (workspace) => {
    await workspace.removeFile('src/sum.js');
    await workspace.writeFile('src/add.js', CONTRACT_FILES['src/sum.js'] ?? '');
    await workspace.writeFile('binary', 'a\0b');
    await workspace.commit(request);
    const { files, patch } = await workspace.changeSince(workspace.startCommit);
    expect(files).to.have.deep.members([
      { path: 'binary', additions: 0, deletions: 0 },
      { path: 'src/add.js', additions: 1, deletions: 0 },
      { path: 'src/sum.js', additions: 0, deletions: 1 },
    ]);
    expect(patch).to.contain('+++ b/src/add.js').and.contain('+export const sum');
  });

  test('refuses a base that is not in the checkout', async (workspace) => {
    for (const base of ['0'.repeat(40), '--output=owned', 'main..main', '']) {
      expect((await refusal(workspace.changeSince(base))).class, base).to.equal('validation');
    }
  });

  test('finds a secret in an added line and never shows it', async (workspace) => {
    const secret = `ghp_${'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'}`;
    await workspace.writeFile('src/login.js', `// login\n\nconst token = '${secret}';\n`);
    await workspace.commit(request);
    const findings = await workspace.findSecrets(workspace.startCommit);
    expect(findings).to.have.length(1);
    expect(findings[0]).to.include({ path: 'src/login.js', line: 3 });
    expect(findings[0]?.kind).to.match(/github/i);
    expect(JSON.stringify(findings)).not.to.contain(secret.slice(4, 16));
    expect(await workspace.findSecrets('HEAD')).to.deep.equal([]);
  });
}

function openingContract(create: () => Promise<ContractWorld>): void {
  it('checks out the head of the branch that is named', async () => {
    await using world = await create();
    const head = await world.commitElsewhere('other', { 'only-here.txt': 'x\n' });
    await using workspace = await world.workspaces.open({
      key: 'k',
      cloneUrl: world.cloneUrl,
      branch: 'other',
    });
    expect(workspace.startCommit).to.equal(head);
    expect(await workspace.readFile('only-here.txt')).to.equal('x\n');
  });

  it('refuses a missing branch and a missing repository', async () => {
    await using world = await create();
    const { workspaces, cloneUrl } = world;
    for (const request of [
      { key: 'k', cloneUrl, branch: 'missing' },
      { key: 'k', cloneUrl, branch: '--upload-pack=touch owned' },
      { key: 'k', cloneUrl: `${cloneUrl}-missing`, branch: 'main' },
    ]) {
      expect((await refusal(workspaces.open(request))).class).to.equal('validation');
    }
  });

  it('keeps two checkouts of one branch apart', async () => {
    await using world = await create();
    const request = { cloneUrl: world.cloneUrl, branch: 'main' };
    await using one = await world.workspaces.open({ ...request, key: 'a/b' });
    await using two = await world.workspaces.open({ ...request, key: 'a_b' });
    await one.writeFile('new.txt', 'one');
    expect(await two.listFiles()).not.to.include('new.txt');
  });

  it('leaves checkouts of a living process alone when it sweeps', async () => {
    await using world = await create();
    await using workspace = await world.workspaces.open({
      key: 'k',
      cloneUrl: world.cloneUrl,
      branch: 'main',
    });
    expect(await world.workspaces.sweep()).to.equal(0);
    expect(await workspace.readFile('README.md')).to.equal(CONTRACT_FILES['README.md']);
  });
}
