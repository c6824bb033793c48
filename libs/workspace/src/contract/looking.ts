import { expect } from 'chai';
import { CONTRACT_FILES, type ContractTest, refusal } from './world.ts';

export function searchContract(test: ContractTest): void {
  test('finds by a pattern when asked to, and takes a text as it is otherwise', async (workspace) => {
    await workspace.writeFile('a.js', 'const one = 1;\nlet two;\nconst three = 3;\nconst+ four\n');
    const found = await workspace.search({ text: '^(const|let) t[a-z]+', isPattern: true });
    expect(found.map(({ line }) => line)).to.deep.equal([2, 3]);
    const plain = await workspace.search({ text: 'const+' });
    expect(plain.map(({ line }) => line)).to.deep.equal([4]);
  });

  test('looks in the files whose path fits alone: a file, a folder, or a glob', async (workspace) => {
    for (const path of ['docs/a.md', 'src/deep/a.js', 'src/a.md', '.hidden/a.js']) {
      await workspace.writeFile(path, 'needle\n');
    }
    const pathsOf = async (paths?: string) =>
      (await workspace.search({ text: 'NEEDLE', ...(paths === undefined ? {} : { paths }) }))
        .map(({ path }) => path)
        .sort();
    expect(await pathsOf()).to.deep.equal(['.hidden/a.js', 'docs/a.md', 'src/a.md', 'src/deep/a.js']);
    expect(await pathsOf('src')).to.deep.equal(['src/a.md', 'src/deep/a.js']);
    expect(await pathsOf('SRC/')).to.deep.equal(['src/a.md', 'src/deep/a.js']);
    expect(await pathsOf('src/a.md')).to.deep.equal(['src/a.md']);
    expect(await pathsOf('**/*.md')).to.deep.equal(['docs/a.md', 'src/a.md']);
    expect(await pathsOf('src/*/a.js')).to.deep.equal(['src/deep/a.js']);
    expect(await pathsOf('nowhere/**')).to.deep.equal([]);
  });

  test('finds nothing in ignored or binary files, in git directories, and through links', async (workspace) => {
    await workspace.writeFile('ignored/a', 'needle\n');
    await workspace.writeFile('binary', 'needle\0\n');
    const script = 'mkdir -p sub/.git && echo needle > sub/.git/x && ln -s ../git/config link && ln -s .. up';
    await workspace.run({
      argv: ['sh', '-c', script],
      timeoutMs: 10_000,
      signal: new AbortController().signal,
    });
    expect(await workspace.search('needle')).to.deep.equal([]);
    expect(await workspace.search('repositoryformatversion')).to.deep.equal([]);
  });

  test('says what is wrong with a pattern, and refuses one that leads out', async (workspace) => {
    const broken = await refusal(workspace.search({ text: '(', isPattern: true }));
    expect(broken).to.include({ class: 'validation', code: 'WORKSPACE_SEARCH_REFUSED' });
    const long = await refusal(workspace.search({ text: 'x'.repeat(501), isPattern: true }));
    expect(long.code).to.equal('WORKSPACE_SEARCH_REFUSED');
    for (const paths of ['../..', '.git']) {
      expect((await refusal(workspace.search({ text: 'x', paths }))).code).to.equal('WORKSPACE_PATH_REFUSED');
    }
  });
}

export function historyContract(test: ContractTest): void {
  const request = (message: string) => ({ message, trailers: {} });

  test('gives the text of a file in a commit, and null for what is no text there', async (workspace) => {
    await workspace.writeFile('README.md', 'new\n');
    await workspace.writeFile('binary', 'a\0b');
    const commit = await workspace.commit(request('Change'));
    const { startCommit } = workspace;
    expect(await workspace.readFileAt(startCommit, './README.md')).to.equal(CONTRACT_FILES['README.md']);
    expect(await workspace.readFileAt(commit?.hash ?? '', 'README.md')).to.equal('new\n');
    for (const path of ['src', 'nowhere', 'src/*.js', ':(glob)**']) {
      expect(await workspace.readFileAt(startCommit, path), path).to.equal(null);
    }
    expect(await workspace.readFileAt('HEAD', 'binary')).to.equal(null);
    expect((await refusal(workspace.readFileAt('HEAD', '../git/config'))).class).to.equal('validation');
    expect((await refusal(workspace.readFileAt('--output=owned', 'x'))).class).to.equal('validation');
  });

  test('gives the newest commits of its history, newest first', async (workspace) => {
    for (const message of ['first', 'second']) {
      await workspace.writeFile('new.txt', message);
      await workspace.commit(request(message));
    }
    const messages = async (max: number) => (await workspace.history(max)).map(({ message }) => message);
    expect(await messages(2)).to.deep.equal(['second\n', 'first\n']);
    expect(await messages(100)).to.have.length(3);
    expect(await messages(0)).to.deep.equal([]);
  });

  test('names what changed since it was checked out, committed or not', async (workspace) => {
    expect(await workspace.changedFiles()).to.deep.equal([]);
    await workspace.writeFile('new.txt', 'x');
    await workspace.commit(request('Add'));
    await workspace.writeFile('grün/neu.txt', 'x');
    await workspace.writeFile('ignored/x', 'x');
    await workspace.writeFile('README.md', CONTRACT_FILES['README.md'] ?? '');
    await workspace.removeFile('src/sum.js');
    expect(await workspace.changedFiles()).to.deep.equal(['grün/neu.txt', 'new.txt', 'src/sum.js']);
    await workspace.removeFile('new.txt');
    expect(await workspace.changedFiles()).to.include('new.txt');
  });

  test('has a fingerprint that changes with contents, names and commits, and with nothing else', async (workspace) => {
    const seen = [await workspace.fingerprint()];
    const note = async () => {
      const one = await workspace.fingerprint();
      expect(await workspace.fingerprint()).to.equal(one);
      expect(seen).not.to.include(one);
      seen.push(one);
    };
    await workspace.writeFile('new.txt', 'one');
    await note();
    await workspace.writeFile('new.txt', 'two');
    await note();
    await workspace.writeFile('other.txt', 'two');
    await workspace.removeFile('new.txt');
    await note();
    await workspace.commit(request('Add'));
    await note();
    await workspace.removeFile('README.md');
    await note();
    await workspace.writeFile('README.md', CONTRACT_FILES['README.md'] ?? '');
    expect(await workspace.fingerprint()).to.equal(seen[4]);
  });

  test('commits some of the files, and leaves the rest as it is', async (workspace) => {
    await workspace.writeFile('a.txt', 'a');
    await workspace.writeFile('b.txt', 'b');
    await workspace.removeFile('README.md');
    await workspace.writeFile('src/sum.js', 'changed\n');
    const first = await workspace.commitFiles(['a.txt', './README.md', 'nowhere'], request('Some'));
    expect(first?.message).to.equal('Some\n');
    const { files } = await workspace.changeSince(workspace.startCommit);
    expect(files.map(({ path }) => path)).to.have.members(['README.md', 'a.txt']);
    expect(await workspace.commitFiles(['a.txt', 'ignored/x'], request('Again'))).to.equal(null);
    const rest = await workspace.commit(request('Rest'));
    const { files: others } = await workspace.changeSince(first?.hash ?? '');
    expect(others.map(({ path }) => path)).to.have.members(['b.txt', 'src/sum.js']);
    expect((await workspace.history(2)).map(({ hash }) => hash)).to.deep.equal([rest?.hash, first?.hash]);
    expect((await refusal(workspace.commitFiles(['../x'], request('Out')))).class).to.equal('validation');
  });
}
