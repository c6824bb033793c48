import { after, before, beforeEach } from 'mocha';
import { BROWSER_TIMEOUT_MS, closeBrowser, openBrowser } from './browser.ts';

/** A page takes its time on a machine that does much else. */
const TEST_TIMEOUT_MS = 120_000;

// Of the whole run: what needs a browser shares it.
after(closeBrowser);

/** For a `describe` whose tests need a browser: finds and starts it before the first, unless it runs already. */
export function useBrowser(): void {
  before(async function () {
    this.timeout(BROWSER_TIMEOUT_MS);
    await openBrowser();
  });
  beforeEach(function () {
    this.currentTest?.timeout(TEST_TIMEOUT_MS);
  });
}
