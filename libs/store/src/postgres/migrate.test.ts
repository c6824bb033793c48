import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import type { Client } from 'pg';
import { buildBeginning, buildClaim, buildHead, openTestStore, toEntries } from '../testing/fixtures.ts';
import { openStore } from './index.ts';

/** As the version before 0005 would have left it. */
async function undoSpending(client: Client): Promise<void> {
  await client.query('drop index tamma.events_of_spending, tamma.events_of_spending_by_time');
  await client.query("update tamma.claims set head = head #- '{project,budgets}'");
  await client.query("delete from tamma.kysely_migration where name like '0005%'");
}

/** As the version before 0004 would have left it. */
async function undoPlatform(client: Client): Promise<void> {
  await undoSpending(client);
  await client.query(
    'drop table tamma.deliveries, tamma.look_cursors, tamma.comment_commands, tamma.issue_verdicts',
  );
  const issueKeys = '{authorKind,authorRole,milestone,isLocked,blockedBy}';
  const projectKeys = '{pullRequest,merge,ci,reviews,people,onEdit}';
  const ruleKeys =
    '{rolesTrusted,milestones,ageMin,justification,skipBlocked,skipWithPullRequest,skipDuplicates}';
  await client.query(`update tamma.claims set head = head || jsonb_build_object(
    'issue', (head -> 'issue') - '${issueKeys}'::text[],
    'project', ((head -> 'project') #- '{gates,patch,protectedPaths}') - '${projectKeys}'::text[]
      || jsonb_build_object('eligibility', (head #> '{project,eligibility}') - '${ruleKeys}'::text[]))`);
  await client.query("delete from tamma.kysely_migration where name like '0004%'");
}

/** As the version before 0003 would have left it. */
async function undoControl(client: Client): Promise<void> {
  await undoPlatform(client);
  const without = (path: string, keys: string) =>
    `(select jsonb_agg(step - '{${keys}}'::text[] order by place)
      from jsonb_array_elements(${path}) with ordinality as steps (step, place))`;
  await client.query(`update tamma.workflow_states set state = state - '{taskType,suspended,escalation}'::text[]
    || jsonb_build_object('steps', ${without("state -> 'steps'", 'allow,order')})`);
  await client.query(`update tamma.claims set head = head - '{activeLimitMs,task}'::text[]
    || jsonb_build_object('template', head -> 'template' || jsonb_build_object('steps',
      ${without("head -> 'template' -> 'steps'", 'allow')}))`);
  await client.query('drop index tamma.claims_waiting, tamma.claims_started');
  await client.query('alter table tamma.claims drop column suspended_at, alter column issue set not null');
  await client.query('alter table tamma.workflow_state_history drop constraint workflow_state_history_pkey');
  await client.query('alter table tamma.workflow_state_history add primary key (event_id)');
  await client.query(`create index workflow_state_history_of_workflow
    on tamma.workflow_state_history (workflow_id, changed_at)`);
  await client.query("delete from tamma.kysely_migration where name like '0003%'");
}

describe('a migration', () => {
  it('completes states that were recorded before there were rounds and approvals', async () => {
    await using test = await openTestStore('own');
    const term = (await test.store.lease.acquire('me', 60_000)) ?? 0;
    const entries = toEntries(buildBeginning('demo-1.r1'));
    await test.store.writer.record({ term, entries, artifacts: [] });
    const before = await test.store.reader.getWorkflow('demo-1.r1');
    await test.client.query(`update tamma.workflow_states set state = state - 'approval' - 'rounds' ||
      jsonb_build_object('steps', (select jsonb_agg(step - 'round') from jsonb_array_elements(state -> 'steps') step))`);
    await undoControl(test.client);
    await test.client.query("delete from tamma.kysely_migration where name like '0002%'");
    const store = await openStore({ url: test.url, poolMax: 1 });
    expect(await store.reader.getWorkflow('demo-1.r1')).to.deep.equal(before);
    expect(before?.steps).not.to.have.length(0);
    await store.close();
  });

  it('completes what was claimed and recorded before people could suspend, order and escalate', async () => {
    await using test = await openTestStore('own');
    const { claims, lease, reader, writer } = test.store;
    await claims.open(buildClaim());
    const term = (await lease.acquire('me', 60_000)) ?? 0;
    const paused = ['demo-1.r1', 'demo-2.r1'].flatMap((workflowId) => buildBeginning(workflowId));
    const about = { workflowId: 'demo-2.r1', taskId: 'demo-2.r1.context', stepId: 'context' };
    const error = { code: 'X', class: 'network', message: 'it broke' } as const;
    const until = '2026-02-01T00:00:00.000Z';
    const events = [
      ...paused,
      buildEvent('TASK.FAILED.PERMANENT', { error, retryCount: 3 }, about),
      buildEvent('ESCALATION.TRIGGERED.SUCCESS', { level: 2, error, until }, about),
    ];
    await writer.record({ term, entries: toEntries(events), artifacts: [] });
    const before = await Promise.all(['demo-1.r1', 'demo-2.r1'].map((id) => reader.getWorkflow(id)));
    expect(before[1]?.escalation).to.include({ taskId: 'demo-2.r1.context', level: 2 });
    await undoControl(test.client);
    const store = await openStore({ url: test.url, poolMax: 1 });
    const after = await Promise.all(['demo-1.r1', 'demo-2.r1'].map((id) => store.reader.getWorkflow(id)));
    expect(after).to.deep.equal(before);
    const head = buildHead(1);
    const issue = { ...head.issue, authorRole: 'none' };
    expect((await store.claims.findOpen('demo-1.r1'))?.head).to.deep.equal({ ...head, issue });
    await store.close();
  });

  it('completes what was claimed before there were platforms where others have a say', async () => {
    await using test = await openTestStore('own');
    const head = buildHead(1);
    // What an older version stored was read from less: nobody knew more than this of its author.
    const issue = { ...head.issue, authorRole: 'none' as const };
    await test.store.claims.open(buildClaim({ head: () => ({ ...head, issue }) }));
    await undoPlatform(test.client);
    const before = await test.store.claims.findOpen('demo-1.r1');
    expect(before?.head.project).not.to.have.any.keys('pullRequest', 'ci', 'onEdit');
    expect(before?.head.issue).not.to.have.any.keys('blockedBy');
    const store = await openStore({ url: test.url, poolMax: 1 });
    expect((await store.claims.findOpen('demo-1.r1'))?.head).to.deep.equal({ ...head, issue });
    await store.close();
  });

  it('completes what was claimed before there were budgets, and leaves alone what says its own', async () => {
    await using test = await openTestStore('own');
    await test.store.claims.open(buildClaim());
    await undoSpending(test.client);
    const store = await openStore({ url: test.url, poolMax: 1 });
    expect((await store.claims.findOpen('demo-1.r1'))?.head).to.deep.equal(buildHead(1));
    await store.close();
    const own = { step: 1, workflow: null, day: 2 };
    await test.client.query('update tamma.claims set head = jsonb_set(head, $1, $2)', [
      '{project,budgets}',
      JSON.stringify(own),
    ]);
    await test.client.query('drop index tamma.events_of_spending, tamma.events_of_spending_by_time');
    await test.client.query("delete from tamma.kysely_migration where name like '0005%'");
    const again = await openStore({ url: test.url, poolMax: 1 });
    expect((await again.claims.findOpen('demo-1.r1'))?.head.project.budgets).to.deep.equal(own);
    await again.close();
  });
});
