import { createCircuits } from '@tamma/coordination/redis';
import { BREAKER_DEFAULTS, TammaError } from '@tamma/domain';
import { testClock } from '@tamma/testing';
import { expect } from 'chai';
import { considerate } from './considerate-platform.ts';
import {
  type Desk,
  intakeOf,
  issueNumber,
  openDesk,
  plan,
  readEvents,
  rejectionOf,
  viewsOf,
} from './testing/desk.ts';

/** A platform that asks to be left alone, and counts who calls it all the same. */
function busy(desk: Desk, error: Error) {
  let calls = 0;
  const listOpenIssues = () => {
    calls += 1;
    return Promise.reject(error);
  };
  const onError = (trouble: Error) => void desk.problems.push(trouble.message);
  const platform = considerate({ ...desk.platform, listOpenIssues }, { ...desk, onError });
  return { platform, calls: () => calls };
}

describe('a platform that asked to be left alone', () => {
  it('is left alone by everybody until then, told once, and intake says until when', async () => {
    await using desk = await openDesk();
    const retryAfterMs = 120_000;
    const { platform, calls } = busy(
      desk,
      new TammaError('GITHUB_RATE_LIMITED', 'slow down', { class: 'rate-limit', retryAfterMs }),
    );
    const intake = intakeOf(desk, { projects: [{ project: desk.project, plan, platform }] });
    await intake.runOnce();
    expect(viewsOf(intake)?.problem).to.equal('slow down');
    for (let pass = 0; pass < 3; pass += 1) await intake.runOnce();
    expect(calls()).to.equal(1);
    const [hold] = await desk.circuits.listHolds();
    expect(hold?.service).to.equal('memory');
    const until = new Date(hold?.untilMs ?? 0).toISOString();
    expect(viewsOf(intake)?.problem).to.equal(`memory is left alone until ${until}, as it asked: slow down`);
    const told = (await readEvents(desk)).filter(({ type }) => type === 'SERVICE.HELD.SUCCESS');
    expect(told.map(({ data }) => data)).to.deep.equal([{ service: 'memory', until, why: 'slow down' }]);
    const other = considerate(desk.platform, { ...desk, onError: () => {} });
    expect((await rejectionOf(other.readIssue(1))).message).to.contain('is left alone until');
  });

  it('is called again when the time is over, and never held for longer than an hour', async () => {
    await using desk = await openDesk();
    desk.platform.addIssue(issueNumber(1));
    const { now, advance } = testClock(Date.now());
    const circuits = createCircuits({ ...desk, settings: BREAKER_DEFAULTS, now });
    expect(await circuits.hold({ service: 'memory', untilMs: now() + 60_000, why: 'slow down' })).to.equal(
      true,
    );
    const platform = considerate(desk.platform, { ...desk, circuits, now, onError: () => {} });
    await rejectionOf(platform.readIssue(1));
    advance(60_001);
    expect((await platform.readIssue(1))?.number).to.equal(1);
    const forever = new TammaError('X', 'later', { class: 'rate-limit', retryAfterMs: 1e12 });
    await rejectionOf(busy(desk, forever).platform.listOpenIssues());
    const [hold] = await desk.circuits.listHolds();
    expect((hold?.untilMs ?? 0) - Date.now()).to.be.within(3_500_000, 3_600_000);
  });

  it('is not held for trouble of another kind, and is called while nobody can say whether it is held', async () => {
    await using desk = await openDesk();
    await rejectionOf(busy(desk, new Error('broken')).platform.listOpenIssues());
    expect(await desk.circuits.listHolds()).to.deep.equal([]);
    desk.platform.addIssue(issueNumber(1));
    const away = { ...desk.circuits, listHolds: () => Promise.reject(new Error('Redis went away')) };
    const problems: string[] = [];
    const onError = (error: Error) => void problems.push(error.message);
    const platform = considerate(desk.platform, { ...desk, circuits: away, onError });
    expect((await platform.readIssue(1))?.number).to.equal(1);
    expect(problems).to.deep.equal(['Redis went away']);
  });
});
