import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import Mocha from 'mocha';

/** How long a process may take to close what its tests opened, on a machine that does much else. */
const LINGER_MAX_MS = Number(process.env.TAMMA_TEST_LINGER_MAX_MS ?? 30_000);

/**
 * Mocha's usual output, plus two things. A file `<project>.json` with the number of tests that passed and what failed,
 * in the folder that TAMMA_TEST_RESULTS names: `tools/test.mjs` adds them up. And an end with 1 when tests left something
 * open, which would otherwise keep the process, and the gate, waiting without end.
 */
export default class TestReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const failures = [];
    runner.on(Mocha.Runner.constants.EVENT_TEST_FAIL, (test, error) => failures.push(toFailure(test, error)));
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes } = runner.stats;
      writeResult(passes, failures);
      setTimeout(() => endLingering(passes, failures), LINGER_MAX_MS).unref();
    });
  }
}

function toFailure(test, error) {
  return { title: test.fullTitle(), reason: error.stack ?? String(error) };
}

function writeResult(passes, failures) {
  const folder = process.env.TAMMA_TEST_RESULTS;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${basename(process.cwd())}.json`), JSON.stringify({ passes, failures }));
}

/** Runs only when something keeps the process alive: the timer itself does not. */
function endLingering(passes, failures) {
  const reason = `tests left something open: ${process.getActiveResourcesInfo().join(', ')}`;
  writeResult(passes, [...failures, { title: 'the end of the process', reason }]);
  console.error(reason);
  // Mocha sets the exit code last of all, from the number of failed tests.
  process.once('exit', () => {
    process.exitCode = 1;
  });
  process.exit();
}
