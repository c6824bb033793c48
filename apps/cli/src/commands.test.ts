import {
  agentListSchema,
  approvalListSchema,
  artifactViewSchema,
  budgetListSchema,
  budgetViewSchema,
  controlResultSchema,
  decisionResultSchema,
  eventListSchema,
  explanationSchema,
  healthSchema,
  issueVerdictListSchema,
  issueVerdictSchema,
  projectListSchema,
  queueListSchema,
  taskDetailSchema,
  taskListSchema,
  workerListSchema,
  workflowCreatedSchema,
  workflowListSchema,
  workflowStateSchema,
} from '@tamma/contracts';
import { expect } from 'chai';
import { z } from 'zod';
import { callTamma } from './testing/call-tamma.ts';
import { type FakeServer, startFakeServer } from './testing/fake-server.ts';
import { type Finished, runTamma } from './testing/run-tamma.ts';

/** Runs a command on a server of its own; fails unless it ends well. */
async function run(args: readonly string[], server: FakeServer): Promise<Finished> {
  const finished = await callTamma(args, { environment: { TAMMA_URL: server.url } });
  expect(finished.exitCode, finished.stderr).to.equal(0);
  return finished;
}

/** What a command says that ends with that code. */
async function refused(args: readonly string[], server: FakeServer, code: number): Promise<string> {
  const { exitCode, stderr } = await callTamma(args, { environment: { TAMMA_URL: server.url } });
  expect(exitCode, stderr).to.equal(code);
  return stderr;
}

async function runOnce(...args: readonly string[]): Promise<string> {
  await using server = await startFakeServer();
  return (await run(args, server)).stdout;
}

async function runJson(schema: z.ZodType, ...args: readonly string[]): Promise<void> {
  const stdout = await runOnce(...args, '--json');
  expect(stdout).to.match(/^\{.*\}\n$/);
  expect(stdout.trimEnd()).to.not.contain('\n');
  schema.parse(JSON.parse(stdout));
}

