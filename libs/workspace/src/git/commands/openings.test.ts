import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { commandRequest, refusal } from '../../contract.ts';
import { type GitWorld, gitWorld } from '../testing/world.ts';

const path = process.env.PATH ?? '';

/** What is let through the walls, for a command that may have it. */
describe('openings in the sandbox', () => {
  let world: GitWorld;
  let hidden: string;
  before(async () => {
    const outer = await gitWorld({ path, sandbox: 'none' });
    hidden = join(outer.folder, 'home', 'data');
    await mkdir(hidden, { recursive: true });
    await writeFile(join(hidden, 'secret'), 'precious\n');
    await writeFile(join(outer.folder, 'home', 'settings'), 'settings\n');
    await symlink(join(outer.folder, 'home'), join(outer.folder, 'link'));
    const inner = await gitWorld({ path, sandbox: 'auto', hidden: [hidden] });
    const dispose = async () => {
      await inner[Symbol.asyncDispose]();
      await outer[Symbol.asyncDispose]();
    };
    world = { ...inner, [Symbol.asyncDispose]: dispose };
  });
  after(() => world[Symbol.asyncDispose]());
  const open = () => world.workspaces.open({ key: 'k', cloneUrl: world.cloneUrl, branch: 'main' });
  const home = () => join(hidden, '..');

  it('let a command reach the network when it may, with what resolves names', async () => {
    const server = createServer((socket) => socket.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      await using workspace = await open();
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const code = `require('net').connect(${port},'127.0.0.1').on('data',(d)=>console.log(String(d))).on('error',()=>process.exit(9))`;
      const met = await workspace.run(commandRequest(['node', '-e', code], { network: true }));
      expect(met).to.include({ exitCode: 0, stdout: 'hello\n', sandbox: world.workspaces.sandbox });
      const files = await workspace.run(commandRequest(['cat', '/etc/resolv.conf'], { network: true }));
      expect(files.exitCode, files.output).to.equal(0);
      if (world.workspaces.sandbox === 'none') return;
      const cut = await workspace.run(commandRequest(['node', '-e', code], { network: false }));
      expect(cut.exitCode).to.equal(9);
      const still = await workspace.run(commandRequest(['cat', join(hidden, 'secret')], { network: true }));
      expect(still.exitCode).not.to.equal(0);
    } finally {
      server.close();
    }
  });

  it('show files and folders that one command may read, and to that one only; what is hidden stays so', async () => {
    await using workspace = await open();
    const script = `cat '${home()}/settings'; cat '${hidden}/secret'; echo x > '${home()}/settings'; :`;
    const readable = [home(), join(home(), 'absent')];
    const shown = await workspace.run(commandRequest(['sh', '-c', script], { readable }));
    expect(shown.stdout).to.match(/^settings\n/);
    if (world.workspaces.sandbox === 'none') return;
    expect(shown.stdout).to.equal('settings\n');
    const next = await workspace.run(commandRequest(['cat', join(home(), 'settings')]));
    expect(next.exitCode).not.to.equal(0);
  });

  it('are refused where they would show what is hidden', async () => {
    if (world.workspaces.sandbox === 'none') return;
    await using workspace = await open();
    const link = join(home(), '..', 'link');
    for (const place of [hidden, join(hidden, 'secret'), link, workspace.root, 'home']) {
      const request = commandRequest(['true'], { readable: [place] });
      expect((await refusal(workspace.run(request))).code, place).to.equal('WORKSPACE_NOT_SHOWABLE');
    }
  });
});
