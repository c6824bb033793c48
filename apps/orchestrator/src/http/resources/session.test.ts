import { problemSchema, sessionViewSchema } from '@tamma/contracts';
import { expect } from 'chai';
import { type Answer, openSite } from '../../testing/site.ts';
import { askAs, posting, TOKENS, tokenOf } from '../../testing/tokens.ts';

const PATH = '/api/v1/session';

function cookieOf({ headers }: Answer): string {
  return [headers['set-cookie'] ?? []].flat().join();
}

describe('the session', () => {
  it('is that of local where there are no tokens, and signing in changes nothing', async () => {
    await using site = await openSite();
    const local = { name: 'local', roles: ['viewer', 'operator', 'approver'], authentication: 'none' };
    expect(JSON.parse((await site.ask(PATH)).text)).to.deep.equal(local);
    const signedIn = await site.ask(PATH, posting({ token: 'whatever' }));
    expect([signedIn.status, JSON.parse(signedIn.text), cookieOf(signedIn)]).to.deep.equal([200, local, '']);
  });

  it('begins with a token, is known by a cookie that scripts and other sites cannot use, and ends', async () => {
    await using site = await openSite({ tokens: TOKENS });
    const signedIn = await site.ask(PATH, posting({ token: tokenOf('anna') }));
    const anna = { name: 'anna', roles: ['approver'], authentication: 'token' };
    expect(sessionViewSchema.parse(JSON.parse(signedIn.text))).to.deep.equal(anna);
    const cookie = cookieOf(signedIn);
    expect(cookie).to.match(/^tamma-session=[^;]+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/);
    const headers = { cookie: cookie.split(';')[0] ?? '' };
    expect(JSON.parse((await site.ask(PATH, { headers })).text)).to.deep.equal(anna);
    const signedOut = await site.ask(PATH, { method: 'DELETE', headers });
    expect([signedOut.status, signedOut.text]).to.deep.equal([204, '']);
    expect(cookieOf(signedOut)).to.match(/^tamma-session=; Max-Age=0; Path=\/; HttpOnly; SameSite=Strict$/);
  });

  it('has a cookie that stays with TLS where TLS is before us', async () => {
    await using site = await openSite({ tokens: TOKENS });
    const question = posting({ token: tokenOf('anna') });
    const headers = { ...question.headers, 'x-forwarded-proto': 'https' };
    expect(cookieOf(await site.ask(PATH, { ...question, headers }))).to.contain('; Secure');
  });

  it('does not begin with a wrong token, and repeats no token', async () => {
    await using site = await openSite({ tokens: TOKENS });
    for (const token of ['hunter2-hunter2-hunter2', 'x', `${tokenOf('anna')} `]) {
      const answer = await site.ask(PATH, posting({ token }));
      expect(answer.status).to.equal(401);
      expect(problemSchema.parse(JSON.parse(answer.text)).detail).to.equal('this token is not one of ours');
      expect(cookieOf(answer)).to.equal('');
    }
    for (const body of [
      {},
      { token: '' },
      { token: 7 },
      { token: 'x'.repeat(501) },
      { token: 'x', name: 'y' },
      [],
    ]) {
      expect((await site.ask(PATH, posting(body))).status, JSON.stringify(body)).to.equal(400);
    }
    const broken = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"token":"hunter2"',
    };
    expect((await site.ask(PATH, broken)).text).to.not.contain('hunter2');
    expect(site.lines.join('')).to.not.contain('hunter2').and.not.contain(tokenOf('anna'));
  });

  it('is nobody’s without a token', async () => {
    await using site = await openSite({ tokens: TOKENS });
    expect((await site.ask(PATH)).status).to.equal(401);
    expect((await askAs(site, 'mallory', PATH)).status).to.equal(401);
  });

  it('is kept by nobody between us and the browser', async () => {
    await using site = await openSite({ tokens: TOKENS });
    expect((await askAs(site, 'anna', PATH)).headers['cache-control']).to.equal('no-store');
  });
});
