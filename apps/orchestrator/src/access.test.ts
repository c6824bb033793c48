import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { createAccess } from './access.ts';
import { sessionCookie } from './http/session-cookie.ts';

const ANN = 'ann-has-a-secret;="%00"';
const BOB = 'bob-has-another-one';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const access = createAccess([
  { name: 'ann', roles: ['viewer'], sha256: sha256(ANN) },
  { name: 'bob', roles: ['operator', 'approver'], sha256: sha256(BOB) },
]);
const ann = { name: 'ann', roles: ['viewer'] };
const bob = { name: 'bob', roles: ['operator', 'approver'] };

function cookieOf(token: string): string {
  return sessionCookie(token, { isSecure: false }).split(';')[0] ?? '';
}

describe('access', () => {
  it('knows everybody as local while there are no tokens, whatever they show', () => {
    const open = createAccess([]);
    const local = { name: 'local', roles: ['viewer', 'operator', 'approver'] };
    expect(open.mode).to.equal('none');
    expect(open.identify({})).to.deep.equal(local);
    expect(open.identify({ authorization: 'Bearer rubbish', cookie: 'x' })).to.deep.equal(local);
  });

  it('knows who shows a token: bare, in the header, or in the cookie of a browser that signed in', () => {
    expect(access.mode).to.equal('token');
    expect(access.identify({ token: ANN })).to.deep.equal(ann);
    expect(access.identify({ authorization: `Bearer ${ANN}` })).to.deep.equal(ann);
    expect(access.identify({ authorization: `bearer   ${BOB} ` })).to.deep.equal(bob);
    expect(access.identify({ cookie: `a=b; ${cookieOf(ANN)}; c=d` })).to.deep.equal(ann);
  });

  it('believes what was shown on purpose before the cookie, and no other scheme than Bearer', () => {
    const cookie = cookieOf(ANN);
    expect(access.identify({ authorization: `Bearer ${BOB}`, cookie })).to.deep.equal(bob);
    expect(access.identify({ authorization: 'Bearer wrong', cookie })).to.equal(null);
    expect(access.identify({ token: '', cookie })).to.equal(null);
    expect(access.identify({ authorization: `Basic ${BOB}`, cookie })).to.deep.equal(ann);
    expect(access.identify({ authorization: `Basic ${BOB}` })).to.equal(null);
  });

  it('knows nobody else', () => {
    const wrong = [
      {},
      { token: '' },
      { token: ANN.slice(1) },
      { token: `${ANN} ` },
      { token: sha256(ANN) },
      { token: 'x'.repeat(100_000) },
      { token: '\u0000' },
      { authorization: '' },
      { authorization: 'Bearer' },
      { authorization: `Bearer ${ANN} ${BOB}` },
      { authorization: `Bearer, ${ANN}` },
      { authorization: ANN },
      { cookie: '' },
      { cookie: 'tamma-session' },
      { cookie: 'tamma-session=%zz' },
      { cookie: `other=${ANN}` },
      { cookie: `__proto__=x; ${'a=b; '.repeat(1000)}` },
    ];
    for (const credentials of wrong) {
      expect(access.identify(credentials), JSON.stringify(credentials).slice(0, 80)).to.equal(null);
    }
  });
});
