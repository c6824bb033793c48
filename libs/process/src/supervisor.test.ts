import { expect } from 'chai';
import type { Service } from './service.ts';
import { createSupervisor, type ServiceFailure } from './supervisor.ts';

interface Trial {
  readonly steps: string[];
  readonly failures: ServiceFailure[];
  service(name: string, overrides?: Partial<Service>): Service;
}

function trial(): Trial {
  const steps: string[] = [];
  return {
    steps,
    failures: [],
    service: (name, overrides = {}) => ({
      name,
      start: async () => {
        steps.push(`start ${name}`);
        await overrides.start?.();
      },
      stop: async () => {
        steps.push(`stop ${name}`);
        await overrides.stop?.();
      },
    }),
  };
}

function supervise(t: Trial, services: readonly Service[], stopDeadlineMs = 1_000) {
  return createSupervisor(services, {
    name: 'Orchestrator',
    stopDeadlineMs,
    onFailure: (failure) => t.failures.push(failure),
  });
}

async function failureOf(work: Promise<unknown>): Promise<Error & { code?: unknown }> {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof Error) return thrown;
  }
  throw new Error('expected it to fail');
}

const NEVER = (): Promise<void> => Promise.withResolvers<void>().promise;

describe('supervisor', () => {
  it('starts services in order and stops them in reverse', async () => {
    const t = trial();
    const supervisor = supervise(t, [t.service('store'), t.service('http')]);
    await supervisor.start();
    await supervisor.stop();
    expect(t.steps).to.deep.equal(['start store', 'start http', 'stop http', 'stop store']);
  });

  it('refuses to start twice, and says who is running', async () => {
    const t = trial();
    const supervisor = supervise(t, [t.service('store')]);
    await supervisor.start();
    const error = await failureOf(supervisor.start());
    expect(error.message).to.equal('Orchestrator is already running');
    expect(error.code).to.equal('ALREADY_RUNNING');
    await supervisor.stop();
    expect(t.steps).to.deep.equal(['start store', 'stop store']);
  });

  it('stops what was begun, the failing service included, and rethrows why the start failed', async () => {
    const t = trial();
    const taken = new Error('port 3000 is taken');
    const http = t.service('http', { start: () => Promise.reject(taken) });
    const supervisor = supervise(t, [t.service('store'), http, t.service('intake')]);
    expect(await failureOf(supervisor.start())).to.equal(taken);
    expect(t.steps).to.deep.equal(['start store', 'start http', 'stop http', 'stop store']);
    expect(t.failures).to.deep.equal([{ service: 'http', during: 'start', error: taken }]);
  });

  it('reports a service that fails to stop during the roll-back, and still rethrows the first error', async () => {
    const t = trial();
    const stuck = t.service('store', { stop: () => Promise.reject(new Error('pool is gone')) });
    const http = t.service('http', { start: () => Promise.reject(new Error('port taken')) });
    const error = await failureOf(supervise(t, [stuck, http]).start());
    expect(error.message).to.equal('port taken');
    expect(t.failures.map(({ service, during }) => `${during} ${service}`)).to.deep.equal([
      'start http',
      'stop store',
    ]);
  });

  it('asks every service to stop although one fails, then throws with all reasons', async () => {
    const t = trial();
    const broken = t.service('http', { stop: () => Promise.reject(new Error('socket hangs')) });
    const supervisor = supervise(t, [t.service('store'), broken]);
    await supervisor.start();
    const error = await failureOf(supervisor.stop());
    expect(error.message).to.equal('Orchestrator did not stop cleanly: http (socket hangs)');
    expect(t.steps.slice(2)).to.deep.equal(['stop http', 'stop store']);
  });

  it('goes on past a service that never stops once the deadline is over', async () => {
    const t = trial();
    const supervisor = supervise(t, [t.service('store'), t.service('stuck', { stop: NEVER })], 30);
    await supervisor.start();
    const error = await failureOf(supervisor.stop());
    expect(error.message).to.match(/stuck \(stuck did not stop within \d+ ms\)/);
    expect(t.steps.at(-1)).to.equal('stop store');
  });

  it('lets two callers share one stop, and does nothing when it is not running', async () => {
    const t = trial();
    const supervisor = supervise(t, [t.service('store')]);
    await supervisor.stop();
    await supervisor.start();
    await Promise.all([supervisor.stop(), supervisor.stop()]);
    await supervisor.stop();
    expect(t.steps).to.deep.equal(['start store', 'stop store']);
  });

  it('stops in the middle of a start: later services are not begun and the start is refused', async () => {
    const t = trial();
    const gate = Promise.withResolvers<void>();
    const slow = t.service('slow', { start: () => gate.promise });
    const supervisor = supervise(t, [slow, t.service('late')]);
    const starting = failureOf(supervisor.start());
    const stopping = supervisor.stop();
    gate.resolve();
    await stopping;
    expect((await starting).code).to.equal('STOPPED_WHILE_STARTING');
    expect(t.steps).to.deep.equal(['start slow', 'stop slow']);
  });

  it('starts again after a stop', async () => {
    const t = trial();
    const supervisor = supervise(t, [t.service('store')]);
    await supervisor.start();
    await supervisor.stop();
    await supervisor.start();
    await supervisor.stop();
    expect(t.steps).to.deep.equal(['start store', 'stop store', 'start store', 'stop store']);
  });
});
