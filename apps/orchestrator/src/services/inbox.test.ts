import type { Delivery } from '@tamma/store';
import { testClock } from '@tamma/testing';
import { expect } from 'chai';
import { type Desk, openDesk } from '../testing/desk.ts';
import { createInboxReader, type InboxReaderOptions } from './inbox.ts';
import type { Numbers } from './reviews.ts';

const MINUTE_MS = 60_000;

function readerOf(desk: Desk, overrides: Partial<InboxReaderOptions> = {}) {
  const looks: string[] = [];
  const show = (numbers: Numbers) => (numbers === 'all' ? numbers : [...numbers].join('+'));
  const reader = createInboxReader({
    inbox: desk.store.inbox,
    lookAtIssues: async (project) => void looks.push(`${project}: issues`),
    lookAtComments: async (project) => void looks.push(`${project}: comments`),
    lookAtChanges: async (project, numbers) => void looks.push(`${project}: changes ${show(numbers)}`),
    now: Date.now,
    onFailure: (about, error) => void desk.problems.push(`${about}: ${error.message}`),
    ...overrides,
  });
  return { ...reader, looks };
}

async function receive(desk: Desk, deliveries: readonly Partial<Delivery>[], at = Date.now()) {
  const offset = (await desk.store.inbox.listUnhandled(1000)).length;
  for (const [index, overrides] of deliveries.entries()) {
    await desk.store.inbox.receive({
      id: `d-${at}-${offset + index}`,
      project: 'till',
      event: 'issues',
      action: 'opened',
      number: 1,
      receivedAt: new Date(at).toISOString(),
      ...overrides,
    });
  }
}

function countLeft(desk: Desk): Promise<number> {
  return desk.store.inbox.listUnhandled(1000).then(({ length }) => length);
}

