import { expect } from 'chai';
import { findReverts } from './find-reverts.ts';

const [MERGE, REVERT, AGAIN] = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(40)];

function find(...messages: readonly (readonly [hash: string, message: string])[]) {
  return findReverts(
    messages.map(([hash, message]) => ({ hash, message })),
    'acme/till',
  );
}

describe('the search for reverts', () => {
  it('finds what git and GitHub write', () => {
    expect(find([REVERT, `Revert "Add it"\n\nThis reverts commit ${MERGE}.`])).to.deep.equal([
      { revertCommit: REVERT, commits: [MERGE], pullRequests: [] },
    ]);
    expect(
      find([REVERT, `Revert "x"\n\nThis reverts commit ${MERGE}, reversing\nchanges made to ${AGAIN}.`])[0]
        ?.commits,
    ).to.deep.equal([MERGE]);
    for (const text of ['Reverts Acme/Till#7', 'Reverts #7']) {
      expect(find([REVERT, `Revert "x" (#8)\n\n${text}`])[0]?.pullRequests).to.deep.equal([7]);
    }
  });

  it('is not taken in by another repository, by words in a sentence or by half a hash', () => {
    for (const text of [
      'Reverts other/till#7',
      'It says: Reverts acme/till#7',
      `> This reverts commit ${MERGE}.`,
      'This reverts commit abc123.',
      'Revert everything',
    ]) {
      expect(find([REVERT, text]), text).to.deep.equal([]);
    }
  });

  it('leaves out a revert that was taken back itself, and keeps one that was made again', () => {
    const first = [REVERT, `This reverts commit ${MERGE}.`] as const;
    const back = [AGAIN, `This reverts commit ${REVERT}.`] as const;
    expect(find(back, first).map(({ revertCommit }) => revertCommit)).to.deep.equal([AGAIN]);
    const squashed = [REVERT, 'Revert "x" (#12)\n\nReverts acme/till#10'] as const;
    const again = [AGAIN, 'Revert "Revert "x"" (#13)\n\nReverts acme/till#12'] as const;
    expect(find(again, squashed).map(({ pullRequests }) => pullRequests)).to.deep.equal([[12]]);
    const last = ['d'.repeat(40), `This reverts commit ${AGAIN}.`] as const;
    expect(find(last, back, first).map(({ commits }) => commits)).to.deep.equal([[AGAIN], [MERGE]]);
  });
});
