import { expect, test } from 'vitest';
import { sharedConsole } from './support/shared-console.ts';

const shared = sharedConsole({ args: ['--runtime', 'emulated'] });

test('[UI52] half of a large screen has room for the whole top bar and for a filter', async () => {
  const labs = await shared.current.labs();
  await labs.choose('simple-router');
  const { page } = await labs.start('reference');
  const everything = page.locator('.top-bar *:visible, .head-tools *:visible');
  for (const width of [1400, 1399, 1200, 1199, 960, 900]) {
    await page.setViewportSize({ width, height: 800 });
    await page.reload();
    await page.getByTestId(width < 1200 ? 'ready-all' : 'ready-hosts').waitFor();
    await page.getByTestId('trace-count').waitFor();
    const seen = await everything.evaluateAll((elements) => ({
      right: Math.max(...elements.map((element) => element.getBoundingClientRect().right)),
      cutTitle: elements.some(
        (element) => element.matches('[data-testid="lab-title"]') && element.scrollWidth > element.clientWidth,
      ),
    }));
    expect(seen.right, `right edge at ${width}`).toBeLessThanOrEqual(width);
    expect(seen.cutTitle, `title at ${width}`).toBe(false);
    const filter = await page.locator('.query-field').boundingBox();
    expect(filter?.width, `filter at ${width}`).toBeGreaterThan(160);
  }
  await page.getByTestId('brand').click();
  await page.locator('.brand-word').waitFor();
});
