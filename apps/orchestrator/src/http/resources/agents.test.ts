import { agentListSchema } from '@tamma/contracts';
import { NO_RECORD, scoreOf } from '@tamma/domain';
import { expect } from 'chai';
import { openSite, type Site } from '../../testing/site.ts';

const RECORD = { runs: 4, done: 3, repairs: 1, turns: 40, durationMs: 120_000, costMicroUsd: 2_000_000 };
const CLAUDE = { agent: 'claude', provider: 'anthropic', model: 'claude-sonnet-5-5' };
const LOCAL = { agent: 'local', provider: 'openai', model: 'qwen' };

async function listed(site: Site, query = '') {
  const answer = await site.ask(`/api/v1/agents${query}`);
  expect(answer.status, answer.text).to.equal(200);
  return agentListSchema.parse(JSON.parse(answer.text)).items;
}

describe('GET /api/v1/agents', () => {
  it('shows what was measured of each, by conversation, with the score that routing compares', async () => {
    await using site = await openSite();
    expect(await listed(site)).to.deep.equal([]);
    const place = { project: 'demo', step: 'code-generation' };
    await site.desk.agentRecords.add({ ...place, ...CLAUDE, record: RECORD });
    await site.desk.agentRecords.add({ ...place, ...LOCAL, record: { ...NO_RECORD, repairs: 1 } });
    expect(await listed(site)).to.deep.equal([
      {
        ...place,
        ...CLAUDE,
        ...{ runs: 4, done: 3, repairs: 1, turnsPerRun: 10, secondsPerRun: 30 },
        ...{ costUsdPerRun: 0.5, costUsd: 2, score: scoreOf(RECORD) },
      },
      {
        ...place,
        ...LOCAL,
        ...{ runs: 0, done: 0, repairs: 1, turnsPerRun: 0, secondsPerRun: 0 },
        ...{ costUsdPerRun: 0, costUsd: 0, score: 0 },
      },
    ]);
    expect(site.desk.problems).to.deep.equal([]);
  });

  it('can be asked for one project or step, and page by page', async () => {
    await using site = await openSite();
    for (const project of ['demo', 'till']) {
      for (const step of ['code-review', 'plan-generation']) {
        await site.desk.agentRecords.add({ project, step, ...CLAUDE, record: RECORD });
      }
    }
    const all = await listed(site);
    expect(all.map(({ project, step }) => `${project} ${step}`)).to.deep.equal([
      'demo code-review',
      'demo plan-generation',
      'till code-review',
      'till plan-generation',
    ]);
    expect(await listed(site, '?project=till')).to.deep.equal(all.slice(2));
    expect(await listed(site, '?project=till&step=code-review')).to.deep.equal(all.slice(2, 3));
    const first = agentListSchema.parse(JSON.parse((await site.ask('/api/v1/agents?limit=3')).text));
    expect(await listed(site, `?after=${first.next}`)).to.deep.equal(all.slice(3));
    expect((await site.ask('/api/v1/agents?model=x')).status).to.equal(400);
  });
});
