import { problemSchema } from '@tamma/contracts';
import { expect } from 'chai';
import { openSite } from '../testing/site.ts';
import { askAs, posting, TOKENS } from '../testing/tokens.ts';

type Needed = 'view' | 'operate' | 'approve' | 'nothing';

/** Every route, what it needs, and a harmless request to it. */
const ROUTES: readonly (readonly [method: string, path: string, needed: Needed, body?: unknown])[] = [
  ['GET', '/api/v1/workflows', 'view'],
  ['POST', '/api/v1/workflows', 'operate', { project: 'nobody', issue: 1 }],
  ['GET', '/api/v1/workflows/x', 'view'],
  ['GET', '/api/v1/workflows/x/explain', 'view'],
  ['GET', '/api/v1/workflows/x/events', 'view'],
  ['GET', '/api/v1/workflows/x/artifacts', 'view'],
  ['GET', '/api/v1/workflows/x/artifacts/PLAN.md', 'view'],
  ['POST', '/api/v1/workflows/x/cancel', 'operate', { reason: 'x' }],
  ['POST', '/api/v1/workflows/x/suspend', 'operate', { reason: 'x' }],
  ['POST', '/api/v1/workflows/x/resume', 'operate', { reason: 'x' }],
  ['POST', '/api/v1/workflows/x/retry', 'operate', { reason: 'x' }],
  ['POST', '/api/v1/workflows/x/override', 'approve', { reason: 'x', step: 'x' }],
  ['POST', '/api/v1/workflows/x/skip', 'operate', { reason: 'x', step: 'x' }],
  ['POST', '/api/v1/workflows/x/priority', 'operate', { reason: 'x', score: 1 }],
  ['GET', '/api/v1/tasks', 'view'],
  ['POST', '/api/v1/tasks', 'operate', { type: 'workflow', payload: {} }],
  ['GET', '/api/v1/tasks/x', 'view'],
  ['POST', '/api/v1/tasks/x/cancel', 'operate', { reason: 'x' }],
  ['POST', '/api/v1/tasks/x/suspend', 'operate', { reason: 'x' }],
  ['POST', '/api/v1/tasks/x/resume', 'operate', { reason: 'x' }],
  ['POST', '/api/v1/tasks/x/retry', 'operate', { reason: 'x' }],
  ['POST', '/api/v1/tasks/x/override', 'approve', { reason: 'x' }],
  ['POST', '/api/v1/tasks/x/skip', 'operate', { reason: 'x' }],
  ['POST', '/api/v1/tasks/x/priority', 'operate', { reason: 'x', score: 1 }],
  ['GET', '/api/v1/queues', 'view'],
  ['POST', '/api/v1/queues/git/pause', 'operate', { reason: 'x' }],
  ['POST', '/api/v1/queues/all/resume', 'operate', { reason: 'x' }],
  ['GET', '/api/v1/approvals', 'view'],
  ['GET', '/api/v1/approvals/x', 'view'],
  ['POST', '/api/v1/approvals/x', 'approve', { decision: 'approve' }],
  ['GET', '/api/v1/events', 'view'],
  ['GET', '/api/v1/workers', 'view'],
  ['GET', '/api/v1/agents', 'view'],
  ['GET', '/api/v1/budgets', 'view'],
  ['POST', '/api/v1/budgets/raise', 'operate', { level: 'workflow', id: 'x', byUsd: 1, reason: 'x' }],
  ['GET', '/api/v1/projects', 'view'],
  ['GET', '/api/v1/projects/x', 'view'],
  ['GET', '/api/v1/projects/x/issues', 'view'],
  ['GET', '/api/v1/projects/x/issues/1', 'view'],
  ['GET', '/api/v1/session', 'view'],
  ['DELETE', '/api/v1/session', 'nothing'],
  ['POST', '/api/v1/webhooks/github', 'nothing'],
  ['GET', '/api/v1/openapi.json', 'view'],
  ['GET', '/api/docs', 'view'],
  ['GET', '/api/docs/swagger-ui.css', 'view'],
  ['GET', '/admin/queues', 'view'],
  ['GET', '/admin/queues/api/queues', 'view'],
  ['GET', '/api/v1/nothing', 'view'],
  ['PUT', '/api/v1/workflows', 'view'],
  ['GET', '/health', 'nothing'],
  ['GET', '/health/live', 'nothing'],
  ['GET', '/health/ready', 'nothing'],
  ['GET', '/metrics', 'nothing'],
];

