import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { openTab } from './browser.ts';
import { useBrowser } from './browser-tests.ts';
import { startFakeTamma } from './fake-tamma.ts';

describe('a tab', () => {
  useBrowser();

  it('knows nothing of the one before, at the same address', async () => {
    await using fake = await startFakeTamma();
    {
      await using tab = await openTab(fake.url, { width: 360, scheme: 'dark' });
      await tab.page.evaluate(() => {
        localStorage.setItem('left', 'here');
        sessionStorage.setItem('left', 'here');
      });
      await tab.context.addCookies([{ name: 'left', value: 'here', url: fake.url }]);
      await tab.page.evaluate("setTimeout(() => { throw new Error('a complaint') })");
      await eventually('it is heard', () => tab.complaints.length === 1);
    }
    await using tab = await openTab(fake.url);
    const found = await tab.page.evaluate(() => ({
      kept: [localStorage.getItem('left'), sessionStorage.getItem('left'), document.cookie],
      width: window.innerWidth,
      isDark: matchMedia('(prefers-color-scheme: dark)').matches,
    }));
    expect(found).to.deep.equal({ kept: [null, null, ''], width: 1440, isDark: false });
    expect(tab.complaints).to.deep.equal([]);
  });
});
