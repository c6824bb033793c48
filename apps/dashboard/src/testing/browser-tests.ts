import { after, before } from 'mocha';
import { BROWSER_TIMEOUT_MS, closeBrowser, openTab } from './browser.ts';

/** For a `describe` whose tests need a browser: finds and starts it before the first, ends it after the last. */
export function useBrowser(): void {
  before(async function () {
    this.timeout(BROWSER_TIMEOUT_MS);
    await using _ = await openTab('about:blank');
  });
  after(closeBrowser);
}