const MAY: Readonly<Record<string, readonly Needed[]>> = {
  vera: ['view', 'nothing'],
  otto: ['view', 'operate', 'nothing'],
  anna: ['view', 'approve', 'nothing'],
  all: ['view', 'operate', 'approve', 'nothing'],
};

describe('who may do what', () => {
  it('follows from the role alone, on every route', async () => {
    await using site = await openSite({ tokens: TOKENS });
    for (const [method, path, needed, body] of ROUTES) {
      const question = body === undefined ? { method } : { ...posting(body), method };
      for (const [name, may] of Object.entries(MAY)) {
        const { status } = await askAs(site, name, path, question);
        const isRefused = status === 401 || status === 403;
        expect(isRefused, `${name}: ${method} ${path} answers ${status}`).to.equal(!may.includes(needed));
      }
    }
  });

  it('is asked here of every endpoint that is documented', async () => {
    await using site = await openSite();
    const { text } = await site.ask('/api/v1/openapi.json');
    const document: { paths: Record<string, object> } = JSON.parse(text);
    const asked = ROUTES.map(([method, path]) => `${method.toLowerCase()} ${path}`);
    for (const [path, verbs] of Object.entries(document.paths)) {
      const pattern = path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+');
      for (const verb of Object.keys(verbs)) {
        if (`${verb} ${path}` === 'post /api/v1/session') continue;
        const isAsked = asked.some((one) => new RegExp(`^${verb} ${pattern}$`).test(one));
        expect(isAsked, `${verb} ${path}`).to.equal(true);
      }
    }
  });

  it('is nothing without a token or with a wrong one, and the answer says how to come in', async () => {
    await using site = await openSite({ tokens: TOKENS });
    for (const [method, path, needed, body] of ROUTES) {
      const question = body === undefined ? { method } : { ...posting(body), method };
      for (const name of [null, 'mallory']) {
        const { status, headers, text } = await askAs(site, name, path, question);
        const what = `${name}: ${method} ${path} answers ${status}`;
        expect(status === 401, what).to.equal(needed !== 'nothing');
        if (status !== 401) continue;
        expect(headers['www-authenticate'], what).to.match(/^Bearer realm="tamma"/);
        expect(problemSchema.parse(JSON.parse(text)).title).to.equal('Not signed in');
      }
    }
  });

  it('is named when it is missing', async () => {
    await using site = await openSite({ tokens: TOKENS });
    const detailOf = async (name: string, path: string, body: unknown) =>
      problemSchema.parse(JSON.parse((await askAs(site, name, path, posting(body))).text)).detail;
    expect(await detailOf('vera', '/api/v1/workflows/x/cancel', { reason: 'x' })).to.equal(
      'this needs the role operator; vera is viewer',
    );
    expect(await detailOf('otto', '/api/v1/approvals/x', { decision: 'approve' })).to.equal(
      'this needs the role approver; otto is operator',
    );
  });

  it('is asked before anything else is looked at', async () => {
    await using site = await openSite({ tokens: TOKENS });
    const rubbish = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{broken' };
    expect((await askAs(site, 'vera', '/api/v1/workflows/x/cancel', rubbish)).status).to.equal(403);
    expect((await askAs(site, null, '/api/v1/workflows/x/cancel', rubbish)).status).to.equal(401);
  });

  it('is everything for everybody on this machine while there are no tokens', async () => {
    await using site = await openSite();
    for (const [method, path, , body] of ROUTES) {
      const { status } = await site.ask(path, body === undefined ? { method } : { ...posting(body), method });
      expect(status === 401 || status === 403, `${method} ${path} answers ${status}`).to.equal(false);
    }
  });

  it('lets any name of the server be used once there are tokens', async () => {
    await using site = await openSite({ tokens: TOKENS });
    const answer = await askAs(site, 'vera', '/api/v1/session', { headers: { host: 'tamma.example.org' } });
    expect(answer.status).to.equal(200);
  });
});
