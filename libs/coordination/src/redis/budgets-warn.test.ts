import { TammaError } from '@tamma/domain';
import { eventually, testServers } from '@tamma/testing';
import { expect } from 'chai';
import { FLOW, openProcesses, reserve, SCOPES, STEP, usedOf } from '../testing/budget-site.ts';
import { openProxy } from '../testing/proxy.ts';
import { createBudgets } from './index.ts';

describe('budgets that are nearly spent', () => {
  it('warn once 80 % are spent, and not by what is held, once for each budget and limit', async () => {
    using site = openProcesses(1);
    await site.ready();
    const warnedBy = async (id: string, costMicroUsd: number) => {
      await reserve(site.first, id, Math.max(1, costMicroUsd));
      const warned = await site.first.settle({ id, scopes: SCOPES, costMicroUsd });
      for (const one of warned) await site.first.markWarned(one);
      return warned.map((one) => [one.level, one.limitMicroUsd, one.spentMicroUsd]);
    };
    await reserve(site.first, 'long', 1000);
    expect(await site.first.settle({ id: 'long', scopes: SCOPES, costMicroUsd: 799 })).to.deep.equal([]);
    expect(await warnedBy('2', 1)).to.deep.equal([['step', 1000, 800]]);
    expect(await warnedBy('3', 100)).to.deep.equal([]);
    await site.first.raise(STEP, 200);
    expect(await warnedBy('4', 10)).to.deep.equal([]);
    expect(await warnedBy('5', 290)).to.have.deep.members([
      ['step', 1200, 1200],
      ['workflow', 1500, 1200],
    ]);
    expect(await site.first.settle({ id: '5', scopes: SCOPES, costMicroUsd: 290 })).to.deep.equal([]);
  });

  it('warn until people were told, and never of a limit below one they were told of', async () => {
    using site = openProcesses(1);
    await site.ready();
    const scopes = [STEP];
    await site.first.spentAtLeast(STEP, 900);
    const warnedBy = async (id: string) => {
      await site.first.reserve({ id, scopes, wantedMicroUsd: 1, leastMicroUsd: 1 });
      return (await site.first.settle({ id, scopes, costMicroUsd: 1 })).length;
    };
    expect([await warnedBy('1'), await warnedBy('2')]).to.deep.equal([1, 1]);
    await site.first.markWarned(STEP);
    await site.first.markWarned({ ...STEP, limitMicroUsd: 500 });
    expect(await warnedBy('3')).to.equal(0);
  });

  it('warn the next time when the answer that warned came too late to be heard', async () => {
    await using proxy = await openProxy(testServers().redisUrl);
    using site = openProcesses(1, proxy.url);
    using direct = openProcesses(1);
    await Promise.all([site.ready(), direct.ready()]);
    const watcher = createBudgets({ redis: direct.redis, keys: site.keys });
    const [settled, reserved] = [
      { id: 'settled', scopes: [STEP] },
      { id: 'reserved', scopes: [FLOW] },
    ];
    await watcher.reserve({ ...settled, wantedMicroUsd: 900, leastMicroUsd: 900 });
    await watcher.spentAtLeast(FLOW, 1300);
    proxy.freeze();
    const codeOf = (thrown: unknown) => (thrown instanceof TammaError ? thrown.code : thrown);
    const late = [
      site.first.settle({ ...settled, costMicroUsd: 850 }).catch(codeOf),
      site.first.reserve({ ...reserved, wantedMicroUsd: 50, leastMicroUsd: 10 }).catch(codeOf),
    ];
    expect(await Promise.all(late)).to.deep.equal(['BUDGET_UNKNOWN', 'BUDGET_UNKNOWN']);
    proxy.thaw();
    proxy.cut();
    await eventually('both arrived after all', async () => {
      const held = await direct.redis.hexists(site.keys.budget('workflow', FLOW.id), 'reserved');
      const [, heldByStep] = await usedOf(watcher, STEP);
      const [, heldByFlow] = await usedOf(watcher, FLOW);
      return held === 1 && heldByStep === 0 && heldByFlow === 0;
    });
    for (const scope of [STEP, FLOW]) {
      const next = { id: 'next', scopes: [scope] };
      await watcher.reserve({ ...next, wantedMicroUsd: 1, leastMicroUsd: 1 });
      const warned = await watcher.settle({ ...next, costMicroUsd: 1 });
      expect(warned.map(({ level }) => level)).to.deep.equal([scope.level]);
    }
  });

  it('leave nothing behind when what went meanwhile is marked', async () => {
    using site = openProcesses(1);
    await site.ready();
    await site.first.markWarned(STEP);
    expect(await site.first.read(STEP)).to.equal(null);
    expect(await site.redis.exists(site.keys.budget('step', STEP.id))).to.equal(0);
  });

  it('warn of nothing that has no limit', async () => {
    using site = openProcesses(1);
    await site.ready();
    const scopes = [{ ...STEP, limitMicroUsd: null }];
    await site.first.reserve({ id: '1', scopes, wantedMicroUsd: 900, leastMicroUsd: 900 });
    expect(await site.first.settle({ id: '1', scopes, costMicroUsd: 900 })).to.deep.equal([]);
  });
});
