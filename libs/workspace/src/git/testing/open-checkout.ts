// A process of its own for tests: opens a checkout, then holds it until it is killed, or spoils and disposes it.
import { execFileSync } from 'node:child_process';
import { createGitWorkspaces } from '../index.ts';

const [root = '', cloneUrl = '', mode = '', path = ''] = process.argv.slice(2);
const author = { name: 'Tamma', email: 'tamma@example.test' };
const workspaces = await createGitWorkspaces({ root, author, path, sandbox: 'none' });
const workspace = await workspaces.open({ key: 'other', cloneUrl, branch: 'main' });
process.stdout.write('opened\n');
if (mode === 'dispose') {
  const script =
    'mkdir -p locked/deep && touch locked/deep/file && chmod 000 locked/deep && chmod 500 locked .';
  execFileSync('sh', ['-c', script], { cwd: workspace.root });
  await workspace[Symbol.asyncDispose]();
  process.stdout.write('disposed\n');
}
setInterval(() => undefined, 60_000);
