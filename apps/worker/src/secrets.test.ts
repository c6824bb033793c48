import { expect } from 'chai';
import { secretsOf } from './secrets.ts';

describe('secrets of a process', () => {
  it('are its variables of such names, each token of a list, and passwords within addresses', () => {
    const found = secretsOf(
      {
        ANTHROPIC_API_KEY: 'sk-ant-12345678',
        GITHUB_TOKEN: 'ghp_abcdefgh',
        TAMMA_TOKENS: 'ann:admin:token-of-ann-1234, bob:viewer:token:of:bob-12',
        REDIS_URL: 'redis://:p%40ssw0rd!@127.0.0.1:6379',
        GITHUB_WEBHOOK_SECRET: 'hook-secret',
        PGPASSWORD: 'postgres-pass',
        TAMMA_TOKENS_FILE: '/run/secrets/tokens',
        PATH: '/usr/bin:/bin',
        SHORT_KEY: '1234567',
        EMPTY_TOKEN: '',
        UNSET_TOKEN: undefined,
        TOKEN_LIMIT: 'not a secret',
      },
      ['postgres://tamma:hunter2hunter2@db/tamma', null, undefined, 'from-a-file'],
    );
    expect(found).to.have.members([
      'sk-ant-12345678',
      'ghp_abcdefgh',
      'ann:admin:token-of-ann-1234, bob:viewer:token:of:bob-12',
      'token-of-ann-1234',
      'token:of:bob-12',
      'hook-secret',
      'postgres-pass',
      'from-a-file',
      'p%40ssw0rd!',
      'p@ssw0rd!',
      'hunter2hunter2',
    ]);
  });

  it('are no words that stand in any code', () => {
    expect(
      secretsOf({ DATABASE_URL: 'postgres://postgres:postgres@db/tamma', PGPASSWORD: 'password' }),
    ).to.deep.equal([]);
  });

  it('are none where there are none, and rubbish is none', () => {
    expect(secretsOf({})).to.deep.equal([]);
    expect(secretsOf({ A_URL: 'http://a:%zz@b' }, ['://', 'http://'])).to.deep.equal([]);
  });
});
