import { z } from 'zod';

const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 1000;
const WORD_LENGTH_MAX = 500;

const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(LIMIT_MAX)
  .default(LIMIT_DEFAULT)
  .describe('how many at most');
const after = z
  .string()
  .min(1)
  .max(WORD_LENGTH_MAX)
  .optional()
  .describe('the "next" of the page before, unchanged');

/** What every list takes. */
export const page = { limit, after };
export const word = z.string().min(1).max(WORD_LENGTH_MAX);
