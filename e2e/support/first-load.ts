import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';

interface Script {
  readonly name: string;
  readonly gzipBytes: number;
}

/** The JavaScript that a page fetches, each file as large as gzip makes it. */
export class FetchedScripts {
  readonly #scripts: Promise<Script>[] = [];

  listen(page: Page): void {
    page.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (!pathname.endsWith('.js')) return;
      this.#scripts.push(
        response.body().then((body) => ({ name: pathname, gzipBytes: gzipSync(body, { level: 9 }).length })),
      );
    });
  }

  async names(): Promise<string[]> {
    return (await Promise.all(this.#scripts)).map(({ name }) => name);
  }

  async gzipBytes(): Promise<number> {
    return (await Promise.all(this.#scripts)).reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
  }
}

/** A page whose browser is never idle: what waits for that does not come. */
export async function neverIdle(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.requestIdleCallback = () => 0;
  });
}
