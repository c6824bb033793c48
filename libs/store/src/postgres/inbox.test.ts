import { expect } from 'chai';
import { openStore } from '../postgres/index.ts';
import type { CommentCommand, Delivery } from '../store.ts';
import { openTestStore, rejection } from '../testing/fixtures.ts';

function buildDelivery(overrides: Partial<Delivery> = {}): Delivery {
  return {
    id: 'd-1',
    project: 'till',
    event: 'issues',
    action: 'labeled',
    number: 7,
    receivedAt: '2026-01-01T00:00:00.000Z',
    ...overrides,
  };
}

const COMMAND: CommentCommand = { project: 'till', comment: '99', issue: 7, by: 'maria', command: 'retry' };

const FIFTY = Array.from({ length: 50 }, (_, index) => index);

describe('the inbox', () => {
  it('receives a delivery once, however often and from however many processes at once', async () => {
    await using test = await openTestStore();
    const other = await openStore({ url: test.url, poolMax: 8 });
    const inboxes = [test.store.inbox, other.inbox];
    const answers = await Promise.all(
      FIFTY.map((index) => (inboxes[index % 2] ?? other.inbox).receive(buildDelivery())),
    );
    expect(answers.filter((isNew) => isNew)).to.have.length(1);
    expect(await test.store.inbox.listUnhandled(10)).to.deep.equal([buildDelivery()]);
    await other.close();
  });

  it('lists what nobody handled, in the order it came, whatever the clocks said', async () => {
    await using test = await openTestStore();
    const { inbox } = test.store;
    const first = buildDelivery({
      id: 'b',
      action: null,
      number: null,
      receivedAt: '2026-05-01T00:00:00.000Z',
    });
    const second = buildDelivery({ id: 'a' });
    for (const delivery of [first, second, buildDelivery({ id: 'c' })]) await inbox.receive(delivery);
    expect(await inbox.listUnhandled(2)).to.deep.equal([first, second]);
    expect(await inbox.listUnhandled(2, [first.project])).to.deep.equal([]);
    expect(await inbox.listUnhandled(2, ['another'])).to.have.length(2);
    await inbox.markHandled(['b', 'nobody', '\u0000']);
    await inbox.markHandled([]);
    expect((await inbox.listUnhandled(10)).map(({ id }) => id)).to.deep.equal(['a', 'c']);
    expect(await inbox.receive(first), 'a replay after it was handled').to.equal(false);
  });

  it('forgets some of what was handled long ago, and never what was not', async () => {
    await using test = await openTestStore();
    const { inbox } = test.store;
    for (const id of ['a', 'b', 'c', 'd']) await inbox.receive(buildDelivery({ id }));
    await inbox.markHandled(['a', 'b', 'c']);
    expect(await inbox.forgetDeliveries('2020-01-01T00:00:00.000Z', 10)).to.equal(0);
    expect(await inbox.forgetDeliveries('2999-01-01T00:00:00.000Z', 2)).to.equal(2);
    expect(await inbox.forgetDeliveries('2999-01-01T00:00:00.000Z', 2)).to.equal(1);
    expect((await inbox.listUnhandled(10)).map(({ id }) => id)).to.deep.equal(['d']);
  });

  it('stores a hostile delivery as text, and refuses one whose id is a book', async () => {
    await using test = await openTestStore();
    const { inbox } = test.store;
    expect(await inbox.receive(buildDelivery({ id: "'; drop table x; --\u0000" }))).to.equal(true);
    const error = await rejection(inbox.receive(buildDelivery({ id: 'x'.repeat(10_000) })));
    expect(error).to.include({ code: 'DATABASE_FAILED', class: 'validation' });
    expect(await inbox.listUnhandled(Number.NaN)).to.have.length(1);
  });

  it('keeps how far each look went, by project', async () => {
    await using test = await openTestStore();
    const { inbox } = test.store;
    expect(await inbox.readCursor('till', 'comments')).to.equal(null);
    await Promise.all(FIFTY.map(() => inbox.writeCursor('till', 'comments', 'one')));
    await inbox.writeCursor('till', 'comments', 'two');
    await inbox.writeCursor('till', 'commits', 'three');
    expect(await inbox.readCursor('till', 'comments')).to.equal('two');
    expect(await inbox.readCursor('other', 'comments')).to.equal(null);
  });

  it('begins a command once, and knows one that was cut off from one that was carried out', async () => {
    await using test = await openTestStore();
    const { inbox } = test.store;
    const answers = await Promise.all(FIFTY.map(() => inbox.beginCommand(COMMAND)));
    expect(answers.filter((answer) => answer === 'new')).to.have.length(1);
    expect(answers.filter((answer) => answer === 'unfinished')).to.have.length(49);
    await inbox.finishCommand(COMMAND, 'it is tried again');
    await inbox.finishCommand(COMMAND, 'a second end');
    expect(await inbox.beginCommand({ ...COMMAND, command: 'cancel' })).to.equal('finished');
    expect(await inbox.beginCommand({ ...COMMAND, project: 'other' })).to.equal('new');
    const { rows } = await test.client.query(
      "select command, result from tamma.comment_commands where project = 'till'",
    );
    expect(rows).to.deep.equal([{ command: 'retry', result: 'it is tried again' }]);
  });

  it('does not end a command that was never begun', async () => {
    await using test = await openTestStore();
    const error = await rejection(test.store.inbox.finishCommand(COMMAND, 'x'));
    expect(error).to.include({ code: 'COMMAND_UNKNOWN', class: 'validation' });
  });
});
