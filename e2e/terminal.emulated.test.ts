import { expect, test } from 'vitest';
import { sharedConsole } from './support/shared-console.ts';

const shared = sharedConsole({ args: ['--runtime', 'emulated'] });

test('[UI46] what is typed right after a click on a terminal’s tab is typed into the terminal, from the first key on', async () => {
  const labs = await shared.current.labs();
  await labs.choose('simple-router');
  const lab = await labs.start('reference');
  await lab.waitUntilReady();
  const { page } = lab;
  const terminal = await lab.terminal('mininet');
  await terminal.waitUntilIdle();

  // Itself in front with the focus elsewhere, behind another terminal, and in front with the focus.
  for (const before of [
    'tab-trace',
    'tab-terminal-router-router',
    'tab-terminal-mininet',
    'tab-terminal-router-router',
  ]) {
    await lab.byTestId(before).click();
    const box = await lab.byTestId('tab-terminal-mininet').boundingBox();
    if (box === null) throw new Error('the tab has no place');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    // Sent at once: the page gets the keys while it still handles the click.
    await Promise.all([page.mouse.down(), page.mouse.up(), ...['a', 'b', 'c'].map((key) => page.keyboard.press(key))]);
    await expect.poll(() => terminal.text(), { message: `after ${before}` }).toMatch(/mininet> abc$/m);
    await terminal.press('Control+u');
    await expect.poll(() => terminal.text()).toMatch(/mininet>\s*$/);
  }
});
