import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { refusal, workspaceContract } from '../../contract.ts';
import type { Workspace } from '../../workspace.ts';
import { findProgram } from '../commands/program.ts';
import { searchDirectories } from '../search-path.ts';
import { gitWorld, type WorldOptions } from '../testing/world.ts';

const path = process.env.PATH ?? '';

async function hasRipgrep(): Promise<boolean> {
  return findProgram('rg', '/', searchDirectories(path).join(delimiter)).then(
    () => true,
    () => false,
  );
}

async function withWorkspace(options: WorldOptions, body: (workspace: Workspace) => Promise<void>) {
  await using world = await gitWorld(options);
  await using workspace = await world.workspaces.open({ key: 'k', cloneUrl: world.cloneUrl, branch: 'main' });
  await body(workspace);
}

/** A program named `rg` that notes how it was called, then runs this script. Looked for before the one there may be. */
async function withRg(
  script: string,
  body: (workspace: Workspace, readCall: () => Promise<string>) => Promise<void>,
): Promise<void> {
  await using folder = await testFolder();
  const bin = join(folder.path, 'bin');
  const note = join(folder.path, 'call');
  await mkdir(bin);
  const text = `#!/bin/sh\n{ printf '%s\\n' "$@"; env; } > ${note}\n${script}\n`;
  await writeFile(join(bin, 'rg'), text, { mode: 0o755 });
  const options = { path: `${bin}${delimiter}${path}`, sandbox: 'none', searchTimeoutMs: 2_000 } as const;
  await withWorkspace(options, (workspace) => body(workspace, () => readFile(note, 'utf8')));
}

/** Is called once to find out whether it may be used, without a match. */
const onceProbed = (script: string) => `case "$*" in *" x ."*) exit 1;; esac\n${script}`;

describe('the search with ripgrep', () => {
  it('is asked for lines of the tree, follows and configures nothing, and sees nothing of our environment', async () => {
    process.env.RIPGREP_CONFIG_PATH = '/tmp/evil';
    try {
      await withRg(onceProbed('exit 1'), async (workspace, readCall) => {
        expect(await workspace.search({ text: '-e(', paths: 'src/*.js' })).to.deep.equal([]);
        const call = (await readCall()).split('\n');
        expect(call).to.include.members(['--no-config', '--no-follow', '--hidden', '--fixed-strings']);
        expect(call.join('\n')).to.contain('-e\n-e(\n--\n./src\n');
        expect(call.join('\n')).not.to.contain('evil').and.not.contain('HOME=');
      });
    } finally {
      delete process.env.RIPGREP_CONFIG_PATH;
    }
  });

  it('gives only lines of files that git knows or would add', async () => {
    const lines = String.raw`printf './README.md\0003:Adds\n./ignored/x\0001:a\n../out\0001:a\n/etc/passwd\0001:a\nrubbish\n'`;
    await withRg(onceProbed(lines), async (workspace) => {
      await workspace.writeFile('ignored/x', 'a\n');
      expect(await workspace.search('a')).to.deep.equal([{ path: 'README.md', line: 3, text: 'Adds' }]);
    });
  });

  it('says what ripgrep says of a pattern that it cannot use', async () => {
    await withRg(onceProbed('echo "regex parse error: unclosed group" >&2; exit 2'), async (workspace) => {
      const error = await refusal(workspace.search({ text: '(', isPattern: true }));
      expect(error).to.include({ code: 'WORKSPACE_SEARCH_REFUSED', class: 'validation' });
      expect(error.message).to.contain('unclosed group');
    });
  });

  it('takes what was found although some files could not be read', async () => {
    await withRg(onceProbed(String.raw`printf 'README.md\0001:a\n'; exit 2`), async (workspace) => {
      expect(await workspace.search('a')).to.have.length(1);
    });
  });

  it('is ended when it takes too long', async () => {
    await withRg(onceProbed('exec sleep 60'), async (workspace) => {
      const error = await refusal(workspace.search('a'));
      expect(error).to.include({ code: 'WORKSPACE_SEARCH_SLOW', class: 'validation' });
      expect(error.message).to.contain('2 s');
    });
  });

  it('keeps the first hits of an output without end', async () => {
    await withRg(onceProbed("yes README.md_1:a | tr _ '\\000'"), async (workspace) => {
      expect(await workspace.search('a')).to.have.length(200);
    });
  });

  it('is left to git where ripgrep does not know what it is told', async () => {
    await withRg('echo "error: Found argument --no-require-git" >&2; exit 2', async (workspace) => {
      expect(await workspace.search('adds')).to.have.length(1);
    });
  });
});

describe('the search with git', () => {
  it('is ended when a pattern takes too long', async () => {
    await withWorkspace(
      { path: '/usr/bin:/bin', sandbox: 'none', searchTimeoutMs: 300 },
      async (workspace) => {
        await workspace.writeFile('a.txt', `${'ab'.repeat(20_000)}\n`);
        const error = await refusal(
          workspace.search({ text: '(a|b)*(ab|ba)*\\1(a*b*)*\\3c\\2d', isPattern: true }),
        );
        expect(error).to.include({ code: 'WORKSPACE_SEARCH_SLOW', class: 'validation' });
      },
    );
  });

  it('refuses a pattern that takes any amount of memory', async () => {
    await withWorkspace({ path: '/usr/bin:/bin', sandbox: 'none' }, async (workspace) => {
      const text = '(((a{1,200}){1,200}){1,200}){1,200}';
      const error = await refusal(workspace.search({ text, isPattern: true }));
      expect(error.code).to.equal('WORKSPACE_SEARCH_REFUSED');
    });
  });
});

if (await hasRipgrep()) {
  workspaceContract('git with ripgrep', () => gitWorld({ path, sandbox: 'none' }));
}
