import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { findChromium } from '../../../../tools/chromium.mjs';

/** Kept by the run, to be looked at. */
const SCREENSHOTS = join(import.meta.dirname, '../../screenshots');
/** Finding a browser may mean downloading one. */
export const BROWSER_TIMEOUT_MS = 300_000;
/** Only against hanging. */
const PATIENCE_MS = 60_000;

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
export function openBrowser(): Promise<Browser> {
  browser ??= launch();
  return browser;
}

async function launch(): Promise<Browser> {
  const executablePath = await findChromium({ say: (line: string) => process.stderr.write(`${line}\n`) });
  const launched = await chromium.launch({ executablePath, args: ['--disable-dev-shm-usage'] });
  launched.once('disconnected', () => {
    browser = null;
    idle.length = 0;
  });
  return launched;
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
}

/** Pages that tests gave back, empty: one that has shown something shows the next at half the cost. */
const idle: Page[] = [];

/** As if the browser had just been started: a tab keeps nothing of the one before. */
export async function openTab(url: string, look: Look = {}): Promise<Tab> {
  const page = idle.pop() ?? (await newPage());
  const context = page.context();
  await dress(page, look);
  const complaints = listen(page);
  await page.goto(url);
  return {
    page,
    context,
    complaints,
    shot: (name) => keepPicture(page, name),
    breaches: () => findBreaches(page),
    [Symbol.asyncDispose]: async () => {
      if (await empty(page)) idle.push(page);
      else await context.close();
    },
  };
}

async function newPage(): Promise<Page> {
  const context = await (await openBrowser()).newContext({ locale: 'en-GB' });
  return context.newPage();
}

async function dress(page: Page, look: Look): Promise<void> {
  const { width = 1440, height = 900, scheme = 'light', reducedMotion = 'reduce' } = look;
  page.setDefaultTimeout(PATIENCE_MS);
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: scheme, reducedMotion });
}

/** What tests and this file listen to. */
const HEARD = ['console', 'dialog', 'pageerror', 'request'];

/** Whether nothing is left of what was shown, and of what it kept. */
async function empty(page: Page): Promise<boolean> {
  const context = page.context();
  if (page.isClosed() || context.pages().length > 1) return false;
  for (const event of HEARD) page.removeAllListeners(event);
  try {
    await page.evaluate(() => {
      localStorage.clear();
      sessionStorage.clear();
    });
    await context.clearCookies();
    await page.goto('about:blank');
    return true;
  } catch {
    // Whatever it was, this page is not used again.
    return false;
  }
}

async function keepPicture(page: Page, name: string): Promise<void> {
  await page.evaluate(() => window.scrollTo(0, 0));
  mkdirSync(SCREENSHOTS, { recursive: true });
  // What lies behind a dialog is covered as far as the window reaches.
  const fullPage = (await page.locator('dialog[open]').count()) === 0;
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage });
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
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(async () => {
    // What is in order need not be described.
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
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
