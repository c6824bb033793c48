import { type BudgetScope, TammaError } from '@tamma/domain';
import { pickFrom, seededRandom } from '@tamma/domain/testing';
import { eventually, testServers } from '@tamma/testing';
import { expect } from 'chai';
import type { BudgetState, Budgets } from '../index.ts';
import {
  DAY,
  FLOW,
  grantedOf,
  openProcesses,
  reserve,
  SCOPES,
  STEP,
  usedOf,
} from '../testing/budget-site.ts';
import { openProxy } from '../testing/proxy.ts';
import { createBudgets } from './index.ts';
import { runScript } from './run-script.ts';
import { RAISE } from './scripts-budget.ts';

describe('budgets', () => {
  it('take what a call may cost from every scope, and put what it did cost in its place', async () => {
    using site = openProcesses(1);
    await site.ready();
    expect(await site.first.read(STEP)).to.equal(null);
    const verdict = await reserve(site.first, 'call', 300);
    expect(verdict).to.deep.equal({ kind: 'reserved', grantedMicroUsd: 300 });
    for (const scope of SCOPES) expect(await usedOf(site.first, scope)).to.deep.equal([0, 300]);
    await site.first.settle({ id: 'call', scopes: SCOPES, costMicroUsd: 120 });
    for (const { level, id, limitMicroUsd } of SCOPES) {
      expect(await site.first.read({ level, id })).to.deep.equal({
        ...{ level, id, limitMicroUsd },
        ...{ raisedMicroUsd: 0, spentMicroUsd: 120, reservedMicroUsd: 0 },
      });
    }
  });

  it('count a call once, however often it is reserved and settled', async () => {
    using site = openProcesses(2);
    await site.ready();
    const verdicts = await Promise.all(site.processes.map((one) => reserve(one, 'call', 300)));
    expect(verdicts.map(grantedOf)).to.deep.equal([300, 300]);
    expect(await usedOf(site.first, STEP)).to.deep.equal([0, 300]);
    const settled = { id: 'call', scopes: SCOPES, costMicroUsd: 50 };
    await Promise.all(site.processes.map((one) => one.settle(settled)));
    await site.first.settle({ ...settled, costMicroUsd: 70 });
    expect(await usedOf(site.first, FLOW)).to.deep.equal([50, 0]);
  });

  it('grant what the tightest one has left, and take nothing from any when that is too little', async () => {
    using site = openProcesses(1);
    await site.ready();
    await reserve(site.first, 'one', 700);
    expect(grantedOf(await reserve(site.first, 'two', 400, 250))).to.equal(300);
    const refused = await reserve(site.first, 'three', 400, 1);
    const state: BudgetState = {
      ...{ level: 'step', id: STEP.id, limitMicroUsd: 1000 },
      ...{ raisedMicroUsd: 0, spentMicroUsd: 0, reservedMicroUsd: 1000 },
    };
    expect(refused).to.deep.equal({ kind: 'refused', exhausted: state });
    expect(await usedOf(site.first, DAY)).to.deep.equal([0, 1000]);
    const other = { scopes: [{ ...STEP, id: 'other' }, FLOW, DAY], wantedMicroUsd: 600, leastMicroUsd: 600 };
    const byFlow = await site.first.reserve({ id: 'four', ...other });
    expect(byFlow.kind === 'refused' && byFlow.exhausted.level).to.equal('workflow');
    expect(await site.first.read({ level: 'step', id: 'other' })).to.equal(null);
  });

  it('are raised for good, whatever the configuration says later', async () => {
    using site = openProcesses(1);
    await site.ready();
    await reserve(site.first, '1', 1000);
    expect((await reserve(site.first, '2', 100)).kind).to.equal('refused');
    expect(await site.first.raise(STEP, 250)).to.include({ limitMicroUsd: 1250, raisedMicroUsd: 250 });
    expect(grantedOf(await reserve(site.first, '2', 100))).to.equal(100);
    const unknown = await site.first.raise({ level: 'workflow', id: 'later' }, 5);
    expect(unknown).to.include({ limitMicroUsd: null, raisedMicroUsd: 5, spentMicroUsd: 0 });
  });

  it('list those used lately, the latest first, and no more than asked for', async () => {
    using site = openProcesses(1);
    await site.ready();
    for (const id of ['a', 'b:c', 'd']) {
      const scopes = [{ level: 'workflow', id, limitMicroUsd: 5 }] as const;
      await site.first.reserve({ id, scopes, wantedMicroUsd: 1, leastMicroUsd: 1 });
      site.clock.advance(1000);
    }
    expect((await site.first.list(2)).map((one) => one.id)).to.deep.equal(['d', 'b:c']);
    await site.redis.zadd(site.keys.budgets, 9e15, 'galaxy:another version');
    await site.redis.del(site.keys.budget('workflow', 'd'));
    expect((await site.first.list(10)).map((one) => one.id)).to.deep.equal(['b:c', 'a']);
  });

  it('are told by the record what a Redis without memory forgot, and never less than they know', async () => {
    using site = openProcesses(1);
    await site.ready();
    await site.first.spentAtLeast(STEP, 900);
    await site.first.spentAtLeast(STEP, 100);
    expect(await site.first.read(STEP)).to.include({ limitMicroUsd: 1000, spentMicroUsd: 900 });
    expect((await reserve(site.first, '1', 200)).kind).to.equal('refused');
  });

  it('are told by the record what people raised them by, and never less than they know', async () => {
    using site = openProcesses(1);
    await site.ready();
    await site.first.raisedAtLeast(STEP, 500);
    await site.first.raisedAtLeast(STEP, 100);
    expect(await site.first.read(STEP)).to.include({ raisedMicroUsd: 500 });
    expect((await reserve(site.first, '1', 1500)).kind).to.equal('reserved');
  });

  it('are raised once by what a broken connection sends anew', async () => {
    using site = openProcesses(1);
    await site.ready();
    const keys = [site.keys.budget('step', STEP.id), site.keys.budgets];
    const args = ['500', '1', '10', '60000', 'step:x'];
    for (const id of ['a', 'a', 'b']) await runScript(site.redis, RAISE, { keys, args: [...args, id] });
    expect(await site.first.read(STEP)).to.include({ raisedMicroUsd: 1000 });
  });

  it('settle a call that nothing was held for', async () => {
    using site = openProcesses(1);
    await site.ready();
    expect(grantedOf(await reserve(site.first, '1', 0))).to.equal(0);
    await site.first.settle({ id: '1', scopes: SCOPES, costMicroUsd: 3 });
    expect(await usedOf(site.first, STEP)).to.deep.equal([3, 0]);
    expect(await usedOf(site.first, DAY)).to.deep.equal([3, 0]);
  });

  it('go by themselves: those of days after 8 days, the others after 45', async () => {
    using site = openProcesses(1);
    await site.ready();
    await reserve(site.first, '1', 1);
    const daysOf = async ({ level, id }: BudgetScope) =>
      Math.ceil((await site.redis.pttl(site.keys.budget(level, id))) / 86_400_000);
    expect(await Promise.all(SCOPES.map(daysOf))).to.deep.equal([45, 45, 8]);
  });

  it('count in whole numbers also where Lua would write an exponent, and refuse what is none', async () => {
    using site = openProcesses(1);
    await site.ready();
    const huge = 4_503_599_627_370_495;
    const scopes = [{ ...DAY, limitMicroUsd: 2 * huge }];
    for (const id of ['1', '2']) {
      const verdict = await site.first.reserve({ id, scopes, wantedMicroUsd: huge - 2, leastMicroUsd: 1 });
      expect(grantedOf(verdict)).to.equal(huge - 2);
    }
    await site.first.settle({ id: '1', scopes, costMicroUsd: huge - 2 });
    expect(await usedOf(site.first, DAY)).to.deep.equal([huge - 2, huge - 2]);
    for (const rubbish of [Number.NaN, -1, 0.5, Number.POSITIVE_INFINITY]) {
      const thrown = await reserve(site.first, 'x', rubbish).catch((error: unknown) => error);
      expect(thrown).to.be.instanceOf(TammaError).and.include({ code: 'BUDGET_AMOUNT_INVALID' });
    }
  });

  it('refuse to say anything while Redis is away, and hold nothing for a call that was not made', async () => {
    await using proxy = await openProxy(testServers().redisUrl);
    using site = openProcesses(1, proxy.url);
    using direct = openProcesses(1);
    await site.ready();
    const watcher = createBudgets({ redis: direct.redis, keys: site.keys });
    proxy.freeze();
    const raised = site.first.raise(FLOW, 500).catch((thrown: unknown) => thrown);
    const error = await reserve(site.first, 'call', 10).catch((thrown: unknown) => thrown);
    expect(await raised)
      .to.be.instanceOf(TammaError)
      .and.include({ code: 'BUDGET_UNKNOWN' });
    expect(error).to.be.instanceOf(TammaError).and.include({ code: 'BUDGET_UNKNOWN', class: 'network' });
    proxy.thaw();
    proxy.cut();
    await eventually('it arrived after all, and was taken back', async () => {
      const state = await watcher.read(STEP);
      const isUndone = (await direct.redis.hget(site.keys.budget('workflow', FLOW.id), 'raised')) === '0';
      return isUndone && state !== null && state.reservedMicroUsd === 0 && state.spentMicroUsd === 0;
    });
    site.redis.disconnect();
    const away = await reserve(site.first, 'later', 10).catch((thrown: unknown) => thrown);
    expect(away).to.be.instanceOf(TammaError).and.include({ code: 'BUDGET_UNKNOWN', class: 'network' });
  });
});

