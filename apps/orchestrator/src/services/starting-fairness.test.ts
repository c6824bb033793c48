import { buildProject } from '@tamma/contracts/testing';
import { CAPABILITIES } from '@tamma/domain';
import { createMemoryPlatform } from '@tamma/git-platform/memory';
import { expect } from 'chai';
import { claimsOf, countFlows, type Desk, intakeOf, issueNumber, openDesk, plan } from '../testing/desk.ts';

/** Projects with so many open issues each. */
function projectsOf(sizes: Readonly<Record<string, { issues: number; maxConcurrent?: number }>>) {
  return Object.entries(sizes).map(([id, { issues, maxConcurrent }]) => {
    const platform = createMemoryPlatform();
    for (let number = 1; number <= issues; number += 1) platform.addIssue(issueNumber(number));
    return { project: buildProject({ id, maxConcurrent }), plan, platform };
  });
}

async function startedOf(desk: Desk): Promise<Record<string, number>> {
  return Object.fromEntries(await desk.store.claims.countStarted());
}

describe('starting, between projects', () => {
  it('gives a project with few issues its turn beside one with many', async () => {
    await using desk = await openDesk();
    const projects = projectsOf({ big: { issues: 12 }, small: { issues: 2 } });
    await intakeOf(desk, { projects, maxConcurrent: 5 }).runOnce();
    expect(await startedOf(desk)).to.deep.equal({ big: 3, small: 2 });
  });

  it('keeps the limit of a project, and leaves its slots to the others', async () => {
    await using desk = await openDesk();
    const projects = projectsOf({ narrow: { issues: 5, maxConcurrent: 1 }, wide: { issues: 5 } });
    await intakeOf(desk, { projects, maxConcurrent: 4 }).runOnce();
    expect(await startedOf(desk)).to.deep.equal({ narrow: 1, wide: 3 });
  });

  it('starts nothing while every queue is paused, and goes on when one is resumed', async () => {
    await using desk = await openDesk();
    desk.platform.addIssue(issueNumber(1));
    for (const capability of CAPABILITIES) await desk.queue.pause(capability);
    await intakeOf(desk).runOnce();
    expect((await claimsOf(desk)).map(({ startedAt }) => startedAt)).to.deep.equal([null]);
    await desk.queue.resume('approval');
    await intakeOf(desk).runOnce();
    expect((await claimsOf(desk))[0]?.startedAt).to.be.a('string');
  });

  it('does not start what a person keeps from it', async () => {
    await using desk = await openDesk();
    desk.platform.addIssue(issueNumber(1));
    await intakeOf(desk, { maxConcurrent: 0 }).runOnce();
    await desk.store.claims.setSuspended('demo-1.r1', 'suspended');
    await intakeOf(desk).runOnce();
    expect(await countFlows(desk)).to.equal(0);
    await desk.store.claims.setSuspended('demo-1.r1', 'resumed');
    await intakeOf(desk).runOnce();
    expect(await countFlows(desk)).to.equal(1);
  });
});