describe('the inbox', () => {
  it('hears the others while one project in trouble has more in it than is taken at once', async () => {
    await using desk = await openDesk();
    await receive(
      desk,
      Array.from({ length: 500 }, () => ({ event: 'issue_comment' })),
    );
    await receive(desk, [{ project: 'vault', event: 'issue_comment' }]);
    const heard: string[] = [];
    const { runOnce } = readerOf(desk, {
      lookAtComments: async (project) => {
        if (project === 'till') throw new Error('its token lapsed');
        heard.push(project);
      },
    });
    await runOnce();
    await runOnce();
    expect(heard).to.deep.equal(['vault']);
  });

  it('makes one look of many deliveries, where they point, and is empty afterwards', async () => {
    await using desk = await openDesk();
    await receive(desk, [
      ...Array.from({ length: 5 }, () => ({})),
      { event: 'issue_comment', action: 'created' },
      { event: 'issue_comment', action: 'edited' },
      { event: 'check_run', action: 'completed', number: 7 },
      { event: 'pull_request_review', action: 'submitted', number: 8 },
      { project: 'vault', event: 'label', action: 'edited', number: null },
    ]);
    const { runOnce, looks } = readerOf(desk);
    await runOnce();
    await runOnce();
    expect(looks.toSorted()).to.deep.equal([
      'till: changes 7+8',
      'till: comments',
      'till: issues',
      'vault: issues',
    ]);
    expect(await countLeft(desk)).to.equal(0);
  });

  it('looks at all waiting changes when a delivery names none, or the base branch moved', async () => {
    await using desk = await openDesk();
    for (const event of ['status', 'check_suite', 'push']) {
      await receive(desk, [
        { event, action: null, number: null },
        { event: 'check_run', number: 7 },
      ]);
      const { runOnce, looks } = readerOf(desk);
      await runOnce();
      expect(looks, event).to.include('till: changes all');
      expect(looks.includes('till: issues'), event).to.equal(event === 'push');
    }
  });

  it('looks at the issues as well when a pull request came or went: it may be somebody’s own answer to one', async () => {
    await using desk = await openDesk();
    const clock = testClock(Date.now());
    await receive(desk, [{ event: 'pull_request', action: 'synchronize', number: 3 }]);
    const { runOnce, looks } = readerOf(desk, { now: clock.now });
    await runOnce();
    expect(looks).to.deep.equal(['till: changes 3']);
    clock.advance(3000);
    await receive(desk, [{ event: 'pull_request', action: 'opened', number: 4 }]);
    await runOnce();
    expect(looks.slice(1)).to.deep.equal(['till: changes 4', 'till: issues']);
  });

  it('keeps what could not be looked at, tries again after a rest that grows, and lets nobody else wait', async () => {
    await using desk = await openDesk();
    const clock = testClock(Date.now());
    let tries = 0;
    const lookAtComments = () => {
      tries += 1;
      return tries < 4 ? Promise.reject(new Error('it is away')) : Promise.resolve();
    };
    const { runOnce, looks } = readerOf(desk, { lookAtComments, now: clock.now });
    await receive(desk, [{ event: 'issue_comment' }, { project: 'vault' }]);
    const seen: number[] = [];
    for (let second = 0; second < 8; second += 1) {
      await runOnce();
      seen.push(tries);
      clock.advance(1000);
    }
    expect(seen).to.deep.equal([1, 2, 2, 3, 3, 3, 3, 4]);
    expect(looks).to.deep.equal(['vault: issues']);
    expect(desk.problems).to.have.length(3);
    expect(await countLeft(desk)).to.equal(0);
  });

  it('makes few looks of a build that tells of itself for a minute, and misses the last of it never', async () => {
    await using desk = await openDesk();
    const clock = testClock(Date.now());
    const { runOnce, looks } = readerOf(desk, { now: clock.now });
    for (let second = 0; second < 12; second += 1) {
      await receive(desk, [{ event: 'status', number: null }], second);
      await receive(desk, [{ event: 'issue_comment' }], second + 100);
      await runOnce();
      clock.advance(1000);
    }
    const isOfChanges = (look: string) => look.includes('changes');
    expect(looks.filter(isOfChanges)).to.have.length(4);
    expect(looks.filter((look) => !isOfChanges(look))).to.have.length(12);
    clock.advance(2000);
    await runOnce();
    expect(looks.at(-1)).to.equal('till: changes all');
    expect(looks.filter(isOfChanges)).to.have.length(5);
    expect(await countLeft(desk)).to.equal(0);
  });

  it('rests longer after a look that took long, whatever strangers write meanwhile', async () => {
    await using desk = await openDesk();
    const clock = testClock(Date.now());
    let looked = 0;
    const lookAtIssues = async () => {
      looked += 1;
      clock.advance(10_000);
    };
    const { runOnce } = readerOf(desk, { lookAtIssues, now: clock.now });
    for (let second = 0; second < 40; second += 1) {
      await receive(desk, [{ event: 'issues', action: 'edited' }], second);
      await runOnce();
      clock.advance(1000);
    }
    expect(looked).to.equal(2);
  });

  it('gives a delivery up after ten minutes: polling has seen by then what it told of', async () => {
    await using desk = await openDesk();
    const lookAtIssues = () => Promise.reject(new Error('it is gone'));
    await receive(desk, [{ id: 'old' }], Date.now() - 11 * MINUTE_MS);
    await receive(desk, [{ id: 'fresh' }]);
    await readerOf(desk, { lookAtIssues }).runOnce();
    expect((await desk.store.inbox.listUnhandled(10)).map(({ id }) => id)).to.deep.equal(['fresh']);
  });

  it('leaves to the next leader what was not looked at when a leader died', async () => {
    await using desk = await openDesk();
    await receive(desk, [{}]);
    const died = Promise.withResolvers<never>();
    const begun = Promise.withResolvers<void>();
    const dying = readerOf(desk, {
      lookAtIssues: () => {
        begun.resolve();
        return died.promise;
      },
    });
    const pass = dying.runOnce();
    await begun.promise;
    const next = readerOf(desk);
    await next.runOnce();
    expect(next.looks).to.deep.equal(['till: issues']);
    died.reject(new Error('killed'));
    await pass;
  });

  it('forgets deliveries after thirty days', async () => {
    await using desk = await openDesk();
    const clock = testClock(Date.now());
    const { runOnce } = readerOf(desk, { now: clock.now });
    await receive(desk, [{ id: 'once' }]);
    await runOnce();
    const known = { id: 'once', project: 'till', event: 'issues', action: null, number: 1 };
    const again = () => desk.store.inbox.receive({ ...known, receivedAt: new Date().toISOString() });
    expect(await again()).to.equal(false);
    clock.advance(31 * 24 * 60 * MINUTE_MS);
    await runOnce();
    expect(await again()).to.equal(true);
  });
});
