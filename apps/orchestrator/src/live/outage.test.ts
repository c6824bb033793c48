import { eventually, testServers } from '@tamma/testing';
import { expect } from 'chai';
import { startProxy } from '../testing/proxy.ts';
import { buildEvents, WORKFLOW } from './testing/events.ts';
import type { LiveClient } from './testing/live-client.ts';
import { openLiveSite } from './testing/live-site.ts';

function numbersOf(client: LiveClient): string[] {
  return client.all('workflow_event').map(({ event }) => String(event.data.why));
}

function countTo(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index));
}

describe('live, while servers are away', () => {
  it('goes on where it was when Redis comes back, for who was there and for who came meanwhile', async () => {
    await using proxy = await startProxy(testServers().redisUrl);
    await using site = await openLiveSite({
      redisUrl: proxy.url,
      limits: { readRestMs: 20, readTries: 1000 },
    });
    const client = await site.connect();
    await client.subscribe({ workflowId: WORKFLOW });
    await site.append(buildEvents(5));
    await client.count('workflow_event', 5);
    const [, second = ''] = await site.offsets();
    const troubles = () => site.lines.filter((line) => line.includes('events cannot be relayed'));
    for (let outage = 0; outage < 3; outage += 1) {
      proxy.set('cut');
      await site.append(buildEvents(5, WORKFLOW, 5 + outage * 5));
      await eventually('the relay saw it', () => troubles().length > outage);
      const late = await site.connect();
      expect(await late.subscribe({ workflowId: WORKFLOW, since: second })).to.deep.equal({ ok: true });
      proxy.set('open');
      await late.count('workflow_event', 8 + outage * 5);
      expect(numbersOf(late)).to.deep.equal(countTo(10 + outage * 5).slice(2));
      await client.count('workflow_event', 10 + outage * 5);
    }
    expect(numbersOf(client)).to.deep.equal(countTo(20));
    expect(client.closings).to.deep.equal([]);
    expect(troubles(), 'one line for each outage').to.have.length(3);
  });

  it('fills from the record what was trimmed while it was without Redis', async () => {
    await using proxy = await startProxy(testServers().redisUrl);
    await using site = await openLiveSite({ redisUrl: proxy.url });
    const client = await site.connect();
    await client.subscribe({ workflowId: WORKFLOW });
    await site.append(buildEvents(5));
    await client.count('workflow_event', 5);
    proxy.set('cut');
    await site.append(buildEvents(500, WORKFLOW, 5));
    await site.trimTo((await site.offsets()).at(-50) ?? '');
    await site.append(buildEvents(5, WORKFLOW, 505));
    proxy.set('open');
    await client.count('workflow_event', 510);
    expect(numbersOf(client)).to.deep.equal(countTo(510));
  });

  it('reads on over a new connection when the one it reads by fell silent', async () => {
    await using proxy = await startProxy(testServers().redisUrl);
    await using site = await openLiveSite({ redisUrl: proxy.url, readGraceMs: 200 });
    const client = await site.connect();
    await client.subscribe({ workflowId: WORKFLOW });
    await site.append(buildEvents(1));
    await client.count('workflow_event', 1);
    proxy.set('mute');
    await site.append(buildEvents(1, WORKFLOW, 1));
    await site.seen('events cannot be relayed');
    proxy.set('cut');
    proxy.set('open');
    await client.count('workflow_event', 2);
    expect(numbersOf(client)).to.deep.equal(['0', '1']);
  });

  it('waits for PostgreSQL with what only PostgreSQL has', async () => {
    let failures = 0;
    let site: Awaited<ReturnType<typeof openLiveSite>>;
    const reader = {
      listEvents: async (filter: Parameters<typeof site.store.reader.listEvents>[0]) => {
        failures += 1;
        if (failures <= 3) throw new Error('the database is away');
        return site.store.reader.listEvents(filter);
      },
    };
    await using opened = await openLiveSite({ reader, limits: { readRestMs: 5 } });
    site = opened;
    await site.append(buildEvents(5));
    await site.trimTo((await site.offsets())[2] ?? '');
    const client = await site.connect();
    await client.subscribe({ workflowId: WORKFLOW, since: '0-0' });
    await client.count('workflow_event', 5);
    expect(numbersOf(client)).to.deep.equal(countTo(5));
    expect(site.lines.filter((line) => line.includes('the database is away'))).to.have.length(1);
  });

  it('gives a client up when PostgreSQL stays away, and tells it to come back', async () => {
    const reader = { listEvents: () => Promise.reject(new Error('the database is away')) };
    await using site = await openLiveSite({ reader, limits: { readRestMs: 1, readTries: 5 } });
    await site.append(buildEvents(5));
    await site.trimTo((await site.offsets())[2] ?? '');
    const client = await site.connect({ reconnection: true, reconnectionDelay: 10 });
    const bystander = await site.connect();
    await bystander.subscribe({ workflowId: WORKFLOW });
    await client.subscribe({ workflowId: WORKFLOW, since: '0-0' });
    expect((await client.first('error')).message).to.match(/^past events cannot be read now; connect again/);
    await client.count('connected', 2);
    await site.append(buildEvents(1, WORKFLOW, 5));
    await bystander.count('workflow_event', 1);
  });
});
