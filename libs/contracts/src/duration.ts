import { z } from 'zod';

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A moment that far ahead still fits every calendar. */
const DEADLINE_MAX_MS = 365 * 86_400_000;
/** A timer set for longer than 2^31 milliseconds, about 24.8 days, goes off at once. */
const TIMER_MAX_MS = 24 * 86_400_000;

/**
 * A length of time such as `500ms`, `30s`, `5m`, `2h` or `7d`; inside, a number of milliseconds. One that is refused
 * ends the check: a rule that compares lengths would only add a wrong reason.
 */
export const duration = z
  .string()
  .regex(/^\d+(ms|s|m|h|d)$/, {
    error: 'expected a length of time such as 500ms, 30s, 5m, 2h or 7d',
    abort: true,
  })
  .transform((text) => {
    const unit = text.replace(/^\d+/, '');
    return Number.parseInt(text, 10) * (UNIT_MS[unit] ?? 1);
  })
  .refine((ms) => ms <= DEADLINE_MAX_MS, { error: 'expected at most 365d', abort: true });

/** A length of time that a timer can keep: what loops rest and what may run. */
export const timerDuration = duration.refine((ms) => ms >= 1 && ms <= TIMER_MAX_MS, {
  error: 'expected at least 1ms and at most 24d',
  abort: true,
});
