import { expect } from 'chai';
import { isProsePath } from './prose-path.ts';

describe('a path of prose', () => {
  for (const path of ['README.md', 'docs/guide/start.mdx', 'LICENSE', 'site/LICENSE.txt', 'docs/logo.svg']) {
    it(`is ${path}`, () => expect(isProsePath(path)).to.equal(true));
  }
  for (const path of [
    'src/md.ts',
    'requirements.txt',
    'package.json',
    'src/readme/index.js',
    'Makefile',
    'x.mdy',
  ]) {
    it(`is not ${path}`, () => expect(isProsePath(path)).to.equal(false));
  }
});