describe('tamma, on a server that answers', () => {
  it('status: health, what is open and waits for what, what ended, what was not taken, what to do', async () => {
    const text = await runOnce('status');
    expect(text).to.match(/^degraded · version 1\.2\.3 · up 1 m 2 s · workers degraded\n/);
    expect(text).to.match(/Open \(4\)\n {2}WORKFLOW {3,}ISSUE {3,}STATUS {3,}STEP {3,}WAITS FOR\n/);
    expect(text).to.match(
      /demo-1\.r1 {2}#1 Add a title-case function {2}paused {3}issue-intake {2}approval: medium risk/,
    );
    expect(text).to.match(/demo-3\.r1 .* running .*nothing: it runs\n/);
    expect(text).to.match(/Ended lately \(1\)\n.*\n {2}demo-2\.r1 .* merged .*#7 .*\$0\.00\n/);
    expect(text).to.contain(
      'demo #6 Add a camel-case function: it lacks the required label "tamma"; it is assigned to "bo"',
    );
    expect(text).to.contain('9-bad.md: it has no title (give it one)');
    expect(text).to.contain('3 workflows waiting for a person: tamma approvals');
    expect(text).to.contain('no worker takes anything');
    const situation = z.object({
      health: healthSchema,
      workflows: workflowListSchema,
      projects: projectListSchema,
    });
    await runJson(situation, 'status', '--project', 'demo');
  });

  it('show: one workflow with its steps and artifacts', async () => {
    const text = await runOnce('show', 'demo-1.r1');
    expect(text).to.match(
      /^demo-1\.r1 {2}#1 Add a title-case function\n {2}status {7}paused · issue-intake\n/,
    );
    expect(text).to.contain('asks         plan, demo-1.r1.issue-intake.a1');
    expect(text).to.contain('project      demo (local, /srv/demo.git)');
    expect(text).to.match(/issue-intake {6}INTAKE {4}git {3}running {2}1 /);
    expect(text).to.contain('budget       $1.50 of $15.00 (10 %)');
    expect(text).to.contain('PLAN.md (20 bytes)');
    expect(text).to.contain('tamma edit demo-1.r1.issue-intake.a1 --comment "…"');
    await runJson(workflowStateSchema, 'show', 'demo-1.r1');
  });

  it('show --artifact: its text and nothing else', async () => {
    expect(await runOnce('show', 'demo-1.r1', '--artifact', 'PLAN.md')).to.equal('# Plan\n\n1. Add it.\n');
    await runJson(artifactViewSchema, 'show', 'demo-1.r1', '--artifact', 'PLAN.md');
  });

  it('explain: what it waits for, what happens by itself, who can move it', async () => {
    const text = await runOnce('explain', 'demo-1.r1');
    expect(text).to.match(
      /^demo-1\.r1 paused\n {2}it is paused\n {2}waits for an approval since .*: medium risk\n/,
    );
    expect(text).to.contain('until 2099-01-01 00:00 UTC (in ');
    expect(text).to.contain('queued for git, at place 2');
    expect(text).to.contain('queue git: paused by bo: the bill, since ');
    expect(text).to.contain('a person: npx tamma approve demo-1.r1.issue-intake.a1');
    await runJson(explanationSchema, 'explain', 'demo-1.r1');
  });

  it('explain: an issue by its workflow, or why nobody works on it', async () => {
    expect(await runOnce('explain', 'demo#1')).to.match(/^demo-1\.r1 paused\n/);
    const text = await runOnce('explain', 'demo#6');
    expect(text).to.match(
      /^demo#6 Add a camel-case function not taken\n {2}since 2026-01-02 08:30 UTC, last/,
    );
    expect(text).to.contain('\n  it lacks the required label "tamma"\n  it is assigned to "bo"\n');
    expect(text).to.contain('tamma submit demo 6 --override');
    await runJson(explanationSchema, 'explain', 'demo#1');
    await runJson(issueVerdictSchema, 'explain', 'demo#6');
  });

  it('issues: which are taken, and why the others are not', async () => {
    const all = await runOnce('issues', 'demo');
    expect(all).to.match(/^ISSUE {2}VERDICT/);
    expect(all).to.match(/#1 +demo-1\.r1 /);
    expect(all).to.match(/#6 +not taken .*it lacks the required label "tamma"; it is assigned to "bo"/);
    expect(await runOnce('issues', 'demo', '--eligible')).to.not.contain('#6');
    expect(await runOnce('issues', 'demo', '--refused')).to.not.contain('#1');
    expect(await runOnce('issues', 'till')).to.equal('No such issue was judged so far.\n');
    await runJson(issueVerdictListSchema, 'issues', 'demo', '--limit', '5');
  });

  it('approvals: what waits for a person, with what to read and what to type', async () => {
    const text = await runOnce('approvals');
    expect(text).to.contain(
      '#1 Add a title-case function (demo-1.r1)\n  plan, high risk, asked by issue-intake',
    );
    expect(text).to.contain('read    tamma show demo-1.r1 --artifact PLAN.md');
    expect(text).to.contain('decide  tamma approve demo-1.r1.issue-intake.a1');
    expect(text).to.contain('decide  tamma answer demo-5.r1.issue-intake.a1 "…"');
    expect(text).to.contain('decide  tamma retry demo-4.r1 --reason "…"');
    expect(text).to.contain('decide  tamma override demo-4.r1 issue-intake --reason "…"');
    expect(text).to.contain('escalation (level 2, on-call), asked by');
    await runJson(approvalListSchema, 'approvals');
  });

  it('approve, reject, edit and answer: by the id of the approval or of its workflow', async () => {
    const cases = [
      { args: ['approve', 'demo-1.r1'], decision: 'approve', comment: '' },
      { args: ['reject', 'demo-1.r1.issue-intake.a1', '--comment', 'no'], decision: 'reject', comment: 'no' },
      { args: ['edit', 'demo-1.r1', '--comment', 'smaller'], decision: 'edit', comment: 'smaller' },
      { args: ['answer', 'demo-5.r1', 'the', 'first one'], decision: 'answer', comment: 'the first one' },
    ];
    for (const { args, decision, comment } of cases) {
      await using server = await startFakeServer();
      const { stdout } = await run(args, server);
      expect(stdout).to.match(
        new RegExp(`^${decision}: demo-\\d\\.r1\\.issue-intake\\.a1, by ann\\n.*tamma watch`),
      );
      expect(server.requests.at(-1)?.body).to.deep.equal({ decision, comment });
      await runJson(decisionResultSchema, ...args);
    }
  });

  const STEERING = [
    { args: ['cancel', 'demo-4.r1'], message: 'cancelled' },
    { args: ['suspend', 'demo-3.r1'], message: 'suspended' },
    { args: ['resume', 'demo-3.r1'], message: 'resumed' },
    { args: ['retry', 'demo-4.r1'], message: 'tried again' },
    { args: ['override', 'demo-4.r1', 'issue-intake'], message: 'let pass', more: { step: 'issue-intake' } },
    { args: ['skip', 'demo-3.r1', 'issue-intake'], message: 'left out', more: { step: 'issue-intake' } },
    { args: ['priority', 'demo-3.r1', '900'], message: 'set', more: { score: 900 } },
  ];
  for (const { args, message, more = {} } of STEERING) {
    it(`${args[0]}: with the reason, and what the server says to it`, async () => {
      await using server = await startFakeServer();
      const line = [...args, '--reason', ' it was mended '];
      expect((await run(line, server)).stdout).to.equal(`${args[1]}: ${message}\n`);
      expect(server.requests.at(-1)).to.deep.include({
        what: `POST /api/v1/workflows/${args[1]}/${args[0]}`,
        body: { ...more, reason: 'it was mended' },
      });
      await runJson(controlResultSchema, ...line);
    });
  }

  it('steering takes the id of a task as well, and says what became of its workflow', async () => {
    await using server = await startFakeServer();
    const { stdout } = await run(['retry', 'demo-4.r1.issue-intake', '--reason', 'x'], server);
    expect(stdout).to.equal('demo-4.r1: tried again\n');
    expect(server.requests.at(-1)?.what).to.equal('POST /api/v1/tasks/demo-4.r1.issue-intake/retry');
  });

  it('queues: what waits in each, and who paused it; pause-queue and resume-queue change that', async () => {
    expect(await runOnce('queues')).to.match(/ai +7 +0 +2 +1 +by bo: the bill/);
    await runJson(queueListSchema, 'queues');
    await using server = await startFakeServer();
    const paused = await run(['pause-queue', 'all', '--reason', 'the bill'], server);
    expect(paused.stdout).to.equal('all: paused\n');
    expect(server.requests.at(-1)?.body).to.deep.equal({ reason: 'the bill' });
    const resumed = await run(['resume-queue', 'ai', '--reason', 'paid'], server);
    expect(resumed.stdout).to.equal('ai: resumed (nothing changed)\n');
    const unknown = await refused(['pause-queue', 'magic', '--reason', 'x'], server, 2);
    expect(unknown).to.contain("value 'magic' is invalid");
  });

  it('agents: what each model did, within a step the best first', async () => {
    const text = await runOnce('agents', '--project', 'demo');
    expect(text).to.match(/^PROJECT +STEP +AGENT +MODEL +DONE +REPAIRS/);
    expect(text).to.match(/claude +sonnet +8 of 8 +1 +12\.5 +1 m 30 s +\$0\.13 +\$1\.00 +0\.92\n.*local/);
    expect(await runOnce('agents', '--project', 'other')).to.match(/^No model was measured so far/);
    await runJson(agentListSchema, 'agents');
  });

  it('budget: how far each is spent; budget raise adds to one', async () => {
    const text = await runOnce('budget');
    expect(text).to.match(/project +demo@2026-06-01 +\$39\.50 +\$1\.00 +\$50\.00 +81 %\n/);
    expect(text).to.match(/all +2026-06-01 +\$1\.50 +\$0\.00 +none\n/);
    expect(await runOnce('budget', '--level', 'workflow')).to.match(
      /^LEVEL.*\nworkflow +demo-1\.r1 .* 10 % +\$5\.00\n$/,
    );
    expect(await runOnce('budget', '--id', 'nobody')).to.match(/^There is no such budget/);
    await runJson(budgetListSchema, 'budget');
    await using server = await startFakeServer();
    const line = ['budget', 'raise', 'workflow', 'demo-1.r1', '--by', '2.50', '--reason', ' worth it '];
    expect((await run(line, server)).stdout).to.equal(
      'workflow demo-1.r1: the limit is $17.50 now, of which $1.50 are spent\n',
    );
    expect(server.requests.at(-1)).to.deep.include({
      what: 'POST /api/v1/budgets/raise',
      body: { level: 'workflow', id: 'demo-1.r1', byUsd: 2.5, reason: 'worth it' },
    });
    await runJson(budgetViewSchema, ...line);
    const unknown = ['budget', 'raise', 'step', 'nobody', '--by', '1', '--reason', 'x'];
    expect(await refused(unknown, server, 1)).to.contain('there is no step "nobody" that goes on');
  });

  it('task: where it stands, and its history', async () => {
    const text = await runOnce('task', 'demo-3.r1.issue-intake');
    expect(text).to.match(/^demo-3\.r1\.issue-intake running\n {2}of demo-3\.r1, for git, 1 attempts/);
    expect(text).to.contain('TASK.DEQUEUED.SUCCESS (attempt 1)');
    await runJson(taskDetailSchema, 'task', 'demo-3.r1.issue-intake');
  });

  it('submit-task: the payload as JSON, and the fields that the server refuses', async () => {
    await using server = await startFakeServer();
    const payload = { project: 'demo', gate: 'test', branch: 'main' };
    const created = await run(['submit-task', 'quality_gate', JSON.stringify(payload)], server);
    expect(created.stdout).to.match(/^demo-task-abc\.r1\.quality-gate\n/);
    expect(server.requests.at(-1)?.body).to.deep.equal({ type: 'quality_gate', payload });
    const wrong = await refused(['submit-task', 'quality_gate', '{"gate":"magic"}'], server, 1);
    expect(wrong).to.contain('payload.gate').and.contain('expected build, test or security');
    const rubbish = await refused(['submit-task', 'quality_gate', '[1]'], server, 2);
    expect(rubbish).to.contain('Expected an object as JSON');
  });

  it('submit: prints the id of the new workflow alone', async () => {
    await using server = await startFakeServer();
    expect((await run(['submit', 'demo', '#2', '--override'], server)).stdout).to.equal('demo-2.r1\n');
    expect(server.requests.at(-1)?.body).to.deep.equal({ project: 'demo', issue: 2, override: true });
    await runJson(workflowCreatedSchema, 'submit', 'demo', '7');
  });

  it('workers, tasks and projects: a line each', async () => {
    const workers = await runOnce('workers');
    expect(workers).to.match(
      /^WORKER .*CAPABILITIES\nworker-1 {2}online {3}1 of 6 .*bubblewrap .* git, ai, code\n/,
    );
    await runJson(workerListSchema, 'workers');
    const tasks = await runOnce('tasks', '--workflow', 'demo-4.r1');
    expect(tasks).to.match(/^TASK .*\ndemo-4\.r1\.issue-intake {6}git {3}failed {3}1 .* it broke\n/);
    await runJson(taskListSchema, 'tasks');
    const projects = await runOnce('projects');
    expect(projects).to.contain('demo (local, /srv/demo.git)\n  looked at ');
    expect(projects).to.contain('#1 Add a title-case function: demo-1.r1\n');
    expect(projects).to.contain('#6 Add a camel-case function: not taken, it lacks');
    await runJson(projectListSchema, 'projects');
  });

  it('events: the newest, or what came after a place', async () => {
    const newest = await runOnce('events', '--limit', '2');
    expect(newest.trimEnd().split('\n')).to.have.length(2);
    expect(newest).to.match(/QUESTION\.ASKED\.SUCCESS demo-5\.r1 issue-intake: asks: Which one\?/);
    const oldest = await runOnce('events', '--since', '0-0', '--limit', '1');
    expect(oldest).to.match(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d WORKFLOW\.STATE\.CREATED demo-1\.r1: took #1 Add/,
    );
    const typed = await runOnce('events', '--workflow', 'demo-2.r1', '--type', 'PR.MERGED.SUCCESS');
    expect(typed).to.match(
      /^.* PR\.MERGED\.SUCCESS demo-2\.r1 issue-intake: pull request #7 merged as 0123456\n$/,
    );
    expect(await runOnce('events', '--since', '2099-01-01')).to.equal('No events.\n');
    await runJson(eventListSchema, 'events', '--since', '1h');
  });

  it('sends the token with every request, from the variable or a file', async () => {
    await using server = await startFakeServer({ token: 'secret-of-ann-0001' });
    const environment = { TAMMA_URL: `${server.url}/`, TAMMA_TOKEN: 'secret-of-ann-0001' };
    const { exitCode } = await runTamma(['workers'], { environment });
    expect([exitCode, server.requests.at(-1)?.authorization]).to.deep.equal([0, 'Bearer secret-of-ann-0001']);
  });
});
