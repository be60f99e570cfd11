import type { Page } from 'playwright-core';

/** What somebody looks at, in a lab or in a recorded run. */
export interface View {
  readonly packet: string | null;
  readonly filter: string;
  /** How many packets the filter finds, and of how many; undefined without a filter. */
  readonly matched: number | undefined;
  readonly logged: number | undefined;
  /** Tabs by group, each group sorted by its place, the one in front with a star. */
  readonly groups: readonly string[];
}

/** Reads a page's view in the wide layout. */
export async function viewOf(page: Page): Promise<View> {
  const groups = await page.locator('.dv-groupview').evaluateAll((all) =>
    all
      .map((group) => ({
        box: group.getBoundingClientRect(),
        tabs: [...group.querySelectorAll<HTMLElement>('[data-testid^="tab-"]')].map(
          (tab) => `${tab.dataset.front === undefined ? '' : '*'}${tab.dataset.testid?.slice('tab-'.length)}`,
        ),
      }))
      .sort((a, b) => a.box.left - b.box.left || a.box.top - b.box.top)
      .map(({ tabs }) => tabs.join(' ')),
  );
  const [matched, logged] = (await page.getByTestId('trace-count').innerText())
    .split(' / ')
    .map((text) => Number(text.replace(/\D/g, '')));
  return {
    packet: await page.getByTestId('packet').first().getAttribute('data-seq'),
    filter: await page.getByTestId('trace-filter').inputValue(),
    matched,
    logged,
    groups,
  };
}
