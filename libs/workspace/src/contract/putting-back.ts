import { expect } from 'chai';
import type { Workspace } from '../workspace.ts';
import { type ContractTest, commandRequest } from './world.ts';

const MODES = ['sh', '-c', 'stat -c %A tool; readlink link; od -An -c bytes | tr -d " \\n"; cat README.md'];

export function puttingBackContract(test: ContractTest): void {
  test('keeps the tree and puts it back with modes, links and bytes of any kind', async (workspace) => {
    await shell(
      workspace,
      'printf "#!/bin/sh\\n" > tool && chmod 755 tool && ln -s README.md link && printf "\\0\\1" > bytes && rm src/sum.js',
    );
    const before = await workspace.run(commandRequest(MODES));
    const state = await workspace.fingerprint();
    const changed = await workspace.changedFiles();
    const kept = await workspace.keepTree();

    await workspace.putBack(workspace.startCommit, changed);
    expect(await workspace.changedFiles()).to.deep.equal([]);
    await shell(workspace, 'printf "\\2" > bytes && printf "\\3" > left && echo other > README.md');
    await workspace.putBack(kept, [...changed, 'left', 'README.md', 'nowhere']);

    expect((await workspace.run(commandRequest(MODES))).output).to.equal(before.output);
    expect(await workspace.changedFiles()).to.deep.equal(changed);
    expect(await workspace.fingerprint()).to.equal(state);
  });

  test('puts back a folder that became a file, and what lies behind a link in its place', async (workspace) => {
    await shell(workspace, 'rm -r src && echo file > src');
    const kept = await workspace.keepTree();
    const changed = await workspace.changedFiles();
    await workspace.putBack(workspace.startCommit, changed);
    expect(await workspace.changedFiles()).to.deep.equal([]);
    await workspace.putBack(kept, changed);
    expect(await workspace.readFile('src')).to.equal('file\n');

    await shell(workspace, 'rm src && mkdir elsewhere && ln -s elsewhere src');
    await workspace.putBack(workspace.startCommit, ['src/sum.js', 'src']);
    expect((await shell(workspace, 'ls elsewhere; test -L src || echo folder')).trim()).to.equal('folder');
  });
}

async function shell(workspace: Workspace, script: string): Promise<string> {
  return (await workspace.run(commandRequest(['sh', '-c', script]))).output;
}
