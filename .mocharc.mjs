import { join } from 'node:path';

/** For every project: mocha looks for this file upward from the folder it runs in. */
export default {
  reporter: join(import.meta.dirname, 'tools/test-reporter.mjs'),
  timeout: 20_000,
  slow: 1_000,
  failZero: true,
  forbidOnly: true,
  forbidPending: true,
};
