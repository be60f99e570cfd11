import { expect, test } from 'vitest';
import { sharedConsole } from './support/shared-console.ts';

const shared = sharedConsole({ args: ['--runtime', 'emulated'] });

test('[FAULT10] with faults set and a router that crashed, the top bar still says which lab it is', async () => {
  const lab = await shared.current.startReference();
  await lab.show('faults');
  await lab.byTestId('cmd-fault-preset.delay').click();
  await lab.byTestId('cmd-faults.stop-all-now').waitFor();
  await lab.byTestId('cmd-fault-preset.kill').click();
  await lab.waitForChip('router', 'failed');
  const shownOf = () => lab.byTestId('lab-title').evaluate(({ scrollWidth, clientWidth }) => clientWidth / scrollWidth);

  await lab.page.setViewportSize({ width: 1440, height: 900 });
  await expect.poll(shownOf).toBe(1);
  const rightOf = () =>
    lab.page
      .locator('.top-bar *:visible')
      .evaluateAll((elements) => Math.max(...elements.map((element) => element.getBoundingClientRect().right)));
  for (const width of [1400, 1200, 1199, 960, 900]) {
    await lab.page.setViewportSize({ width, height: 900 });
    await expect.poll(rightOf, { message: `right edge at ${width}` }).toBeLessThanOrEqual(width);
    await expect.poll(shownOf, { message: `title at ${width}` }).toBe(1);
  }
  await lab.page.setViewportSize({ width: 390, height: 844 });
  await lab.byTestId('cmd-faults.stop-all-now').waitFor();
  await expect.poll(shownOf).toBeGreaterThan(0.6);
});
