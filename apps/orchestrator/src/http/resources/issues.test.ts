import { issueVerdictListSchema, issueVerdictSchema } from '@tamma/contracts';
import { expect } from 'chai';
import type { Desk } from '../../testing/desk.ts';
import { claimOnly } from '../../testing/desk.ts';
import { openSite, type Site } from '../../testing/site.ts';

const JUDGED_AT = '2026-01-05T00:00:00.000Z';

function verdictOf(issue: number, reasons: readonly string[] = []) {
  const eligible = reasons.length === 0;
  const score = eligible ? 300 : null;
  return { project: 'demo', issue, title: `Issue ${issue}`, eligible, reasons, score, judgedAt: JUDGED_AT };
}

async function judge(desk: Desk): Promise<void> {
  const refused = ['it lacks the required label "tamma"', 'it is assigned to "eve"'];
  await desk.store.verdicts.save([verdictOf(1), verdictOf(2, refused), verdictOf(10)]);
}

async function list(site: Site, query = '') {
  const { status, text } = await site.ask(`/api/v1/projects/demo/issues${query}`);
  expect(status, text).to.equal(200);
  return issueVerdictListSchema.parse(JSON.parse(text));
}

describe('the issues of a project', () => {
  it('are listed with every reason and the workflow that works on them, page by page', async () => {
    await using site = await openSite();
    expect(await list(site)).to.deep.equal({ items: [], next: null });
    await judge(site.desk);
    await claimOnly(site.desk, 1);
    const first = await list(site, '?limit=2');
    expect(first.items.map(({ issue, workflowId }) => [issue, workflowId])).to.deep.equal([
      [1, 'demo-1.r1'],
      [2, null],
    ]);
    expect(first.items[1]?.reasons).to.have.length(2);
    const rest = await list(site, `?limit=2&after=${first.next}`);
    expect(rest.items.map(({ issue }) => issue)).to.deep.equal([10]);
    expect(rest.next).to.equal(null);
  });

  it('can be those that are taken, or those that are not', async () => {
    await using site = await openSite();
    await judge(site.desk);
    const numbers = async (query: string) => (await list(site, query)).items.map(({ issue }) => issue);
    expect(await numbers('?eligible=true')).to.deep.equal([1, 10]);
    expect(await numbers('?eligible=false')).to.deep.equal([2]);
  });

  it('are shown one by one, with since when', async () => {
    await using site = await openSite();
    await judge(site.desk);
    const { status, text } = await site.ask('/api/v1/projects/demo/issues/2');
    expect(status).to.equal(200);
    expect(issueVerdictSchema.parse(JSON.parse(text))).to.deep.equal({
      ...verdictOf(2, ['it lacks the required label "tamma"', 'it is assigned to "eve"']),
      since: JUDGED_AT,
      workflowId: null,
    });
  });

  it('that were never judged, and those of no project, are not there', async () => {
    await using site = await openSite();
    await judge(site.desk);
    for (const [path, word] of [
      ['/projects/demo/issues/3', 'never judged'],
      ['/projects/other/issues/1', 'there is no project "other"'],
      ['/projects/other/issues', 'there is no project "other"'],
      ['/projects/%00/issues/1', 'there is no project'],
    ] as const) {
      const { status, text } = await site.ask(`/api/v1${path}`);
      expect([status, text], path).to.deep.include(404);
      expect(text).to.contain(word.replaceAll('"', '\\"'));
    }
  });

  it('have numbers: anything else is refused', async () => {
    await using site = await openSite();
    for (const path of [
      'issues/x',
      'issues/0',
      'issues/-1',
      'issues/1.5',
      'issues/99999999999999999999',
      'issues?after=',
      'issues?after=x',
      'issues?eligible=yes',
      'issues?state=open',
      'issues?limit=0',
    ]) {
      expect((await site.ask(`/api/v1/projects/demo/${path}`)).status, path).to.equal(400);
    }
  });
});