describe('budgets under twenty clients at once', () => {
  const CLIENTS = 20;
  const TURNS = 25;

  interface Ledger {
    limit: number;
    spent: number;
    readonly open: Map<string, number>;
  }

  async function turn(budgets: Budgets, client: string, random: () => number, ledger: Ledger): Promise<void> {
    const scopes = [{ ...STEP, id: client, limitMicroUsd: 3000 }, { ...FLOW, limitMicroUsd: 10_000 }, DAY];
    for (let i = 0; i < TURNS; i += 1) {
      const id = `${client}.${i}`;
      const wantedMicroUsd = 1 + Math.floor(random() * 900);
      const request = { id, scopes, wantedMicroUsd, leastMicroUsd: Math.ceil(wantedMicroUsd / 3) };
      const verdict = await budgets.reserve(request);
      const granted = grantedOf(verdict) ?? 0;
      expect(granted).to.be.at.most(wantedMicroUsd);
      if (verdict.kind === 'reserved') ledger.open.set(id, granted);
      const fate = pickFrom(['settle', 'settle', 'twice', 'crash', 'raise', 'again'], random);
      if (fate === 'raise' && random() < 0.1) {
        ledger.limit += 100;
        await budgets.raise(FLOW, 100);
      }
      if (fate === 'again' && verdict.kind === 'reserved') {
        expect(grantedOf(await budgets.reserve({ ...request, wantedMicroUsd: 5 }))).to.equal(granted);
      }
      const costMicroUsd = Math.floor(random() * (granted + 1));
      if (fate === 'crash') continue;
      await budgets.settle({ id, scopes, costMicroUsd });
      if (ledger.open.delete(id)) ledger.spent += costMicroUsd;
      if (fate === 'twice') await budgets.settle({ id, scopes, costMicroUsd: 999 });
    }
  }

  for (const seed of [1, 2, 3]) {
    it(`never grant more than there is, lose or double anything (seed ${seed})`, async () => {
      using site = openProcesses(4);
      await site.ready();
      const random = seededRandom(seed);
      const ledger: Ledger = { limit: 10_000, spent: 0, open: new Map() };
      const clients = Array.from({ length: CLIENTS }, (_, i) => `client-${i}`);
      let isOver = false;
      const watch = async () => {
        let looks = 0;
        while (!isOver) {
          looks += 1;
          const state = await site.first.read(FLOW);
          if (state === null) continue;
          expect(state.spentMicroUsd + state.reservedMicroUsd).to.be.at.most(state.limitMicroUsd ?? 0);
          expect(Math.min(state.spentMicroUsd, state.reservedMicroUsd)).to.be.at.least(0);
        }
        return looks;
      };
      const watching = watch();
      const working = clients.map((client) => turn(pickFrom(site.processes, random), client, random, ledger));
      await Promise.all(working).finally(() => {
        isOver = true;
      });
      expect(await watching).to.be.greaterThan(1);
      const reserved = [...ledger.open.values()].reduce((sum, one) => sum + one, 0);
      for (const scope of [FLOW, DAY]) {
        expect(await usedOf(site.first, scope)).to.deep.equal([ledger.spent, reserved]);
      }
      expect(ledger.spent + reserved)
        .to.be.at.most(ledger.limit)
        .and.greaterThan(5000);
    });
  }
});
