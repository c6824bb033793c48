import { healthSchema } from '@tamma/contracts';
import { testClock } from '@tamma/testing';
import { expect } from 'chai';
import { type CheckResult, createHealth, type HealthCheck } from './health.ts';

function check(name: string, critical: boolean, result: CheckResult | Error): HealthCheck {
  return {
    name,
    critical,
    check: () => (result instanceof Error ? Promise.reject(result) : Promise.resolve(result)),
  };
}

async function statusOf(...checks: readonly HealthCheck[]): Promise<string> {
  const health = createHealth({ version: '1.2.3' });
  checks.forEach(health.add);
  return (await health.report()).status;
}

describe('health', () => {
  it('answers in the shape of the contract, with uptime in seconds', async () => {
    const clock = testClock();
    const health = createHealth({ version: '1.2.3', now: clock.now });
    health.add(check('redis', true, { status: 'healthy', details: { latencyMs: 1 } }));
    clock.advance(90_400);
    const report = await health.report();
    expect(healthSchema.parse(report)).to.deep.equal(report);
    expect(report).to.deep.equal({
      status: 'healthy',
      timestamp: '2026-01-01T00:01:30.400Z',
      uptime: 90,
      version: '1.2.3',
      checks: [{ name: 'redis', status: 'healthy', details: { latencyMs: 1 } }],
    });
  });

  it('is healthy only when all parts are', async () => {
    const good = check('redis', true, { status: 'healthy' });
    expect(await statusOf()).to.equal('healthy');
    expect(await statusOf(good, check('workers', false, { status: 'degraded' }))).to.equal('degraded');
    expect(await statusOf(good, check('workers', false, { status: 'unhealthy' }))).to.equal('degraded');
    expect(await statusOf(good, check('store', true, { status: 'degraded' }))).to.equal('degraded');
    expect(await statusOf(good, check('store', true, { status: 'unhealthy' }))).to.equal('unhealthy');
  });

  it('counts a part whose check throws as unhealthy, with the reason', async () => {
    const health = createHealth({ version: '1' });
    health.add(check('redis', true, new Error('connect ECONNREFUSED')));
    health.add({
      name: 'store',
      critical: true,
      check: () => {
        throw new Error('not even a promise');
      },
    });
    const report = await health.report();
    expect(report.status).to.equal('unhealthy');
    expect(report.checks).to.deep.equal([
      { name: 'redis', status: 'unhealthy', details: { reason: 'connect ECONNREFUSED' } },
      { name: 'store', status: 'unhealthy', details: { reason: 'not even a promise' } },
    ]);
  });

  it('counts a part that answers late as unhealthy, and does not call it again while it hangs', async () => {
    const late = Promise.withResolvers<CheckResult>();
    let calls = 0;
    const health = createHealth({ version: '1', checkTimeoutMs: 5 });
    health.add({
      name: 'store',
      critical: false,
      check: () => {
        calls += 1;
        return late.promise;
      },
    });
    const reports = [await health.report(), await health.report()];
    expect(reports.map(({ status }) => status)).to.deep.equal(['degraded', 'degraded']);
    expect(reports[1]?.checks[0]?.details).to.deep.equal({ reason: 'no answer in 5 ms' });
    expect(calls).to.equal(1);
    late.resolve({ status: 'healthy' });
    expect((await health.report()).status).to.equal('healthy');
  });

  it('asks the parts side by side', async () => {
    const both = Promise.withResolvers<CheckResult>();
    const health = createHealth({ version: '1' });
    health.add({ name: 'first', critical: true, check: () => both.promise });
    health.add({
      name: 'second',
      critical: true,
      check: async () => {
        both.resolve({ status: 'healthy' });
        return { status: 'healthy' };
      },
    });
    expect((await health.report()).status).to.equal('healthy');
  });

  it('refuses a second check of the same name', () => {
    const health = createHealth({ version: '1' });
    health.add(check('redis', true, { status: 'healthy' }));
    expect(() => health.add(check('redis', true, { status: 'healthy' }))).to.throw(
      '"redis" is there already',
    );
  });
});
