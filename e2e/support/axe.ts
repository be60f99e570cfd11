import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';

const path = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe-core finds serious or worse in a theme, as `rule: element`. */
export async function seriousFindings(page: Page, theme: string): Promise<string[]> {
  await page.evaluate((name) => {
    document.documentElement.dataset.theme = name;
  }, theme);
  // Evaluated, not added as a script: the page's content policy allows its own files only.
  await page.evaluate(await readFile(path, 'utf8'));
  return page.evaluate(async () => {
    const { axe: core } = window as unknown as { axe: typeof axe };
    const { violations } = await core.run(document, { resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
  });
}
