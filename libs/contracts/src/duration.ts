import { z } from 'zod';

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A length of time such as `500ms`, `30s`, `5m`, `2h` or `7d`; inside, a number of milliseconds. */
export const duration = z
  .string()
  .regex(/^\d+(ms|s|m|h|d)$/, 'expected a length of time such as 500ms, 30s, 5m, 2h or 7d')
  .transform((text) => {
    const unit = text.replace(/^\d+/, '');
    return Number.parseInt(text, 10) * (UNIT_MS[unit] ?? 1);
  });
