import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect } from 'chai';
import { z } from 'zod';
import { openSite, type Site } from '../testing/site.ts';
import { posting } from '../testing/tokens.ts';

const VERBS = ['get', 'post', 'put', 'patch', 'delete', 'options', 'trace', 'propfind'];
const responses = z.record(z.string(), z.looseObject({ description: z.string() }));
const operation = z.looseObject({
  operationId: z.string(),
  summary: z.string(),
  responses,
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
});
const documentSchema = z.looseObject({
  openapi: z.string(),
  info: z.looseObject({ version: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});

async function readDocument(site: Site) {
  return documentSchema.parse(JSON.parse((await site.ask('/api/v1/openapi.json')).text));
}

function fill(path: string): string {
  return path.replaceAll(/\{\w+\}/g, 'x');
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1 and names what is used in many places', async () => {
    await using site = await openSite();
    const document = await readDocument(site);
    const { valid, errors } = await new Validator().validate(document);
    expect(errors ?? []).to.deep.equal([]);
    expect(valid).to.equal(true);
    expect(document.openapi).to.equal('3.1.0');
    expect(document.info.version).to.equal('1.2.3');
    expect(Object.keys(document.components.schemas)).to.include.members([
      'Workflow',
      'Approval',
      'Problem',
      'Task',
    ]);
    const ids = Object.values(document.paths).flatMap((verbs) =>
      Object.values(verbs).map((one) => one.operationId),
    );
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it('shows exactly the verbs that each path answers', async () => {
    await using site = await openSite();
    const { paths } = await readDocument(site);
    for (const [path, verbs] of Object.entries(paths)) {
      const answered: string[] = [];
      for (const method of VERBS) {
        const { status } = await site.ask(fill(path), { ...posting({}), method: method.toUpperCase() });
        if (status !== 405) answered.push(method);
      }
      expect(answered.toSorted(), path).to.deep.equal(Object.keys(verbs).toSorted());
    }
  });

  it('holds every path there is: what it does not hold answers 404', async () => {
    await using site = await openSite();
    const { paths } = await readDocument(site);
    const known = new Set(Object.keys(paths).map((path) => path.replaceAll(/\{\w+\}/g, '*')));
    const words = [
      'workflows',
      'tasks',
      'workers',
      'events',
      'approvals',
      'projects',
      'issues',
      'session',
      'openapi.json',
      'explain',
    ];
    const verbs = ['cancel', 'suspend', 'resume', 'retry', 'override', 'skip', 'priority', 'pause'];
    const more = [...words, ...verbs, 'queues', 'artifacts', 'x', 'docs', 'bugs', 'search', 'webhooks'];
    const candidates = more.flatMap((first) => [
      `/${first}`,
      ...more.flatMap((second) => [`/${first}/${second}`, `/${first}/x/${second}`]),
    ]);
    for (const candidate of candidates) {
      const { status } = await site.ask(`/api/v1${candidate}`, { method: 'PUT' });
      const isKnown = [...known].some((path) =>
        new RegExp(`^${path.replaceAll('.', '\\.').replaceAll('*', '[^/]+')}$`).test(`/api/v1${candidate}`),
      );
      expect(status, candidate).to.equal(isKnown ? 405 : 404);
    }
  });

  it('says what each answer may be: every one that comes is in it', async () => {
    await using site = await openSite();
    const { paths } = await readDocument(site);
    for (const [path, verbs] of Object.entries(paths)) {
      for (const [method, one] of Object.entries(verbs)) {
        for (const question of [
          { method: method.toUpperCase() },
          { ...posting({}), method: method.toUpperCase() },
        ]) {
          const { status } = await site.ask(fill(path), question);
          expect(Object.keys(one.responses), `${method} ${path}`).to.include(String(status));
        }
      }
    }
  });

  it('and docs/api.md name the same resources', async () => {
    await using site = await openSite();
    const paper = readFileSync(join(import.meta.dirname, '../../../../docs/api.md'), 'utf8');
    const rows = paper.split('\n').filter((line) => line.startsWith('| `/'));
    const onPaper = rows.flatMap((row) =>
      [...row.matchAll(/`(\/[a-z/:]+)`/g)].map((match) => match[1] ?? ''),
    );
    const { paths } = await readDocument(site);
    const served = Object.keys(paths)
      .filter((path) => path.startsWith('/api/v1/') && path !== '/api/v1/openapi.json')
      .map((path) => path.slice('/api/v1'.length).replaceAll(/\{(\w+)\}/g, ':$1'));
    expect([...new Set(onPaper)].toSorted()).to.deep.equal(served.toSorted());
  });

  it('is shown by a page whose files all come from here', async () => {
    await using site = await openSite();
    const page = await site.ask('/api/docs');
    expect([page.status, page.headers['content-type']]).to.deep.equal([200, 'text/html; charset=utf-8']);
    const files = [...page.text.matchAll(/(?:href|src)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(files).to.have.length(4);
    for (const file of files) expect((await site.ask(file)).status, file).to.equal(200);
    expect((await site.ask('/api/docs/start.js')).text).to.contain("url: '/api/v1/openapi.json'");
    expect((await site.ask('/api/docs/package.json')).status).to.equal(404);
    expect((await site.ask('/api/docs/..%2fpackage.json')).status).to.equal(404);
  });
});
