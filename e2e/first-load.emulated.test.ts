import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { LabPage } from './pages/lab-page.ts';
import { FetchedScripts, neverIdle } from './support/first-load.ts';
import { sharedConsole } from './support/shared-console.ts';

const shared = sharedConsole({ args: ['--runtime', 'emulated'] });
const mostBytes = 350_000;
/** Longer than the page waits for stillness before it counts as rested. */
const stillMs = 1_500;
/** What stands in the default layout, each by what it draws. */
const standing = ['map-room', 'trace-empty', 'packet-empty', 'rail-guide', 'ready-router'];

/** A page whose scripts are counted from the first on. */
async function openCounted(path: string, prepare?: (page: Page) => Promise<void>) {
  const scripts = new FetchedScripts();
  const { page } = await shared.current.open(path, {
    prepare: async (opened) => {
      scripts.listen(opened);
      await prepare?.(opened);
    },
  });
  return { page, scripts };
}

/** The lab, once its default layout stands. */
async function openLab(prepare?: (page: Page) => Promise<void>) {
  const { page, scripts } = await openCounted('/lab/simple-router', prepare);
  const lab = new LabPage(page);
  for (const part of standing) await lab.byTestId(part).waitFor();
  await lab.page.locator('.xterm-rows').first().waitFor();
  return { lab, scripts };
}

test('[E2E60] [UI49] the catalogue and a lab stand with at most 350 kB of JavaScript', async () => {
  const catalogue = await openCounted('/', neverIdle);
  await catalogue.page.getByTestId('lab-simple-router').waitFor();
  expect(await catalogue.scripts.gzipBytes()).toBeLessThanOrEqual(mostBytes);
  await shared.current.startReference();
  const { lab, scripts } = await openLab(neverIdle);
  await lab.page.waitForTimeout(stillMs);
  const bytes = await scripts.gzipBytes();
  expect(bytes, `${bytes} bytes: ${(await scripts.names()).join(' ')}`).toBeLessThanOrEqual(mostBytes);
  // Not by accident: these files hold what the layout shows, and others were left out.
  expect((await scripts.names()).length).toBeGreaterThan(10);
});

test('[E2E60] [UI49] what the layout does not show comes while the page rests, and opens at once', async () => {
  const { lab, scripts } = await openLab();
  await expect.poll(async () => (await scripts.names()).some((name) => /metrics-pane/.test(name))).toBe(true);
  await lab.page.waitForTimeout(stillMs);
  const before = await scripts.names();
  for (const pane of ['guide', 'flows', 'checks', 'metrics', 'findings', 'faults'] as const) {
    await lab.show(pane);
    await lab.byTestId(`pane-${pane}`).waitFor();
  }
  await lab.page.keyboard.press('F1');
  await lab.byTestId('palette-input').waitFor();
  expect(await scripts.names()).toEqual(before);
  expect(shared.current.complaints).toEqual([]);
});
