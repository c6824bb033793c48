import { expect } from 'chai';
import { isTestPath } from './test-path.ts';

const TESTS = [
  'src/slugify.test.js',
  'slugify.spec.ts',
  'src/__tests__/slugify.js',
  'test/slugify.js',
  'packages/a/tests/helper.ts',
  'app/components/button-test.js',
  'src/test/java/org/acme/TillTest.java',
  'till_test.go',
  'cmd/till/main_test.go',
  'tests/test_till.py',
  'acme/test_till.py',
  'acme/till_test.py',
  'spec/models/till_spec.rb',
  'lib/till_spec.rb',
  'tests/integration.rs',
  'Acme.Till.Tests/TillTests.cs',
  'test/till_test.exs',
  'SRC/TILL.TEST.JS',
];

const NONE = [
  'src/latest.js',
  'src/contest/index.js',
  'contest.py',
  'src/attestation.go',
  'testament.md',
  'src/testing.ts',
  'src/test.js',
  'inspect/a.js',
  'src/spectrum.js',
  'greatest_hits.rb',
  'protest_.c',
  'README.md',
  '',
];

describe('the path of a test', () => {
  for (const path of TESTS) it(`is ${path}`, () => expect(isTestPath(path)).to.equal(true));
  for (const path of NONE) it(`is not "${path}"`, () => expect(isTestPath(path)).to.equal(false));

  it('is what the project says instead, where it does', () => {
    expect(isTestPath('checks/a.sh', ['checks/**'])).to.equal(true);
    expect(isTestPath('src/a.test.js', ['checks/**'])).to.equal(false);
    expect(isTestPath('src/a.test.js', [])).to.equal(false);
  });
});
