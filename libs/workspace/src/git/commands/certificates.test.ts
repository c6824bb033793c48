import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { commandRequest } from '../../contract.ts';
import type { Certificates } from '../certificates.ts';
import { gitWorld, type WorldOptions } from '../testing/world.ts';

const path = process.env.PATH ?? '';

interface Shown {
  /** What the command printed. */
  readonly output: string;
  readonly sandbox: string;
  readonly warnings: readonly string[];
}

/** Runs a script where these variables name certificates. */
async function shown(
  certificates: Certificates,
  script: string,
  options: Partial<WorldOptions> = {},
): Promise<Shown> {
  const warnings: string[] = [];
  const log = { warn: (message: string) => void warnings.push(message) };
  await using world = await gitWorld({ path, sandbox: 'auto', certificates, log, ...options });
  const { cloneUrl, workspaces } = world;
  await using workspace = await workspaces.open({ key: 'k', cloneUrl, branch: 'main' });
  const { output } = await workspace.run(commandRequest(['sh', '-c', script]));
  return { output, sandbox: workspaces.sandbox, warnings };
}

/** What this machine has where no certificates are named. */
async function plainSandbox(): Promise<string> {
  await using world = await gitWorld({ path, sandbox: 'auto' });
  return world.workspaces.sandbox;
}

describe('certificates of authorities', () => {
  let folder: Awaited<ReturnType<typeof testFolder>>;
  const at = (name: string) => join(folder.path, name);
  beforeEach(async () => {
    folder = await testFolder();
    for (const name of ['bound', 'real', 'far', 'home']) await mkdir(at(name));
    await writeFile(at('real/ca.crt'), 'an authority\n');
    await writeFile(at('home/secret'), 'precious\n');
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  it('are shown to commands with the variables that name them, also where nothing is', async () => {
    const absent = at('absent.pem');
    const certificates = { NODE_EXTRA_CA_CERTS: [at('real/ca.crt')], SSL_CERT_FILE: [absent] };
    const { output } = await shown(certificates, 'cat "$NODE_EXTRA_CA_CERTS"; echo "$SSL_CERT_FILE"');
    expect(output).to.equal(`an authority\n${absent}\n`);
  });

  it('may be links in a folder that is shown already, and links to such links', async () => {
    await symlink(at('real/ca.crt'), at('bound/ca.pem'));
    await symlink(at('real'), at('far/folder'));
    await symlink('../far/folder/ca.crt', at('bound/far.pem'));
    await symlink(at('bound/ca.pem'), at('far/ca.pem'));
    const certificates = {
      NODE_EXTRA_CA_CERTS: [at('bound/ca.pem')],
      SSL_CERT_FILE: [at('bound/far.pem')],
      CURL_CA_BUNDLE: [at('far/ca.pem')],
    };
    const script = 'cat "$NODE_EXTRA_CA_CERTS" "$SSL_CERT_FILE" "$CURL_CA_BUNDLE"';
    const result = await shown(certificates, script, { readable: [at('bound')] });
    expect(result).to.deep.equal({
      output: 'an authority\n'.repeat(3),
      sandbox: await plainSandbox(),
      warnings: [],
    });
  });

  it('may be several folders, and folders of links that lead out of them', async () => {
    await symlink('../real/ca.crt', at('far/0a1b2c3d.0'));
    await symlink('0a1b2c3d.0', at('far/one.pem'));
    await symlink(at('far'), at('link'));
    const certificates = { SSL_CERT_DIR: [at('link'), at('real')] };
    const { output } = await shown(
      certificates,
      'echo "$SSL_CERT_DIR"; IFS=:; for one in $SSL_CERT_DIR; do cat "$one"/*; done',
    );
    expect(output).to.equal(`${at('link')}:${at('real')}\n${'an authority\n'.repeat(3)}`);
  });

  it('never show what is hidden', async function () {
    if ((await plainSandbox()) === 'none') this.skip();
    await symlink(at('home/secret'), at('far/secret.pem'));
    await symlink(at('real/ca.crt'), at('far/ca.pem'));
    const { output, warnings } = await shown(
      { SSL_CERT_DIR: [at('far')] },
      'cat "$SSL_CERT_DIR"/ca.pem; cat "$SSL_CERT_DIR"/secret.pem 2> "$TMPDIR"/said || echo none',
      { hidden: [at('home')] },
    );
    expect({ output, warnings }).to.deep.equal({ output: 'an authority\nnone\n', warnings: [] });
  });

  it('show nothing hidden that lies in their folder and is named by a link further out', async function () {
    if ((await plainSandbox()) === 'none') this.skip();
    await mkdir(at('far/deep/home'), { recursive: true });
    await writeFile(at('far/deep/home/secret'), 'precious\n');
    await symlink(at('far/deep/home'), at('link'));
    const script = 'cat "$SSL_CERT_DIR"/home/secret 2> "$TMPDIR"/said || echo none';
    const { output } = await shown({ SSL_CERT_DIR: [at('far/deep')] }, script, { hidden: [at('link')] });
    expect(output).to.equal('none\n');
  });

  it('are left out and told of where they cannot be shown, and decide about no walls', async function () {
    const sandbox = await plainSandbox();
    if (sandbox === 'none') this.skip();
    await symlink(folder.path, at('bound/parent'));
    const certificates = {
      SSL_CERT_DIR: [at('bound/parent')],
      NODE_EXTRA_CA_CERTS: [at('real/ca.crt')],
      GIT_SSL_CAINFO: [at('home/secret')],
    };
    const script = 'echo "$SSL_CERT_DIR$GIT_SSL_CAINFO"; cat "$NODE_EXTRA_CA_CERTS"';
    const result = await shown(certificates, script, { hidden: [at('home')] });
    expect(result).to.include({ output: '\nan authority\n', sandbox });
    const [parent = '', secret = ''] = result.warnings;
    expect(result.warnings).to.have.lengthOf(2);
    expect(parent)
      .to.contain(`SSL_CERT_DIR=${at('bound/parent')}`)
      .and.contain('is a link to a place');
    expect(secret)
      .to.contain(`GIT_SSL_CAINFO=${at('home/secret')}`)
      .and.contain('is hidden from commands');
  });

  it('are no devices and no links in a circle', async () => {
    await symlink(at('bound/circle'), at('bound/circle'));
    const certificates = { SSL_CERT_FILE: ['/dev/null'], CURL_CA_BUNDLE: [at('bound/circle')] };
    const { output, sandbox } = await shown(certificates, 'echo gone > /dev/null && echo fine');
    expect({ output, sandbox }).to.deep.equal({ output: 'fine\n', sandbox: await plainSandbox() });
  });
});
