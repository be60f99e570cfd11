import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** The distribution's Chromium; nothing downloads a browser. */
function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(':');
  return ['chromium', 'chromium-browser', 'google-chrome']
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
}

/** Headless, silent, and deaf to anything but the console. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('no chromium on the PATH');
  return chromium.launch({
    executablePath,
    // People have them: what they take is there to be seen.
    ignoreDefaultArgs: ['--hide-scrollbars'],
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'dark' | 'light';
  /** A screen that is touched. */
  readonly hasTouch?: boolean;
  /** Before the page asks for anything. */
  readonly prepare?: (page: Page) => Promise<void>;
}

/** A page that remembers what a test must never see: console errors, failed requests, other origins. */
export class WatchedPage implements AsyncDisposable {
  readonly complaints: string[] = [];
  readonly page: Page;
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page, origin: string) {
    this.#context = context;
    this.page = page;
    page.on('pageerror', (error) => this.complaints.push(`error: ${error.message}`));
    page.on('console', (message) => {
      const text = message.text();
      const reconnecting = /ERR_CONNECTION_REFUSED|WebSocket connection .* failed/.test(text);
      // What a refused question to a lab means is told with the answer, below.
      const asked = /status of 409/.test(text) && /\/workbench\//.test(message.location().url);
      if (message.type() === 'error' && !reconnecting && !asked)
        this.complaints.push(`console: ${text} (${message.location().url})`);
    });
    page.on('response', async (response) => {
      if (response.status() !== 409 || !response.url().includes('/workbench/')) return;
      const body = await response.text().catch(() => '');
      // A pane may ask of a lab in the moment in which it is stopped: the page hears of that a blink later.
      if (!body.includes('"lab-not-running"')) this.complaints.push(`409: ${response.url()} ${body}`);
    });
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(origin) && !url.startsWith(origin.replace('http', 'ws')) && !/^(data|blob):/.test(url))
        this.complaints.push(`another origin: ${url}`);
    });
  }

  static async open(browser: Browser, url: string, options: PageOptions = {}): Promise<WatchedPage> {
    const { width = 1440, height = 900, colorScheme = 'dark', hasTouch = false } = options;
    const viewport = { width, height };
    const context = await browser.newContext({ viewport, colorScheme, hasTouch, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const watched = new WatchedPage(context, page, new URL(url).origin);
    await options.prepare?.(page);
    await page.goto(url);
    return watched;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
  }
}
