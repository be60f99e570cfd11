import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launchBrowser } from './browser.ts';
import { Console } from './console.ts';
import type { ServerStart } from './server-process.ts';

/** A console and a browser for all tests of a file; `current` is there from the first test on. */
export function sharedConsole(start: ServerStart = {}): { readonly current: Console } {
  let browser: Browser | undefined;
  let current: Console | undefined;
  beforeAll(async () => {
    browser = await launchBrowser();
    current = await Console.start(browser, start);
  });
  afterAll(async () => {
    await current?.[Symbol.asyncDispose]();
    await browser?.close();
  });
  return {
    get current() {
      if (!current) throw new Error('the console is started before the first test');
      return current;
    },
  };
}
