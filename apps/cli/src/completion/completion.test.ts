import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { callTamma } from '../testing/call-tamma.ts';
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import { zshCompletion } from './zsh.ts';

const run = promisify(execFile);

async function scriptFor(shell: string): Promise<string> {
  const { exitCode, stdout } = await callTamma(['completion', shell]);
  expect(exitCode).to.equal(0);
  return stdout;
}

/** What bash offers for the last word of a line. */
async function complete(script: string, ...words: readonly string[]): Promise<readonly string[]> {
  const ask = `${script}
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
_tamma
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['--norc', '-c', ask, 'bash', 'tamma', ...words]);
  return stdout.split('\n').filter((line) => line !== '');
}

describe('completion', () => {
  it('parses in bash', async () => {
    await using folder = await testFolder();
    const script = await scriptFor('bash');
    const { stderr } = await run('bash', ['--norc', '-n', '-c', script], { cwd: folder.path });
    expect(stderr).to.equal('');
  });

  it('offers commands, then their options, then what an option takes', async () => {
    const script = await scriptFor('bash');
    expect(await complete(script, 'ap')).to.deep.equal(['approvals', 'approve']);
    expect(await complete(script, '--json', 'wat')).to.deep.equal(['watch']);
    expect(await complete(script, 'show', '--d')).to.deep.equal(['--diff']);
    expect(await complete(script, 'show', 'x', '--artifact', 'P')).to.deep.equal(['PLAN.md']);
    expect(await complete(script, 'completion', '')).to.include.members(['bash', 'zsh', 'fish', '--json']);
    expect(await complete(script, 'tasks', '--status', 'ru')).to.deep.equal(['running']);
    expect(await complete(script, 'budget', 'ra')).to.deep.equal(['raise']);
    expect(await complete(script, 'budget', 'raise', 'work')).to.deep.equal(['workflow']);
    expect(await complete(script, 'budget', 'raise', '--r')).to.deep.equal(['--reason']);
    expect(await complete(script, 'show', '--url', '')).to.deep.equal([]);
    expect(await complete(script, 'cancel', 'x', '--reason', '')).to.deep.equal([]);
  });

  it('names every command and option for zsh and fish', async () => {
    const [zsh, fish] = [await scriptFor('zsh'), await scriptFor('fish')];
    expect(zsh)
      .to.match(/^#compdef tamma\n/)
      .and.contain("'--exit-on-wait:end with 3");
    expect(fish).to.contain("complete -c tamma -n __fish_use_subcommand -a 'watch' -d 'follow");
    expect(fish).to.contain("-n '__fish_seen_subcommand_from show' -l artifact -x -a 'TASK.md");
  });

  it('quotes whatever a description holds', async () => {
    const about = `it's "$HOME" \`x\` \\ $(touch owned)`;
    const option = { names: ['--it'], description: about, takesValue: true, choices: ['one'] };
    const tree = {
      name: 'tamma',
      options: [option],
      commands: [{ name: 'go', description: about, options: [option], choices: ['two'] }],
    };
    await using folder = await testFolder();
    await run('bash', ['--norc', '-c', `${bashCompletion(tree)}\n_tamma`], { cwd: folder.path });
    expect(zshCompletion(tree)).to.contain(`'--it:it'\\''s "$HOME" \`x\` \\ $(touch owned)'`);
    expect(fishCompletion(tree)).to.contain(`'it\\'s "$HOME" \`x\` \\\\ $(touch owned)'`);
    const { stdout } = await run('ls', [folder.path]);
    expect(stdout).to.equal('');
  });
});
