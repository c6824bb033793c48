import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import Mocha from 'mocha';

/** How long a process may take to close what its tests opened, on a machine that does much else. */
const LINGER_MAX_MS = Number(process.env.TAMMA_TEST_LINGER_MAX_MS ?? 30_000);
/** After this long it is said what is open: a leak that ends before the other limit would never be seen. */
const LINGER_SAID_MS = Number(process.env.TAMMA_TEST_LINGER_SAID_MS ?? 5_000);

/**
 * Mocha's usual output, plus three things. A file `<project>.json` with the number of tests that passed and what failed,
 * in the folder that TAMMA_TEST_RESULTS names: `tools/test.mjs` adds them up. A failure when a promise rejects and nobody
 * handles it, which mocha would keep from node. And an end with 1 when tests left something open, which would otherwise
 * keep the process, and the gate, waiting without end; what is open is said long before.
 */
export default class TestReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const failures = [];
    runner.on(Mocha.Runner.constants.EVENT_TEST_FAIL, (test, error) => failures.push(toFailure(test, error)));
    process.on('unhandledRejection', failTest);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes } = runner.stats;
      const result = { passes, failures };
      writeResult(result);
      // Before mocha's own listener, which would end the process and name nothing in the summary.
      process.prependListener('uncaughtException', (error) =>
        endFailed(result, `after the last test: ${textOf(error)}`),
      );
      setTimeout(() => sayOpen(result), LINGER_SAID_MS).unref();
      setTimeout(() => endFailed(result, `tests left something open: ${openNow()}`), LINGER_MAX_MS).unref();
    });
  }
}

function toFailure(test, error) {
  return { title: test.fullTitle(), reason: textOf(error) };
}

function textOf(error) {
  return error?.stack ?? String(error);
}

/** What is thrown here fails the test that runs now. */
function failTest(reason) {
  const message = `a promise of this test, or of one before it, was rejected and nobody handled it: ${textOf(reason)}`;
  throw new Error(message, { cause: reason });
}

function writeResult(result) {
  const folder = process.env.TAMMA_TEST_RESULTS;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${basename(process.cwd())}.json`), JSON.stringify(result));
}

function openNow() {
  return process.getActiveResourcesInfo().join(', ');
}

/** Runs only when something keeps the process alive: the timer itself does not. */
function sayOpen(result) {
  const lingered = openNow();
  writeResult({ ...result, lingered });
  console.error(`${LINGER_SAID_MS} ms after the last test there is still open: ${lingered}`);
}

function endFailed({ passes, failures }, reason) {
  writeResult({ passes, failures: [...failures, { title: 'the end of the process', reason }] });
  console.error(reason);
  // Mocha sets the exit code last of all, from the number of failed tests.
  process.once('exit', () => {
    process.exitCode = 1;
  });
  process.exit();
}
