import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { runTamma } from './testing/run-tamma.ts';

const run = promisify(execFile);

/** A bare repository with a commit, and a configuration that names it. */
async function createProject(folder: string): Promise<void> {
  const git = (...args: readonly string[]) => run('git', ['-C', folder, ...args]);
  await Promise.all(['issues', 'answers', 'seed'].map((name) => mkdir(join(folder, name))));
  await git('init', '--quiet', '--initial-branch=main', 'seed');
  const author = ['-c', 'user.name=ann', '-c', 'user.email=ann@example.org'];
  await git('-C', 'seed', ...author, 'commit', '--quiet', '--allow-empty', '--message=begin');
  await git('clone', '--quiet', '--bare', 'seed', 'repository.git');
  const ai = '{ provider: scripted, answers: answers }';
  const project = `{ platform: local, repository: repository.git, issues: issues, ai: ${ai} }`;
  await writeFile(join(folder, 'mine.yaml'), `projects: [${project}]\n`);
}

describe('tamma check', () => {
  it('ends with 2 and tells every problem that the orchestrator finds', async () => {
    await using folder = await testFolder();
    await writeFile(join(folder.path, 'tamma.config.yaml'), 'server:\n  prot: 1\nlogging: { level: loud }\n');
    const { exitCode, stdout } = await runTamma(['check'], { folder: folder.path });
    expect(exitCode).to.equal(2);
    expect(stdout).to.match(/^\d problems in the configuration:\n/);
    expect(stdout).to.contain('server.prot').and.contain('logging.level').and.contain('projects');
    const json = await runTamma(['check', '--json'], { folder: folder.path });
    expect(json.exitCode).to.equal(2);
    expect(JSON.parse(json.stdout)).to.include({ ok: false });
  });

  it('reads the same .env as the orchestrator, and is content with what is right', async () => {
    await using folder = await testFolder();
    await createProject(folder.path);
    await writeFile(join(folder.path, '.env'), 'TAMMA_CONFIG=mine.yaml\n');
    const { exitCode, stdout, stderr } = await runTamma(['check'], { folder: folder.path });
    const project = `repository: local ${join(folder.path, 'repository.git')}`;
    const what = 'issues with "tamma" into main by issue-to-pr (14 steps), as tamma';
    const lines = `The configuration is in order.\n${project}, ${what}\n`;
    expect([exitCode, stdout, stderr]).to.deep.equal([0, lines, '']);
    const json = await runTamma(['check', '--json'], { folder: folder.path });
    expect(JSON.parse(json.stdout)).to.deep.equal({ ok: true, problems: null });
  });

  it('says where there is no configuration at all that there need not be one', async () => {
    await using folder = await testFolder();
    const { exitCode, stderr } = await runTamma(['check'], { folder: folder.path });
    expect([exitCode, stderr]).to.deep.equal([
      2,
      'There is no tamma.config.yaml here: "npm start" works the example project until there is one.\n',
    ]);
  });
});
