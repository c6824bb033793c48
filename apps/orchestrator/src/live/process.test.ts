import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { openHouse } from '../testing/house.ts';
import { connectClient } from './testing/live-client.ts';

describe('live, in the real process', () => {
  it('is served beside the API, tells of what the process does, and says goodbye when it stops', async () => {
    await using house = await openHouse();
    await house.addIssue(1);
    const running = await house.start();
    await running.isUp();
    const port = Number(/"port":(\d+),"msg":"orchestrator is up"/.exec(running.output())?.[1]);
    const client = connectClient(port);
    await client.first('connected');
    await client.subscribe({ events: ['orchestration.task.created'], since: '0-0' });
    expect((await client.first('event')).event.data).to.include({ project: 'demo', issue: 1 });
    expect((await running.ask('/metrics')).text).to.match(/^tamma_live_sockets\{.*\} 1$/m);
    running.kill('SIGTERM');
    await client.first('shutdown');
    await eventually('it is closed', () => client.closings.length > 0);
    expect(await running.ended).to.deep.equal({ code: 0, signal: null });
    expect(client.problems).to.deep.equal([]);
  });
});
