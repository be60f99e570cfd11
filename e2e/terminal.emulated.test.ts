import { beforeAll, expect, test } from 'vitest';
import type { LabPage } from './pages/lab-page.ts';
import { TerminalPane } from './pages/terminal-pane.ts';
import { sharedConsole } from './support/shared-console.ts';

const shared = sharedConsole({ args: ['--runtime', 'emulated'] });
let lab: LabPage;
beforeAll(async () => {
  lab = await shared.current.startReference();
});

test('[UI46] what is typed right after a click on a terminal’s tab is typed into the terminal, from the first key on', async () => {
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

test('[TERM19] a terminal with more rows than its pane fits it once it is in front, and stands in it when it is come back to', async () => {
  const { page } = lab;
  const { width, height } = page.viewportSize() ?? { width: 1440, height: 900 };
  await page.setViewportSize({ width, height: height + 600 });
  const mininet = await lab.terminal('mininet');
  await mininet.type('client ping -c 20 -i 0.02 192.168.2.2');
  const large = await lab.terminal('router:router');
  await expect.poll(async () => (await large.text()).split('\n').length).toBeGreaterThan(30);
  await lab.terminal('mininet');
  await page.setViewportSize({ width, height });
  await page.reload();
  await lab.waitUntilShown();
  const router = await lab.terminal('router:router');
  await expect.poll(() => router.isFocused()).toBe(true);
  await expect.poll(() => router.fits()).toBe(true);
  // Where the cursor is out of sight, xterm leaves its text field where it was.
  await router.press('Shift+PageUp');
  await lab.terminal('mininet');
  await expect.poll(() => mininet.isFocused()).toBe(true);
  await lab.terminal('router:router');
  await expect.poll(() => router.isFocused()).toBe(true);
  expect(await router.fits()).toBe(true);
});

test('[TERM20] a terminal that was drawn behind another tab shows the end of its output when it comes to the front, one that was scrolled up what was read', async () => {
  const { page } = lab;
  // It has fewer rows now than one that was never in front.
  const small = await lab.terminal('router:router');
  await expect.poll(() => small.fits()).toBe(true);
  const mininet = await lab.terminal('mininet');
  await mininet.type('client ping -c 20 -i 0.02 192.168.2.2');
  await mininet.waitForText(/20 packets transmitted/);
  await page.reload();
  await lab.waitUntilShown();
  await lab.byTestId('terminal-router:router').locator('[data-joined]').waitFor({ state: 'attached' });
  const router = await lab.terminal('router:router');
  await expect.poll(() => router.text()).toMatch(/eply 20/);
  // Who has scrolled up finds what was read.
  await router.press('Shift+PageUp');
  await expect.poll(() => router.text()).not.toMatch(/eply 20/);
  const read = await router.text();
  await lab.terminal('mininet');
  await lab.terminal('router:router');
  await page.waitForTimeout(300);
  expect(await router.text()).toBe(read);
});

test('[TERM21] a small page shows the cursor of a terminal that a large page has given its size, and fits it when somebody types there', async () => {
  await lab.page.setViewportSize({ width: 1600, height: 1300 });
  const large = await lab.terminal('mininet');
  const small = await shared.current.lab('simple-router', { width: 1000, height: 600 });
  const watched = await small.terminal('mininet');
  await large.type('client ping -c 40 -i 0.02 192.168.2.2');
  await large.waitForText(/40 packets transmitted/);
  await large.waitUntilIdle();
  const lastInSight = async () => (await watched.rowsInSight()).findLast((row) => row !== '');
  await expect.poll(lastInSight).toMatch(/^mininet>/);
  await expect
    .poll(() => small.byTestId('terminal-cut').innerText())
    .toMatch(/^\d+×\d+, sized elsewhere: type to fit it here$/);
  expect(await watched.fits()).toBe(false);
  // Scrolled up as far as it goes, its first row is in sight.
  const isFirstInSight = async () => {
    await watched.press('Shift+PageUp');
    return (await watched.rowsInSight())[0] === (await watched.text()).split('\n')[0];
  };
  await expect.poll(isFirstInSight).toBe(true);
  await watched.press('Enter');
  await expect.poll(() => watched.fits()).toBe(true);
  await small.byTestId('terminal-cut').waitFor({ state: 'detached' });
  await lab.byTestId('terminal-cut').waitFor({ state: 'detached' });
});

test('[UI46] a terminal whose code comes late has the focus as soon as it is there, unless somebody has gone on', async () => {
  const { page } = lab;
  for (const goesOn of [false, true]) {
    let bring: () => void = () => {};
    const brought = new Promise<void>((resolve) => {
      bring = resolve;
    });
    await page.route('**/assets/terminal-pane-*.js', async (route) => {
      await brought;
      await route.continue();
    });
    await Promise.all([page.waitForRequest('**/assets/terminal-pane-*.js'), page.reload()]);
    await lab.waitUntilShown();
    await lab.byTestId('tab-terminal-mininet').click();
    if (goesOn) await lab.byTestId('trace-filter').click();
    // Longer than a second of frames.
    await page.waitForTimeout(1_500);
    bring();
    const terminal = new TerminalPane(page, 'mininet');
    await terminal.waitUntilJoined();
    if (!goesOn) await expect.poll(() => terminal.isFocused()).toBe(true);
    else
      await expect(lab.byTestId('trace-filter').evaluate((field) => field === document.activeElement)).resolves.toBe(
        true,
      );
    await page.unroute('**/assets/terminal-pane-*.js');
  }
});

test('[UI53] the page itself does not scroll, not even to a terminal behind another tab that takes the focus', async () => {
  const { page } = lab;
  await lab.terminal('mininet');
  await page.reload();
  await lab.waitUntilShown();
  const keys = lab.byTestId('terminal-router:router').locator('.xterm-helper-textarea');
  await keys.waitFor({ state: 'attached' });
  const scrolled = await keys.evaluate((field) => {
    field.style.visibility = 'visible';
    field.focus();
    const byFocus = window.scrollY;
    window.scrollTo(0, 1000);
    field.style.visibility = '';
    return { hasFocus: document.activeElement === field, byFocus, atAll: window.scrollY };
  });
  expect(scrolled).toEqual({ hasFocus: true, byFocus: 0, atAll: 0 });
});

test('[UI46] [TERM11] on the narrow page a tap gives a terminal the focus while it is handled, and no key is lost', async () => {
  const narrow = await shared.current.lab('simple-router', { width: 390, height: 844, hasTouch: true });
  const { page } = narrow;
  // Its code comes while the page rests: a tap cannot wait for it.
  await page.waitForFunction(() =>
    performance.getEntriesByType('resource').some(({ name }) => /terminal-pane/.test(name)),
  );
  await narrow.byTestId('tabbar-terminal').tap();
  const terminal = new TerminalPane(page, 'mininet');
  await terminal.waitUntilJoined();
  await narrow.byTestId('tabbar-map').tap();
  const focusedAfterTap = async (id: string, typed = '') => {
    const focused = page.evaluate(
      (text) =>
        new Promise((resolve) => {
          // Behind the page's own listeners, and still in the tap.
          const heard = () => {
            // As a keyboard on the screen types; earlier than the server can have answered.
            if (text !== '') document.execCommand('insertText', false, text);
            resolve(document.activeElement?.closest('[data-panel]')?.getAttribute('data-panel'));
          };
          window.addEventListener('click', heard, { once: true });
        }),
      typed,
    );
    await narrow.byTestId(id).tap();
    return focused;
  };
  expect(await focusedAfterTap('tabbar-terminal')).toBe('terminal:mininet');
  expect(await focusedAfterTap('tab-terminal-router-router')).toBe('terminal:router:router');
  expect(await focusedAfterTap('tab-terminal-mininet', 'ab')).toBe('terminal:mininet');
  await page.keyboard.type('c');
  await expect.poll(() => terminal.text()).toMatch(/mininet> abc$/m);
  await terminal.press('Control+u');
  expect(await focusedAfterTap('tabbar-trace')).not.toBe('terminal:mininet');
});
