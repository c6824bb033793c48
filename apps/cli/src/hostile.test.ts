import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { callTamma } from './testing/call-tamma.ts';
import { type FakeServer, startFakeServer } from './testing/fake-server.ts';
import { begin } from './testing/scene.ts';

const EVIL = 'A \u001b[31mred\u001b[0m \u001b]0;owned\u0007title\r\nOpen (0)\u202e \u009b2J\u0000';
const ESC = '\u001b';

async function hostileServer(): Promise<FakeServer> {
  const server = await startFakeServer();
  const { product } = server;
  const workflow = begin(product, 8, EVIL);
  const error = { code: EVIL, class: 'unknown', message: EVIL, remedy: EVIL } as const;
  const place = { workflow, step: 'issue-intake' };
  product.tell('ARTIFACT.WRITTEN.SUCCESS', { ...place, data: { name: 'PLAN.md' } });
  product.tell('TASK.FAILED.PERMANENT', { ...place, data: { error } });
  product.tell('ESCALATION.TRIGGERED.SUCCESS', { ...place, data: { error } });
  product.tell('QUESTION.ASKED.SUCCESS', {
    workflow: 'demo-3.r1',
    step: 'issue-intake',
    data: { question: EVIL },
  });
  const text = `${EVIL}\n+${EVIL}\n`;
  server.spoil('GET /api/v1/workflows/demo-8.r1/artifacts/change.patch', {
    body: JSON.stringify({ name: 'change.patch', sha256: 'x', bytes: 1, text }),
  });
  const verdict = {
    project: 'demo',
    issue: 8,
    title: EVIL,
    eligible: false,
    reasons: [EVIL],
    score: null,
    since: EVIL,
    judgedAt: EVIL,
    workflowId: null,
  };
  server.spoil('GET /api/v1/projects/demo/issues', {
    body: JSON.stringify({ items: [verdict], next: null }),
  });
  server.spoil('GET /api/v1/projects/demo/issues/8', { body: JSON.stringify(verdict) });
  server.spoil('POST /api/v1/workflows/demo-8.r1/cancel', {
    status: 409,
    body: JSON.stringify({
      type: 'x',
      title: EVIL,
      status: 409,
      detail: EVIL,
      errors: [{ path: EVIL, message: EVIL }],
    }),
  });
  return server;
}

const COMMANDS = [
  ['status'],
  ['show', 'demo-8.r1'],
  ['show', 'demo-8.r1', '--diff'],
  ['explain', 'demo-8.r1'],
  ['explain', 'demo#8'],
  ['issues', 'demo'],
  ['approvals'],
  ['tasks'],
  ['events', '--since', '0-0'],
  ['cancel', 'demo-8.r1', '--reason', 'x'],
  ['show', EVIL],
  ['watch', 'demo-8.r1', '--exit-on-wait'],
];

describe('tamma, told hostile things', () => {
  it('lets no escape sequence and no control character through to a terminal', async () => {
    await using server = await hostileServer();
    const environment = { TAMMA_URL: server.url };
    for (const args of COMMANDS) {
      const { stdout, stderr } = await callTamma([...args, '--no-color'], { environment, columns: 80 });
      const said = stdout + stderr;
      expect(said, args.join(' ')).to.contain('title');
      expect(said, args.join(' ')).to.not.match(/(?![\n\t])[\p{Cc}\p{Cf}]/u);
    }
  });

  it('keeps a title on its line', async () => {
    await using server = await hostileServer();
    for (const args of [['status'], ['approvals'], ['show', 'demo-8.r1']]) {
      const { stdout } = await callTamma(args, { environment: { TAMMA_URL: server.url } });
      expect(stdout, args.join(' '))
        .to.contain('title Open (0)')
        .and.not.match(/^Open \(0\)/m);
    }
  });

  it('prints it exactly with --json, escaped', async () => {
    await using server = await hostileServer();
    const { stdout } = await callTamma(['show', 'demo-8.r1', '--json'], {
      environment: { TAMMA_URL: server.url },
    });
    expect(stdout.slice(0, -1)).to.not.match(/[\p{Cc}\p{Cf}]/u);
    expect(JSON.parse(stdout)).to.include({ title: EVIL });
  });
});

describe('tamma on a terminal', () => {
  it('cuts its tables to the width, and colors them unless that is refused', async () => {
    await using server = await startFakeServer();
    const environment = { TAMMA_URL: server.url };
    const wide = await callTamma(['tasks'], { environment, columns: 72 });
    expect(wide.stdout).to.contain(ESC);
    for (const line of stripVTControlCharacters(wide.stdout).split('\n'))
      expect(line.length).to.be.at.most(72);
    const refused = [
      await callTamma(['tasks', '--no-color'], { environment, columns: 72 }),
      await callTamma(['tasks'], { environment: { ...environment, NO_COLOR: '1' }, columns: 72 }),
      await callTamma(['tasks'], { environment }),
    ];
    for (const { stdout } of refused) expect(stdout).to.not.contain(ESC);
  });
});
