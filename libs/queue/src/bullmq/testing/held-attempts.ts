import { CAPABILITIES } from '@tamma/domain';
import type { Fate } from '../../queue.ts';
import type { TestQueue } from '../../testing/bench.ts';

interface Attempt {
  readonly taskId: string;
  readonly attempt: number;
  readonly end: (fate: Fate) => void;
}

/** Workers that take whatever they get and hold it until the test says what becomes of it. */
export interface HeldAttempts {
  /** The attempt that runs now, by its number; undefined while no worker has it. */
  find(taskId: string, attempt: number): Attempt | undefined;
  /** Attempts that lost their lock and still run. */
  readonly zombies: Attempt[];
  end(held: Attempt, fate: Fate): void;
  bury(held: Attempt): void;
  /** Every attempt ends, and those that follow park at once, so that the queue can be closed. */
  endAll(): void;
}

/** Zombies keep their places, so there are more than enough. */
const CONCURRENCY = 100;

const PARK: Fate = { kind: 'park', until: Date.now() + 3_600_000 };

export async function holdAttempts(queue: TestQueue): Promise<HeldAttempts> {
  const live = new Set<Attempt>();
  const zombies: Attempt[] = [];
  let isClosing = false;
  const handler = (taskId: string, attempt: number) =>
    new Promise<Fate>((end) => {
      if (isClosing) end(PARK);
      else live.add({ taskId, attempt, end });
    });
  await Promise.all(
    CAPABILITIES.map((capability) =>
      queue.consume({
        capability,
        concurrency: CONCURRENCY,
        handler: ({ payload, attempt }) => handler(payload.taskId, attempt),
      }),
    ),
  );
  return {
    zombies,
    find: (taskId, attempt) => [...live].find((one) => one.taskId === taskId && one.attempt === attempt),
    end(held, fate) {
      live.delete(held);
      held.end(fate);
    },
    bury(held) {
      live.delete(held);
      zombies.push(held);
    },
    endAll() {
      isClosing = true;
      for (const held of [...live, ...zombies]) held.end(PARK);
    },
  };
}
