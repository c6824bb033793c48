import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { findChromium } from '../../../../tools/chromium.mjs';

/** Kept by the run, to be looked at. */
const SCREENSHOTS = join(import.meta.dirname, '../../screenshots');
/** Finding a browser may mean downloading one. */
export const BROWSER_TIMEOUT_MS = 300_000;
const PATIENCE_MS = 20_000;

export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
  readonly reducedMotion?: 'reduce' | 'no-preference';
}

/** A tab of a browser that belongs to one test. */
export interface Tab extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Keeps a picture of the whole page, at the top of it. */
  shot(name: string): Promise<void>;
  /** What the page did that a page must not: errors, and what the security policy stopped. */
  readonly complaints: readonly string[];
  /** Breaches of the accessibility rules, each with where it is. */
  breaches(): Promise<readonly string[]>;
}

let browser: Promise<Browser> | null = null;

/** One browser for all tests of a process; `closeBrowser` ends it. */
function openBrowser(): Promise<Browser> {
  browser ??= findChromium({ say: (line: string) => process.stderr.write(`${line}\n`) }).then(
    (executablePath) => chromium.launch({ executablePath, args: ['--disable-dev-shm-usage'] }),
  );
  return browser;
}

export async function closeBrowser(): Promise<void> {
  const opened = browser;
  browser = null;
  await (await opened)?.close();
}

export async function openTab(url: string, look: Look = {}): Promise<Tab> {
  const { width = 1440, height = 900, scheme = 'light', reducedMotion = 'reduce' } = look;
  const context = await (await openBrowser()).newContext({
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion,
    locale: 'en-GB',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints = listen(page);
  await page.goto(url);
  return {
    page,
    context,
    complaints,
    shot: async (name) => {
      await page.evaluate(() => window.scrollTo(0, 0));
      mkdirSync(SCREENSHOTS, { recursive: true });
      // What lies behind a dialog is covered as far as the window reaches.
      const fullPage = (await page.locator('dialog[open]').count()) === 0;
      await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage });
    },
    breaches: () => findBreaches(page),
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/** Answers such as 401 and 409 are told by the browser as well; they are no mistake of the page. */
const EXPECTED = /^Failed to load resource|WebSocket connection to .* failed/;

function listen(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog opened: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && !EXPECTED.test(message.text())) complaints.push(message.text());
  });
  return complaints;
}

/** What is to be read there, on one line. */
export async function wordsOf(place: Locator): Promise<string> {
  return (await place.allInnerTexts()).join(' ').replace(/\s+/g, ' ').trim();
}

async function findBreaches(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document);
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
    );
  });
}

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}
