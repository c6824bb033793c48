import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { openSite } from '../testing/site.ts';
import { askAs, TOKENS } from '../testing/tokens.ts';

const BROWSER = { headers: { accept: 'text/html,*/*;q=0.8' } };
const PAGE = '<!doctype html><title>Tamma</title>';

async function openBuiltSite() {
  await using stack = new AsyncDisposableStack();
  const folder = join(stack.use(await testFolder()).path, 'dist');
  await mkdir(join(folder, 'assets'), { recursive: true });
  await writeFile(join(folder, 'index.html'), PAGE);
  await writeFile(join(folder, 'favicon.svg'), '<svg/>');
  await writeFile(join(folder, 'assets/index-abc.js'), 'export {};');
  await writeFile(join(folder, '../secret.txt'), 'hunter2');
  const site = stack.use(await openSite({ dashboardFolder: folder, tokens: TOKENS }));
  const owned = stack.move();
  return { site, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

describe('the dashboard', () => {
  it('is shown to everybody, who signs in there, and asked for anew each time', async () => {
    await using place = await openBuiltSite();
    const answer = await place.site.ask('/', BROWSER);
    expect([answer.status, answer.text]).to.deep.equal([200, PAGE]);
    expect(answer.headers).to.include({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
    });
    expect((await place.site.ask('/', { ...BROWSER, method: 'HEAD' })).status).to.equal(200);
    expect((await place.site.ask('/?signin=/admin/queues', BROWSER)).text).to.equal(PAGE);
  });

  it('is shown for every address that only the page understands', async () => {
    await using place = await openBuiltSite();
    for (const path of [
      '/workflows/demo-1.r1',
      '/approvals',
      '/index.html',
      '/%F0%9F%90%A2',
      '/apiary',
      '/.env',
    ]) {
      const answer = await place.site.ask(path, BROWSER);
      expect([answer.status, answer.text], path).to.deep.equal([200, PAGE]);
    }
  });

  it('has assets that a browser keeps for ever, and files that it asks for again', async () => {
    await using place = await openBuiltSite();
    const asset = await place.site.ask('/assets/index-abc.js');
    expect(asset.headers).to.include({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    const icon = await place.site.ask('/favicon.svg');
    expect([icon.status, icon.headers['cache-control']]).to.deep.equal([200, 'public, max-age=0']);
  });

  it('never stands in for what answers by itself, for a file that is missing, or for a program', async () => {
    await using place = await openBuiltSite();
    for (const path of [
      '/api/v1/nothing',
      '/health/nothing',
      '/assets/nothing.js',
      '/assets',
      '/socket.io',
      '/api',
      '/admin',
    ]) {
      const answer = await askAs(place.site, 'vera', path, BROWSER);
      expect(answer.status, path).to.equal(404);
      expect(answer.text, path).to.not.contain('<title>');
    }
    for (const question of [
      {},
      { headers: { accept: 'application/json' } },
      { ...BROWSER, method: 'POST' },
    ]) {
      expect((await place.site.ask('/workflows', question)).status).to.equal(404);
    }
  });

  it('shows nothing outside its folder', async () => {
    await using place = await openBuiltSite();
    for (const path of [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '/..%5csecret.txt',
      '//secret.txt',
      '/assets/%00',
    ]) {
      const answer = await place.site.ask(path);
      expect(answer.status, path).to.be.within(400, 404);
      expect(answer.text, path).to.not.contain('hunter2');
    }
  });

  it('says how to build it when it is not built', async () => {
    await using site = await openSite();
    const answer = await site.ask('/', BROWSER);
    expect([answer.status, answer.headers['content-type']]).to.deep.equal([404, 'text/html; charset=utf-8']);
    expect(answer.text).to.contain('npm run build');
  });
});
