import { expect } from 'chai';
import { fitsPattern } from './path-pattern.ts';
import { workedMs } from './testing/worked-ms.ts';

const CASES: readonly (readonly [pattern: string, fits: readonly string[], fitsNot: readonly string[]])[] = [
  ['infra', ['infra', 'infra/a', 'infra/a/b'], ['src/infra', 'infrastructure', 'infra.md']],
  ['infra/', ['infra', 'infra/a/b', 'INFRA/a'], ['src/infra/a']],
  ['/infra/main.tf', ['infra/main.tf'], ['a/infra/main.tf', 'infra/main.tfx']],
  ['infra/*', ['infra/a'], ['infra', 'infra/a/b']],
  ['infra/**', ['infra', 'infra/a', 'infra/a/b'], ['infra2/a']],
  ['*.sql', ['a.sql', '.sql', 'A.SQL'], ['db/a.sql', 'a.sql.md', 'a.sql/b']],
  ['**/*.sql', ['a.sql', 'db/a.sql', 'a/b/c.sql'], ['a.sqlx', 'db/sql']],
  ['**/secrets', ['secrets', 'a/secrets/b', 'a/b/secrets'], ['a/secrets.md']],
  ['src/**/test/*.js', ['src/test/a.js', 'src/a/b/test/c.js'], ['src/test/a/b.js', 'test/a.js']],
  ['*', ['README.md'], ['src/a']],
  ['**', ['README.md', 'src/a'], []],
  ['a*b*c', ['abc', 'axbxc', 'abbcc', 'abcbc'], ['ac', 'acb', 'abcd', 'ab/c']],
  ['ab*ba', ['abba', 'abxba'], ['aba']],
  ['a.c', ['a.c'], ['abc']],
  ['[a]+(b)?', ['[a]+(b)?'], ['a', 'ab']],
  ['', [], ['', 'a']],
  ['/', [], ['a']],
  ['./a', ['a', './a'], ['b']],
];

describe('a pattern of paths', () => {
  for (const [pattern, fits, fitsNot] of CASES) {
    it(`"${pattern}" fits ${fits.length} and does not fit ${fitsNot.length}`, () => {
      for (const path of fits) expect(fitsPattern(path, pattern), path).to.equal(true);
      for (const path of fitsNot) expect(fitsPattern(path, pattern), path).to.equal(false);
    });
  }

  it('takes no time to speak of, whatever it is', () => {
    const begun = workedMs();
    const names = ['a'.repeat(4000), 'a/'.repeat(2000)];
    const patterns = [
      'a*'.repeat(2000),
      '**/'.repeat(500).concat('b'),
      `${'**/a/'.repeat(300)}b`,
      '*a'.repeat(2000),
    ];
    for (const name of names) for (const pattern of patterns) fitsPattern(`${name}b`, `${pattern}*c`);
    expect(workedMs() - begun).to.be.below(2000);
  });
});
