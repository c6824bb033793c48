import { after, before, beforeEach } from 'mocha';
import { BROWSER_TIMEOUT_MS, closeBrowser, openTab } from './browser.ts';

/** A page takes its time on a machine that does much else. */
const TEST_TIMEOUT_MS = 90_000;

/** For a `describe` whose tests need a browser: finds and starts it before the first, ends it after the last. */
export function useBrowser(): void {
  before(async function () {
    this.timeout(BROWSER_TIMEOUT_MS);
    await using _ = await openTab('about:blank');
  });
  beforeEach(function () {
    this.currentTest?.timeout(TEST_TIMEOUT_MS);
  });
  after(closeBrowser);
}
