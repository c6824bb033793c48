import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { pickFrom, seededRandom } from '@tamma/domain/testing';
import { expect } from 'chai';
import { digestOf, openHook, REPOSITORY, SECRET, signatureOf } from './testing/deliveries.ts';
import { flipBit, mutateValue, truncate } from './testing/mutations.ts';
import { WEBHOOK_PATH } from './webhook-route.ts';

const SEED = 20_261_120;
const DELIVERIES = 10_000;
const AT_ONCE = 50;
const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';

interface Sent {
  readonly id: string;
  readonly event: string;
  readonly body: Buffer;
  readonly type: string;
  readonly signature: string;
  /** Whether the signature is right for the body. */
  readonly isSigned: boolean;
}

type Random = () => number;

interface Example {
  readonly event: string;
  readonly payload: unknown;
  readonly text: string;
}

/** Half of them say that they are of a repository that is watched: only those can have an effect. */
async function readExamples(random: Random): Promise<readonly Example[]> {
  const file = fileURLToPath(import.meta.resolve('@octokit/webhooks-examples/api.github.com/index.json'));
  const definitions: { name: string; examples: object[] }[] = JSON.parse(await readFile(file, 'utf8'));
  return definitions.flatMap(({ name: event, examples }) =>
    examples.map((example) => {
      const payload = random() < 0.5 ? { ...example, repository: REPOSITORY } : example;
      return { event, payload, text: JSON.stringify(payload) };
    }),
  );
}

interface Place {
  readonly number: number;
  /** Ids of deliveries that had an effect. */
  readonly kept: readonly string[];
}

function mutate({ event, payload, text }: Example, random: Random, { number, kept }: Place): Sent {
  const signed = (body: Buffer | string, overrides: Partial<Sent> = {}): Sent => {
    const bytes = Buffer.from(body);
    const common = { id: `fuzz-${number}`, event, body: bytes, type: JSON_TYPE, isSigned: true };
    return { ...common, signature: sign(bytes), ...overrides };
  };
  const unsigned = (body: Buffer | string, signature = signatureOf(text)): Sent => ({
    ...signed(''),
    body: Buffer.from(body),
    signature,
    isSigned: false,
  });
  const spoiled = () => JSON.stringify(mutateValue(payload, random)) ?? '';
  const way = random();
  if (way < 0.15) return signed(text);
  if (way < 0.45) return signed(spoiled());
  if (way < 0.5) return signed(new URLSearchParams({ payload: spoiled() }).toString(), { type: FORM });
  if (way < 0.55) return signed(flipBit(text, random));
  if (way < 0.6) return signed(truncate(text, random));
  if (way < 0.63) return signed(text, { id: pickFrom(['', '..', 'a b', 'x'.repeat(200), "';--"], random) });
  if (way < 0.66) return signed(text, { event: pickFrom(['', '__proto__', 'Issues', '*'], random) });
  if (way < 0.72) return signed(text, { id: kept.length === 0 ? 'first' : pickFrom(kept, random) });
  if (way < 0.82) return unsigned(flipBit(text, random));
  if (way < 0.92) return unsigned(truncate(text, random));
  if (way < 0.96) return unsigned(text, signatureOf(text, 'guess'));
  return unsigned(text, pickFrom(['', 'sha256=', `sha1=${'0'.repeat(40)}`], random));
}

function sign(body: Buffer): string {
  return `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
}

/** Over connections that are kept, as GitHub keeps them. */
async function send(agent: Agent, port: number, { id, event, body, type, signature }: Sent) {
  const headers = {
    'content-type': type,
    'content-length': body.length,
    'x-github-delivery': id,
    'x-github-event': event,
    'x-hub-signature-256': signature,
  };
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const asked = request({ host: '127.0.0.1', port, path: WEBHOOK_PATH, method: 'POST', headers, agent });
  asked.on('error', reject);
  asked.on('response', (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => void chunks.push(chunk));
    response.on('error', reject);
    response.on('end', () =>
      resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
    );
  });
  asked.end(body);
  return await promise;
}

describe('10,000 spoiled webhook deliveries', () => {
  it('break nothing, and have no effect without a right signature', async () => {
    await using hook = await openHook();
    const random = seededRandom(SEED);
    const examples = await readExamples(random);
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
    const counts = new Map<number, number>();
    const kept: string[] = [];
    const digests: string[] = [];
    for (let from = 0; from < DELIVERIES; from += AT_ONCE) {
      const batch = Array.from({ length: AT_ONCE }, (_, index) =>
        mutate(pickFrom(examples, random), random, { number: from + index, kept }),
      );
      const answers = await Promise.all(batch.map((one) => send(agent, hook.site.port, one)));
      for (const [index, { status, text }] of answers.entries()) {
        const sent = batch[index];
        if (sent === undefined) throw new Error('an answer to nothing');
        const what = `${from + index} ${sent.event}: ${status} ${text.slice(0, 200)}`;
        expect(status, what).to.be.below(500);
        if (!sent.isSigned) expect(status, what).to.equal(401);
        if (status === 202 && text.includes('"kept"')) {
          kept.push(sent.id);
          digests.push(digestOf(sent.body));
        }
        counts.set(status, (counts.get(status) ?? 0) + 1);
      }
    }
    agent.destroy();
    const stored = [];
    for (let left = await hook.kept(); left.length > 0; left = await hook.kept()) {
      stored.push(...left.map(({ id }) => id));
      await hook.desk.store.inbox.markHandled(left.map(({ id }) => id));
    }
    expect(stored.toSorted()).to.deep.equal(digests.toSorted());
    expect(stored.length, 'some had an effect').to.be.above(100);
    expect([...counts.keys()]).to.include.members([202, 400, 401, 409]);
    expect(hook.site.lines.filter((line) => line.includes('request failed'))).to.deep.equal([]);
    expect((await hook.site.ask('/health/live')).status).to.equal(200);
  });
});
