import { expect } from 'chai';
import { openStore } from '../postgres/index.ts';
import type { IssueVerdict } from '../store.ts';
import { openTestStore } from '../testing/fixtures.ts';

const MONDAY = '2026-01-05T00:00:00.000Z';
const TUESDAY = '2026-01-06T00:00:00.000Z';

function buildVerdict(overrides: Partial<IssueVerdict> = {}): Omit<IssueVerdict, 'since'> {
  return {
    project: 'till',
    issue: 7,
    title: 'Round it',
    eligible: false,
    reasons: ['it lacks the label "tamma"'],
    score: null,
    judgedAt: MONDAY,
    ...overrides,
  };
}

describe('verdicts', () => {
  it('keep since when they stand while eligibility and reasons are what they were', async () => {
    await using test = await openTestStore();
    const { verdicts } = test.store;
    expect(await verdicts.find('till', 7)).to.equal(null);
    await verdicts.save([buildVerdict()]);
    await verdicts.save([buildVerdict({ title: 'Round it up', score: 12.5, judgedAt: TUESDAY })]);
    const same = { ...buildVerdict({ title: 'Round it up', score: 12.5, judgedAt: TUESDAY }), since: MONDAY };
    expect(await verdicts.find('till', 7)).to.deep.equal(same);
    for (const changed of [{ eligible: true, reasons: [] }, { reasons: ['it is closed'] }]) {
      const verdict = buildVerdict({ ...changed, judgedAt: TUESDAY });
      await verdicts.save([verdict]);
      expect(await verdicts.find('till', 7)).to.deep.equal({ ...verdict, since: TUESDAY });
    }
  });

  it('are listed by number, in pages, the eligible ones or the others', async () => {
    await using test = await openTestStore();
    const { verdicts } = test.store;
    const five = [10, 2, 9, 1, 3].map((issue) => buildVerdict({ issue, eligible: issue % 2 === 1 }));
    await verdicts.save([...five, buildVerdict({ project: 'other', issue: 4 })]);
    const numbers = async (filter: object) =>
      (await verdicts.list({ project: 'till', limit: 10, ...filter })).map(({ issue }) => issue);
    expect(await numbers({})).to.deep.equal([1, 2, 3, 9, 10]);
    expect(await numbers({ limit: 2 })).to.deep.equal([1, 2]);
    expect(await numbers({ limit: 2, after: 2 })).to.deep.equal([3, 9]);
    expect(await numbers({ eligible: true })).to.deep.equal([1, 3, 9]);
    expect(await numbers({ eligible: false, after: 2 })).to.deep.equal([10]);
    expect(await numbers({ project: 'nobody' })).to.deep.equal([]);
  });

  it('may be many, hostile, twice in one go, and saved by two processes in any order at once', async () => {
    await using test = await openTestStore();
    const other = await openStore({ url: test.url, poolMax: 4 });
    const many = Array.from({ length: 1200 }, (_, index) =>
      buildVerdict({ issue: index + 1, title: `"\\ \u0000 ${index}` }),
    );
    const rounds = [many, many.toReversed(), [...many, ...many], many.toReversed()];
    await Promise.all(
      rounds.map((round, index) => (index % 2 === 0 ? test.store : other).verdicts.save(round)),
    );
    await test.store.verdicts.save([]);
    expect(await other.verdicts.list({ project: 'till', limit: 2000 })).to.have.length(1000);
    expect((await other.verdicts.find('till', 1200))?.title).to.equal('"\\ \uFFFD 1199');
    await other.close();
  });
});
