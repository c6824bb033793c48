import { connect } from 'node:net';
import { problemSchema } from '@tamma/contracts';
import { expect } from 'chai';
import { rejectionOf } from '../testing/desk.ts';
import { openSite, type Site } from '../testing/site.ts';

/** Sends bytes as they are and reads until the server closes the connection. */
async function sendRaw({ port }: Site, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => void chunks.push(chunk));
  socket.on('error', () => {
    // A server that cuts us off is one of the answers.
  });
  socket.write(text);
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(chunks).toString();
}

describe('HTTP server', () => {
  it('answers 404 with a problem where there is nothing', async () => {
    await using site = await openSite();
    for (const path of ['/nothing', '/api', '/api/v1', '/api/v1/nothing', '/health/nothing', '//']) {
      const answer = await site.ask(path);
      expect(answer.status, path).to.equal(404);
      const { title, detail } = problemSchema.parse(JSON.parse(answer.text));
      expect(title).to.equal('Not found');
      expect(detail?.replace(/\/$/, ''), path).to.equal(`there is nothing at ${path.replace(/\/$/, '')}`);
    }
  });

  it('answers 405 and what is allowed to a verb that a path does not know', async () => {
    await using site = await openSite();
    const look = 'GET, HEAD';
    const allowed: Readonly<Record<string, string>> = {
      '/api/v1/workflows': 'GET, HEAD, POST',
      '/api/v1/workflows/x': look,
      '/api/v1/workflows/x/explain': look,
      '/api/v1/workflows/x/cancel': 'POST',
      '/api/v1/workflows/x/artifacts/PLAN.md': look,
      '/api/v1/events': look,
      '/api/v1/approvals': look,
      '/api/v1/approvals/x': 'GET, HEAD, POST',
      '/api/v1/session': 'GET, HEAD, POST, DELETE',
      '/api/v1/openapi.json': look,
      '/api/docs': look,
      '/admin/queues': look,
      '/admin/queues/api/queues': look,
      '/health': look,
      '/health/live': look,
      '/health/ready': look,
      '/metrics': look,
    };
    for (const [path, verbs] of Object.entries(allowed)) {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
        if (verbs.split(', ').includes(method)) continue;
        const answer = await site.ask(path, { method });
        expect([answer.status, answer.headers.allow], `${method} ${path}`).to.deep.equal([405, verbs]);
      }
    }
  });

  it('answers HEAD like GET, without the body', async () => {
    await using site = await openSite();
    const answer = await site.ask('/api/v1/projects', { method: 'HEAD' });
    expect([answer.status, answer.text]).to.deep.equal([200, '']);
  });

  it('answers only to names of this machine', async () => {
    await using site = await openSite();
    const hosts = [
      'evil.example',
      `evil.example:${site.port}`,
      'localhost.evil.example',
      '127.0.0.1.evil.example',
    ];
    for (const host of [...hosts, 'localhost:80:80', '10.0.0.1', '[::1']) {
      const answer = await site.ask('/api/v1/projects', { headers: { host } });
      expect(answer.status, host).to.equal(403);
    }
    for (const host of ['localhost', `LOCALHOST:${site.port}`, '127.0.0.1:1', '127.9.9.9', '[::1]:3000']) {
      const answer = await site.ask('/api/v1/projects', { headers: { host } });
      expect(answer.status, host).to.equal(200);
    }
    expect(await sendRaw(site, 'GET /api/v1/projects HTTP/1.0\r\n\r\n')).to.match(/^HTTP\/1\.1 403 /);
  });

  it('answers 400 to a path that is no URL', async () => {
    await using site = await openSite();
    for (const path of ['/api/v1/workflows/%zz', '/api/v1/workflows/%', '/api/v1/workflows/%c3%28']) {
      const answer = await site.ask(path);
      expect(answer.status, path).to.equal(400);
      expect(problemSchema.parse(JSON.parse(answer.text)).title).to.equal('Invalid request');
    }
    expect((await site.ask('/api/v1/workflows?status=%zz')).status).to.equal(400);
  });

  it('ignores a body that comes with a question', async () => {
    await using site = await openSite();
    const headers = { 'content-type': 'application/json' };
    for (const body of ['{"limit": 0}', '{broken', 'x'.repeat(2_000_000)]) {
      const answer = await site.ask('/api/v1/projects', { headers, body });
      expect(answer.status).to.equal(200);
    }
  });

  it('survives what is no HTTP at all', async () => {
    await using site = await openSite();
    const refused = [
      'rubbish\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      `GET /${'x'.repeat(100_000)} HTTP/1.1\r\n\r\n`,
    ];
    for (const text of refused) expect(await sendRaw(site, text)).to.match(/^HTTP\/1\.1 4\d\d /);
    const smuggled =
      'GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(await sendRaw(site, smuggled)).to.match(/^HTTP\/1\.1 400 /);
    expect((await site.ask('/health/live')).status).to.equal(200);
  });

  it('says nothing of what it is made of, and lets a page use nothing from elsewhere', async () => {
    await using site = await openSite();
    for (const path of ['/api/v1/projects', '/admin/queues', '/api/docs', '/', '/nothing']) {
      const { headers } = await site.ask(path, { headers: { accept: 'text/html' } });
      expect(headers, path).to.not.have.property('x-powered-by');
      expect(headers['x-content-type-options'], path).to.equal('nosniff');
      const policy = String(headers['content-security-policy']);
      expect(policy, path).to.contain("default-src 'self'").and.contain("script-src 'self';");
      expect(policy, 'we speak plain HTTP').to.not.contain('upgrade-insecure-requests');
      expect(policy.includes("'unsafe-inline'"), path).to.equal(/admin|docs/.test(path));
    }
  });

  it('while it drains, refuses questions and says when to come back, but answers probes', async () => {
    await using site = await openSite();
    site.http.drain();
    for (const path of ['/api/v1/workflows', '/api/v1/nothing', '/admin/queues', '/api/docs', '/']) {
      const answer = await site.ask(path);
      expect([answer.status, answer.headers['retry-after']], path).to.deep.equal([503, '5']);
      expect(problemSchema.parse(JSON.parse(answer.text)).title).to.equal('Shutting down');
    }
    for (const path of ['/health', '/health/live', '/health/ready', '/metrics']) {
      expect((await site.ask(path)).status, path).to.equal(200);
    }
  });

  it('lets a question under way be answered when it stops, then listens no more', async () => {
    const asked = Promise.withResolvers<void>();
    const mayAnswer = Promise.withResolvers<void>();
    await using plain = await openSite();
    const listWorkflows = async () => {
      asked.resolve();
      await mayAnswer.promise;
      return { items: [], next: null };
    };
    await using site = await openSite({ reader: { ...plain.desk.store.reader, listWorkflows } });
    const answer = site.ask('/api/v1/workflows');
    await asked.promise;
    const stopping = site.http.stop();
    mayAnswer.resolve();
    await stopping;
    expect((await answer).status).to.equal(200);
    expect(site.http.port()).to.equal(null);
    const refused = await site.ask('/health/live').catch((thrown: unknown) => thrown);
    expect(refused).to.include({ code: 'ECONNREFUSED' });
    await site.http.stop();
  });

  it('says which setting to change when its port is taken', async () => {
    await using site = await openSite();
    const refused = await rejectionOf(openSite({ port: site.port }));
    expect(refused).to.include({ code: 'PORT_TAKEN' });
    expect(refused).to.have.property('remedy').that.contains('PORT');
  });
});
