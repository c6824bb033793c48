import { expect } from 'chai';
import { createMemoryPlatform } from './memory/index.ts';
import { isRead, type PlatformOperation, wrapPlatform } from './wrap-platform.ts';

describe('a wrapped platform', () => {
  it('has each call made by what is around it, under its own name, and answers what the platform answers', async () => {
    const calls: PlatformOperation[] = [];
    const platform = createMemoryPlatform();
    const wrapped = wrapPlatform(platform, (operation, make) => {
      calls.push(operation);
      return make();
    });
    platform.setBranch('main', 'commit-0');
    expect(await wrapped.readBranch('main')).to.equal('commit-0');
    expect(await wrapped.ensureBranch('topic', 'commit-0')).to.equal('commit-0');
    expect(calls).to.deep.equal(['readBranch', 'ensureBranch']);
    expect(wrapped).to.include({ name: platform.name, cloneUrl: platform.cloneUrl });
  });

  it('wraps every operation that a platform has under the name it has there', async () => {
    const seen: string[] = [];
    const wrapped = wrapPlatform(createMemoryPlatform(), (operation) => {
      seen.push(operation);
      return Promise.reject(new Error('not made'));
    });
    const operations = Object.entries(wrapped).filter(([, value]) => typeof value === 'function');
    for (const [name, call] of operations) {
      await Promise.resolve(call()).catch(() => undefined);
      expect(seen.at(-1)).to.equal(name);
    }
    expect(seen).to.have.length(operations.length).and.length.above(25);
  });

  it('tells reads from effects by their names', () => {
    const names: PlatformOperation[] = ['readIssue', 'listComments', 'readCheckLog', 'readCredential'];
    expect(names.map(isRead)).to.deep.equal([true, true, true, true]);
    const effects: PlatformOperation[] = ['react', 'reopenIssue', 'rerunChecks', 'ensureReply', 'setDraft'];
    expect(effects.map(isRead)).to.deep.equal([false, false, false, false, false]);
  });
});
