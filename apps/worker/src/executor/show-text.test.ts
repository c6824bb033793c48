import type { TextChunk } from '@tamma/coordination';
import { done } from '@tamma/domain';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { FIRST, openBench } from './testing/bench.ts';
import { fakeStep } from './testing/fake-step.ts';

const INTAKE = FIRST.id;

function liveTextOf(append: (chunks: readonly TextChunk[]) => Promise<void>) {
  const appended: (readonly TextChunk[])[] = [];
  return {
    appended,
    text: () =>
      appended
        .flat()
        .map((chunk) => chunk.text)
        .join(''),
    append: (chunks: readonly TextChunk[]) => {
      appended.push(chunks);
      return append(chunks);
    },
    next: () => Promise.reject(new Error('nobody reads here')),
    close: async () => {},
  };
}

describe('text that a step shows', () => {
  it('reaches those who watch, whole and in order, also the last words before the end', async () => {
    const intake = fakeStep('issue-intake', (context) => {
      for (const word of ['Once ', 'upon ', 'a ', 'time']) context.showText(word);
      return done({ answer: 1 });
    });
    await using bench = await openBench({ steps: [intake] });
    const { after } = await bench.liveText.next(null, { limit: 1, waitMs: 0 });
    await bench.run(INTAKE);
    const { chunks } = await bench.liveText.next(after, { limit: 10, waitMs: 0 });
    expect(chunks).to.have.lengthOf(1);
    const [chunk] = chunks;
    expect(chunk).to.include({
      workflowId: 'demo-1.r1',
      taskId: 'demo-1.r1.issue-intake',
      stepId: INTAKE,
      text: 'Once upon a time',
    });
    expect(Date.parse(chunk?.at ?? '')).to.be.closeTo(Date.now(), 10_000);
  });

  it('is sent at most every 100 ms, one sending at a time', async () => {
    const sent: number[] = [];
    const slow = Promise.withResolvers<void>();
    const live = liveTextOf(async () => {
      sent.push(performance.now());
      if (sent.length === 1) await slow.promise;
    });
    const intake = fakeStep('issue-intake', async (context) => {
      context.showText('a');
      await eventually('the first is sent', () => sent.length === 1);
      for (const letter of 'bcdef') context.showText(letter);
      slow.resolve();
      await eventually('the rest is sent', () => sent.length === 2);
      return done({ answer: 1 });
    });
    await using bench = await openBench({ steps: [intake], deps: { liveText: live } });
    await bench.run(INTAKE);
    expect(live.appended.map((chunks) => chunks.map((chunk) => chunk.text))).to.deep.equal([
      ['a'],
      ['bcdef'],
    ]);
    expect((sent[1] ?? 0) - (sent[0] ?? 0)).to.be.at.least(95);
  });

  it('is cut into chunks that fit, and loses its oldest part when it cannot be sent fast enough', async () => {
    const live = liveTextOf(async () => {});
    const intake = fakeStep('issue-intake', (context) => {
      context.showText('old'.repeat(10_000));
      context.showText('');
      context.showText('new'.repeat(21_000));
      return done({ answer: 1 });
    });
    await using bench = await openBench({ steps: [intake], deps: { liveText: live } });
    await bench.run(INTAKE);
    expect(live.text())
      .to.have.lengthOf(64_000)
      .and.match(/^doldold/)
      .and.match(/newnew$/);
    expect(Math.max(...live.appended.flat().map((chunk) => chunk.text.length))).to.equal(4000);
  });

  it('never fails a step and never holds it up', async () => {
    const broken = liveTextOf(() => Promise.reject(new Error('Redis stumbled')));
    const stuck = liveTextOf(() => new Promise(() => {}));
    for (const liveText of [broken, stuck]) {
      const intake = fakeStep('issue-intake', (context) => {
        context.showText('hello');
        return done({ answer: 1 });
      });
      await using bench = await openBench({ steps: [intake], deps: { liveText } });
      const startedAt = performance.now();
      expect(await bench.run(INTAKE)).to.deep.equal({ kind: 'done' });
      // It waits a second for the last words; what is stuck would hold it up for ever.
      expect(performance.now() - startedAt).to.be.lessThan(10_000);
      expect(liveText.appended).to.have.lengthOf(1);
      expect(bench.lines.join('')).to.not.contain('text not shown');
    }
  });

  it('ends with its attempt', async () => {
    const live = liveTextOf(async () => {});
    let showLate = () => {};
    const intake = fakeStep('issue-intake', (context) => {
      showLate = () => context.showText('too late');
      context.showText('in time');
      throw new Error('flaky');
    });
    await using bench = await openBench({ steps: [intake], deps: { liveText: live } });
    await bench.run(INTAKE);
    showLate();
    // Another attempt's text goes the same way, behind it: once that came, the first would have.
    const last = fakeStep('issue-intake', async (context) => {
      context.showText(', and after');
      await eventually('it is sent', () => live.text().endsWith('after'));
      return done({ answer: 1 });
    });
    await using other = await openBench({ steps: [last], deps: { liveText: live } });
    await other.run(INTAKE);
    expect(live.text()).to.equal('in time, and after');
  });
});
