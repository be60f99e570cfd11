import type { Locator, Page } from 'playwright-core';

/** A terminal as a person uses it: keys in, text out. The page must be opened with `?renderer=dom`. */
export class TerminalPane {
  readonly #page: Page;
  readonly #frame: Locator;
  constructor(page: Page, id: string) {
    this.#page = page;
    this.#frame = page.getByTestId(`terminal-${id}`);
  }

  async waitUntilJoined(): Promise<void> {
    await this.#frame.locator('[data-joined]').waitFor();
  }

  /** Types a line and Enter. */
  async type(line: string): Promise<void> {
    await this.#frame.locator('.xterm-helper-textarea').focus();
    await this.#page.keyboard.type(`${line}\n`);
  }

  async press(keys: string): Promise<void> {
    await this.#frame.locator('.xterm-helper-textarea').focus();
    await this.#page.keyboard.press(keys);
  }

  /** What is on the screen now. */
  async text(): Promise<string> {
    const rows = await this.#frame.locator('.xterm-rows > div').allInnerTexts();
    return rows.map((row) => row.replaceAll('\u00a0', ' ').trimEnd()).join('\n');
  }

  isFocused(): Promise<boolean> {
    return this.#frame.evaluate((frame) => frame.contains(document.activeElement));
  }

  /** Whether each of its rows is drawn within its pane. */
  fits(): Promise<boolean> {
    return this.#frame.evaluate((frame) => {
      const pane = frame.getBoundingClientRect();
      const rows = [...frame.querySelectorAll('.xterm-rows > div')].map((row) => row.getBoundingClientRect());
      return rows.length > 0 && rows.every(({ top, bottom }) => top >= pane.top && bottom <= pane.bottom);
    });
  }

  /** Its rows that are wholly within its pane. */
  rowsInSight(): Promise<string[]> {
    return this.#frame.evaluate((frame) => {
      const pane = frame.getBoundingClientRect();
      return [...frame.querySelectorAll('.xterm-rows > div')]
        .filter((row) => {
          const { top, bottom } = row.getBoundingClientRect();
          return top >= pane.top && bottom <= pane.bottom + 1;
        })
        .map((row) => row.textContent.replaceAll('\u00a0', ' ').trimEnd());
    });
  }

  /** Waits until the screen shows a pattern. */
  async waitForText(pattern: RegExp, timeoutMs = 20_000): Promise<string> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const text = await this.text();
      if (pattern.test(text)) return text;
      if (performance.now() > deadline)
        throw new Error(`no ${pattern} in the terminal after ${timeoutMs} ms:\n${text}`);
      await this.#page.waitForTimeout(50);
    }
  }

  /** Waits until the program is at its prompt (or not). */
  async waitUntilIdle(): Promise<void> {
    await this.#page.locator(`${await this.#selector()}[data-busy="false"]`).waitFor({ timeout: 30_000 });
  }

  async #selector(): Promise<string> {
    return `[data-testid="${await this.#frame.getAttribute('data-testid')}"]`;
  }
}
