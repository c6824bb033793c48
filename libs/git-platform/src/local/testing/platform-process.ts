/**
 * A process of its own that works on a local platform: says "ready", waits for a line, makes one call as often as it
 * is told, and prints the last result. Arguments: one JSON object, see `Errand`.
 */
import { once } from 'node:events';
import { z } from 'zod';
import { createLocalPlatform } from '../platform.ts';

const numbered = z.object({ number: z.int() });
const call = z.discriminatedUnion('method', [
  numbered.extend({ method: z.literal('merge'), headCommit: z.string(), message: z.string() }),
  numbered.extend({ method: z.literal('comment'), marker: z.string(), body: z.string() }),
  numbered.extend({ method: z.literal('open'), head: z.string(), base: z.string() }),
  numbered.extend({ method: z.literal('label'), prefix: z.string() }),
]);
const errand = z.object({
  repository: z.string(),
  issues: z.string(),
  account: z.string(),
  times: z.int().positive(),
  call,
});
export type Errand = z.infer<typeof errand>;

function perform({ call, ...place }: Errand, turn: number): Promise<unknown> {
  const platform = createLocalPlatform(place);
  switch (call.method) {
    case 'merge':
      return platform.mergePullRequest({ ...call, method: 'merge' });
    case 'comment':
      return platform.ensureComment(call.number, call.marker, call.body);
    case 'open':
      return platform.ensurePullRequest({
        ...call,
        issue: call.number,
        title: 'A change',
        body: 'Why.',
        as: 'ready',
      });
    case 'label':
      return platform.markIssue(call.number, { labelsAdded: [`${call.prefix}-${turn}`] });
  }
}

const orders = errand.parse(JSON.parse(process.argv[2] ?? ''));
process.stdout.write('ready\n');
await once(process.stdin, 'data');
let result: unknown = null;
for (let turn = 1; turn <= orders.times; turn += 1) result = (await perform(orders, turn)) ?? null;
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
