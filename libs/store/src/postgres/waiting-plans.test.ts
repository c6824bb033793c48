import { expect } from 'chai';
import type { CompiledQuery } from 'kysely';
import type { Client } from 'pg';
import { buildClaim, openTestStore, type TestStore } from '../testing/fixtures.ts';
import { connect } from './connection.ts';
import { countStartedQuery, nextWaitingQuery } from './waiting-claims.ts';

const WAITING = 4000;
const PROJECTS = Array.from({ length: 20 }, (_, i) => `demo-${i}`);
/** Pages of 8 KiB. One look is some pages of the index, and one of the table. */
const PAGES_PER_PROJECT_MAX = 12;

/** As many claims as this, waiting since up to a day ago, in twenty projects; twenty others are started. */
async function fill({ store, client }: TestStore): Promise<void> {
  await store.claims.open(buildClaim());
  await client.query(
    `insert into tamma.claims (workflow_id, project, issue, run, score, fingerprint, head, claimed_at, started_at)
     select 'demo-' || i % 20 || '-' || i || '.r1', 'demo-' || i % 20, i, 1, i * 7919 % 1000, '', head,
       now() - i % 1440 * interval '1 minute', case when i % 200 = 0 then now() end
     from tamma.claims, generate_series(1, $1::int) as i`,
    [WAITING],
  );
  await client.query('analyze tamma.claims');
}

interface Plan {
  readonly text: string;
  readonly pages: number;
}

async function explain(client: Client, { sql, parameters }: CompiledQuery): Promise<Plan> {
  const { rows } = await client.query(`explain (analyze, buffers, format json) ${sql}`, [...parameters]);
  const text = JSON.stringify(rows[0]);
  const { Plan: plan } = rows[0]['QUERY PLAN'][0];
  return { text, pages: Number(plan['Shared Hit Blocks']) + Number(plan['Shared Read Blocks']) };
}

describe('the look for the next claim', () => {
  it('reads a few pages of its index per project, however many wait, and never the table', async () => {
    await using test = await openTestStore('own');
    await using stack = new AsyncDisposableStack();
    const db = stack.adopt(connect({ url: test.url, max: 1 }), (one) => one.destroy());
    await fill(test);
    for (const projects of [PROJECTS.slice(0, 1), PROJECTS]) {
      const query = nextWaitingQuery(projects, ['demo-1-1.r1']).compile(db);
      const { text, pages } = await explain(test.client, query);
      expect(text).to.contain('claims_waiting');
      expect(text).to.not.match(/Seq Scan|Sort"/);
      expect(pages).to.be.at.most(projects.length * PAGES_PER_PROJECT_MAX);
    }
    const best = await test.store.claims.nextWaiting(PROJECTS, []);
    expect(best).to.have.length(PROJECTS.length);
    const { rows } = await test.client.query(
      `select distinct on (project) workflow_id from tamma.claims where started_at is null and project <> 'demo'
       order by project, score + extract(epoch from now() - claimed_at) / 3600 desc, workflow_id`,
    );
    expect(best.map(({ claim }) => claim.workflowId).toSorted()).to.deep.equal(
      rows.map((row) => String(row.workflow_id)).toSorted(),
    );
  });

  it('does not count those that wait to learn how many are started', async () => {
    await using test = await openTestStore('own');
    await using stack = new AsyncDisposableStack();
    const db = stack.adopt(connect({ url: test.url, max: 1 }), (one) => one.destroy());
    await fill(test);
    const { text } = await explain(test.client, countStartedQuery(db).compile());
    expect(text).to.contain('claims_started');
    expect(text).to.not.match(/"Seq Scan","[^}]*"claims"/);
    const counts = await test.store.claims.countStarted();
    expect([...counts.values()].reduce((sum, count) => sum + count, 0)).to.equal(WAITING / 200);
  });
});
