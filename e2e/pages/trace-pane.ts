import type { Locator, Page } from 'playwright-core';

/** The packet list. */
export class TracePane {
  readonly #page: Page;
  constructor(page: Page) {
    this.#page = page;
  }

  row(seq: number): Locator {
    return this.#page.getByTestId(`trace-row-${seq}`);
  }

  /** Rows drawn now whose text matches. */
  rows(pattern: RegExp): Locator {
    return this.#page.locator('[data-testid^="trace-row-"]').filter({ hasText: pattern });
  }

  async filter(text: string): Promise<void> {
    await this.#page.getByTestId('trace-filter').fill(text);
  }

  async count(): Promise<string> {
    return this.#page.getByTestId('trace-count').innerText();
  }
}
