import { TammaError } from '@tamma/domain';
import { createMemoryPlatform } from '@tamma/git-platform/memory';
import { expect } from 'chai';
import { askHost } from './refused-git.ts';

const refusal = (said: string) =>
  new TammaError('GIT_AUTHENTICATION', `git fetch failed (exit 128): ${said}`, { class: 'authentication' });
const BARE = refusal('error: RPC failed; HTTP 403 curl 22 The requested URL returned error: 403');

async function codeOf(made: Promise<unknown>): Promise<string> {
  return made.then(
    () => 'made',
    (thrown) => (thrown instanceof TammaError ? `${thrown.code} ${thrown.class}` : String(thrown)),
  );
}

describe('a call of git that its host refuses', () => {
  it('met a limit when the API of the host still knows us', async () => {
    const platform = createMemoryPlatform();
    expect(await codeOf(askHost(platform, 'main', () => Promise.reject(BARE)))).to.equal(
      'GIT_LIMITED rate-limit',
    );
    expect(await askHost(platform, 'main', async () => 'pushed')).to.equal('pushed');
  });

  it('is what the API says of it when that does not know us either', async () => {
    const unknown = new TammaError('GITHUB_UNAUTHORIZED', 'who is that', { class: 'authentication' });
    const platform = { ...createMemoryPlatform(), readRepository: () => Promise.reject(unknown) };
    const code = await codeOf(askHost(platform, 'main', () => Promise.reject(BARE)));
    expect(code).to.equal('GITHUB_UNAUTHORIZED authentication');
  });

  it('was cut short when the API of the host knows the branch that git was not shown', async () => {
    const missing = new TammaError('GIT_BRANCH_MISSING', 'no remote ref', { class: 'validation' });
    const platform = createMemoryPlatform();
    const ask = () => codeOf(askHost(platform, 'main', () => Promise.reject(missing)));
    expect(await ask()).to.equal('GIT_BRANCH_MISSING validation');
    platform.setBranch('main', 'commit-0');
    expect(await ask()).to.equal('GIT_CUT_SHORT network');
  });

  it('lacks a permission when the host says so, and is no limit when it was no 403', async () => {
    const platform = createMemoryPlatform();
    for (const error of [
      refusal('remote: Permission to acme/till.git denied to shipbot. The requested URL returned error: 403'),
      refusal('remote: Write access to repository not granted. The requested URL returned error: 403'),
      refusal('fatal: Authentication failed, error: 401'),
      new TammaError('GIT_NETWORK', 'returned error: 403', { class: 'network' }),
    ]) {
      const code = await codeOf(askHost(platform, 'main', () => Promise.reject(error)));
      expect(code).to.equal(`${error.code} ${error.class}`);
    }
  });
});
