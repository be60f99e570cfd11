import { expect, test } from 'vitest';
import { LabsPage } from './pages/labs-page.ts';
import { sharedConsole } from './support/shared-console.ts';

const shared = sharedConsole({ args: ['--runtime', 'emulated'] });

test('[UI47] [UI48] a pane asked for before the frame’s code is there is shown with it; one whose code never comes says so', async () => {
  const { page } = await shared.current.open('/');
  let arrive = () => {};
  const slow = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  await page.route(/\/assets\/dock-[^/]*\.js$/, async (route) => {
    await slow;
    await route.continue();
  });
  await page.route(/\/assets\/inject-pane-[^/]*\.js$/, (route) => route.abort());
  const labs = new LabsPage(page);
  await labs.choose('simple-router');
  const lab = await labs.start('reference');
  await lab.show('faults');
  expect(await lab.byTestId('pane-faults').count()).toBe(0);
  arrive();
  await lab.byTestId('cmd-fault-preset.delay').waitFor();

  await lab.page.getByTestId('rail-inject').click();
  await lab.byTestId('state-failed-part').waitFor();
  expect(await lab.byTestId('pane-inject').innerText()).toContain('Its code did not come from the server.');
  await lab.byTestId('tab-faults').click();
  await lab.byTestId('cmd-fault-preset.delay').click();
  await lab.byTestId('cmd-faults.stop-all-now').waitFor();
});
