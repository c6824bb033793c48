/** A clock that moves only when told to. */
export interface TestClock {
  now(): number;
  advance(ms: number): void;
}

export function testClock(startMs = Date.parse('2026-01-01T00:00:00.000Z')): TestClock {
  let current = startMs;
  return {
    now: () => current,
    advance: (ms) => {
      current += ms;
    },
  };
}
