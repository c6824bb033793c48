import { expect } from 'chai';
import { refused, unreachable } from '../api/api-error.ts';
import { createFakeTimers } from '../testing/fake-timers.ts';
import { createResource } from './resource.ts';

const PACE = { firstMs: 100, gapMs: 100, settleMs: 1000 };

describe('something asked of the server', () => {
  it('keeps the last good answer beside the reason why a later try failed, and tries again', async () => {
    const timers = createFakeTimers();
    const answers: (string | Error)[] = ['one', unreachable(), unreachable(), 'two'];
    const resource = createResource(
      async () => {
        const answer = answers.shift();
        if (answer instanceof Error) throw answer;
        return answer;
      },
      { pace: PACE, timers },
    );
    await resource.load();
    await resource.load();
    expect(resource.get()).to.deep.include({ value: 'one' });
    expect(resource.get().error?.message).to.equal('the orchestrator does not answer');
    await timers.pass(60_000);
    expect(resource.get()).to.deep.equal({ value: 'two', error: null });
    expect(answers).to.deep.equal([]);
  });

  it('is not asked again for what asking does not change', async () => {
    const timers = createFakeTimers();
    let asked = 0;
    const resource = createResource(
      async () => {
        asked += 1;
        throw refused(404, null);
      },
      { pace: PACE, timers },
    );
    await resource.load();
    await timers.pass(60_000);
    expect(asked).to.equal(1);
  });

  it('believes the answer to the latest question, whichever comes first', async () => {
    const timers = createFakeTimers();
    const waiting: ((value: string) => void)[] = [];
    const resource = createResource(() => new Promise<string>((resolve) => waiting.push(resolve)), {
      pace: PACE,
      timers,
    });
    const both = [resource.load(), resource.load()];
    waiting[1]?.('new');
    waiting[0]?.('old');
    await Promise.all(both);
    expect(resource.get().value).to.equal('new');
  });

  it('says nothing more once it is stopped', async () => {
    const timers = createFakeTimers();
    const resource = createResource(async () => 'late', { pace: PACE, timers });
    resource.nudge();
    const loading = resource.load();
    resource.stop();
    await loading;
    await timers.pass(60_000);
    expect(resource.get().value).to.equal(null);
  });

  it('does not hide a mistake of ours', async () => {
    const resource = createResource(() => Promise.reject(new TypeError('oops')), {
      pace: PACE,
      timers: createFakeTimers(),
    });
    const thrown = await resource.load().catch((error: unknown) => error);
    expect(thrown).to.be.instanceOf(TypeError);
  });
});
