import { join } from 'node:path';

/** For every project: mocha looks for this file upward from the folder it runs in. */
export default {
  require: join(import.meta.dirname, 'tools/whole-values.mjs'),
  reporter: join(import.meta.dirname, 'tools/test-reporter.mjs'),
  // Only ends what hangs: whoever wants to say how long something may take says it in the test.
  timeout: 60_000,
  slow: 1_000,
  failZero: true,
  forbidOnly: true,
  forbidPending: true,
};
