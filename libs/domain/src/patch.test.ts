import { expect } from 'chai';
import { type ChangedFile, judgePatch, type PatchLimits } from './patch.ts';

const LIMITS: PatchLimits = { filesMax: 2, linesMax: 10, allowSensitivePaths: false, protectedPaths: [] };

function file(path: string, additions = 1, deletions = 0): ChangedFile {
  return { path, additions, deletions };
}

describe('limits of a change', () => {
  it('are kept up to the last file and the last line', () => {
    expect(judgePatch([file('a', 5, 1), file('b', 2, 2)], LIMITS)).to.deep.equal([]);
  });

  it('refuse a change that is empty', () => {
    expect(judgePatch([], LIMITS)).to.deep.equal(['the change is empty']);
  });

  it('count files', () => {
    expect(judgePatch([file('a'), file('b'), file('c')], LIMITS)).to.deep.equal([
      '3 files changed, at most 2 are allowed',
    ]);
  });

  it('count added and removed lines of all files', () => {
    expect(judgePatch([file('a', 5, 1), file('b', 2, 3)], LIMITS)).to.deep.equal([
      '11 lines changed, at most 10 are allowed',
    ]);
  });

  it('name every protected path, unless the project allows them', () => {
    const files = [file('.github/ci.yml'), file('Dockerfile')];
    expect(judgePatch(files, LIMITS)).to.deep.equal(['protected paths changed: .github/ci.yml, Dockerfile']);
    expect(judgePatch(files, { ...LIMITS, allowSensitivePaths: true })).to.deep.equal([]);
  });

  it('name paths the project protects, also where it allows the sensitive ones', () => {
    const files = [file('infra/a.tf'), file('db/schema.sql'), file('src/a.js')];
    const protectedPaths = ['infra/**', '**/*.sql'];
    for (const allowSensitivePaths of [false, true]) {
      const limits = { ...LIMITS, filesMax: 9, allowSensitivePaths, protectedPaths };
      expect(judgePatch(files, limits)).to.deep.equal(['protected paths changed: infra/a.tf, db/schema.sql']);
    }
  });

  it('name twenty paths and count the rest', () => {
    const files = Array.from({ length: 25 }, (_, i) => file(`infra/${i}`, 0));
    const [problem] = judgePatch(files, { ...LIMITS, filesMax: 99, protectedPaths: ['infra'] });
    expect(problem).to.match(/infra\/19 and 5 more$/);
  });

  it('are all judged at once', () => {
    const files = [file('a', 20), file('b'), file('CODEOWNERS')];
    expect(judgePatch(files, LIMITS)).to.have.length(3);
  });
});
