import { beforeAll, expect, test } from 'vitest';
import type { LabPage } from './pages/lab-page.ts';
import { sharedConsole } from './support/shared-console.ts';

const shared = sharedConsole({ args: ['--runtime', 'emulated'] });
let lab: LabPage;
beforeAll(async () => {
  lab = await shared.current.startReference();
});

/** The lab in a page of its own, after 40 pings. */
async function pinged(): Promise<LabPage> {
  const other = await shared.current.lab('simple-router');
  const terminal = await other.terminal('mininet');
  await terminal.waitUntilIdle();
  await terminal.type('client ping -c 40 -i 0.01 192.168.2.2');
  await terminal.waitForText(/40 packets transmitted/);
  return other;
}

test('[UI52] half of a large screen has room for the whole top bar and for a filter', async () => {
  const { page } = lab;
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

test('[TRACE6] at another size of the window the newest row stays in sight, and one that was scrolled to stays where it was', async () => {
  const other = await shared.current.lab('simple-router');
  const { page } = other;
  await page.setViewportSize({ width: 1440, height: 900 });
  const terminal = await other.terminal('mininet');
  await terminal.type('client ping -c 20 -i 0.02 192.168.2.2');
  await terminal.waitForText(/20 packets transmitted/);
  /** Rows wholly in sight, by number; what is empty above the first that is drawn, pixels; and whether the newest is the last. */
  const seen = () =>
    page.locator('.trace-scroll').evaluate((scroller) => {
      const { top, bottom } = scroller.getBoundingClientRect();
      const rows = [...scroller.querySelectorAll('[data-testid^="trace-row-"]')]
        .map((row) => ({ box: row.getBoundingClientRect(), seq: Number(row.getAttribute('data-testid')?.slice(10)) }))
        .sort((a, b) => a.seq - b.seq);
      const inSight = rows.filter(({ box }) => box.top >= top - 1 && box.bottom <= bottom + 1).map(({ seq }) => seq);
      const newest = Number.parseInt(document.querySelector('[data-testid="trace-count"]')?.textContent ?? '', 10);
      return {
        first: inSight[0],
        empty: Math.max(0, (rows[0]?.box.top ?? top) - top),
        isAtEnd: inSight.at(-1) === newest,
      };
    });
  await expect.poll(seen).toMatchObject({ isAtEnd: true });
  for (const size of [
    { width: 1440, height: 600 },
    { width: 1440, height: 900 },
    { width: 1000, height: 650 },
  ]) {
    await page.setViewportSize(size);
    // Sooner than the next packets bring the list to its end.
    const soon = { message: JSON.stringify(size), timeout: 4_000 };
    await expect.poll(seen, soon).toMatchObject({ empty: 0, isAtEnd: true });
  }
  await page.locator('.trace-scroll').hover();
  await page.mouse.wheel(0, -1000);
  await expect.poll(seen).toMatchObject({ isAtEnd: false });
  let first: number | undefined;
  const isStill = async () => {
    const before = first;
    ({ first } = await seen());
    return first === before;
  };
  await expect.poll(isStill).toBe(true);
  await page.setViewportSize({ width: 1000, height: 900 });
  await expect.poll(async () => (await seen()).first).toBe(first);
});

test('[FLOW6] at another height of the pane the newest control message stays in sight', async () => {
  const { page } = await shared.current.lab('simple-router');
  await page.setViewportSize({ width: 1440, height: 1000 });
  await page.getByTestId('rail-flows').click();
  await page.getByRole('radio', { name: 'OpenFlow' }).click();
  const grid = page.locator('.control-grid');
  await grid.locator('[role="row"]').nth(8).waitFor();
  /** How the end of the list came into sight: with the new height, or only with the next message. */
  const howAtEnd = () =>
    grid.evaluate(async (list) => {
      const messages = list.getAttribute('aria-rowcount');
      for (;;) {
        const isAtEnd = list.scrollHeight - list.clientHeight - list.scrollTop <= 1;
        if (list.getAttribute('aria-rowcount') !== messages) return 'by a message';
        if (isAtEnd) return list.scrollHeight > list.clientHeight + 40 ? 'by itself' : 'all in sight';
        await new Promise(requestAnimationFrame);
      }
    });
  const how = new Set<string>();
  for (const height of [500, 460, 420]) {
    await page.setViewportSize({ width: 1440, height: 1000 });
    await howAtEnd();
    await page.setViewportSize({ width: 1440, height });
    how.add(await howAtEnd());
  }
  expect(how).toContain('by itself');
});

test('[UI16] a pane that fills the page does so after a reload, and goes back to its place', async () => {
  const { page } = await shared.current.lab('simple-router');
  const map = page.getByTestId('pane-map');
  const kept = () => page.evaluate(() => localStorage.getItem('patchbay.layout.simple-router') ?? '');
  await page.getByTestId('tab-trace').dblclick();
  await expect.poll(() => map.isVisible()).toBe(false);
  await expect.poll(kept).toContain('maximized');
  await page.reload();
  await page.getByTestId('tab-trace').waitFor();
  expect(await map.isVisible()).toBe(false);
  await page.getByTestId('tab-trace').dblclick();
  await expect.poll(() => map.isVisible()).toBe(true);
  await expect.poll(kept).not.toContain('maximized');
});

test('[UI54] the tab in front stays in sight when its group has no room for all tabs', async () => {
  const { page } = await shared.current.lab('simple-router');
  await page.setViewportSize({ width: 1440, height: 900 });
  for (const pane of ['guide', 'findings', 'checks', 'held', 'inject', 'faults'])
    await page.getByTestId(`rail-${pane}`).click();
  const tab = page.getByTestId('tab-faults');
  const isInSight = () =>
    tab.evaluate((element) => {
      const strip = element.closest('.dv-tabs-container')?.getBoundingClientRect();
      const { left, right } = element.getBoundingClientRect();
      return strip !== undefined && left >= strip.left - 1 && right <= strip.right + 1;
    });
  await expect.poll(isInSight).toBe(true);
  for (const width of [1100, 900, 1000]) {
    await page.setViewportSize({ width, height: 700 });
    await expect.poll(isInSight, { message: `at ${width}` }).toBe(true);
  }
});

test('[UI57] a lab keeps filter, selected packet, mark and time reference over a reload and a visit to the catalogue', async () => {
  const other = await pinged();
  const { page } = other;
  await other.trace.filter('icmp');
  const row = other.trace.row(150);
  await page.locator('.trace-scroll').hover();
  await expect
    .poll(async () => {
      await page.mouse.wheel(0, -150);
      return row.isVisible();
    })
    .toBe(true);
  await row.click();
  await page.keyboard.press('m');
  await page.keyboard.press('t');
  const seen = async () => ({
    filter: await other.byTestId('trace-filter').inputValue(),
    selected: await page.locator('.trace-scroll [aria-selected="true"]').getAttribute('data-testid'),
    isMarked: (await row.getAttribute('data-marked')) === '',
    times: await other.byTestId('pane-trace').getByRole('columnheader').nth(1).innerText(),
    packet: (await other.byTestId('pane-packet').innerText()).match(/#\d+/)?.[0],
  });
  const before = await seen();
  expect(before).toMatchObject({
    filter: 'icmp',
    selected: 'trace-row-150',
    isMarked: true,
    times: 'Since #150',
    packet: '#150',
  });
  await page.reload();
  await row.waitFor();
  await expect.poll(seen).toEqual(before);
  await page.getByTestId('brand').click();
  await page.getByTestId('lab-simple-router').waitFor();
  await page.goBack();
  await row.waitFor();
  await expect.poll(seen).toEqual(before);
});

test('[UI60] a page whose clock is two hours ahead tells the times of the lab by the server’s clock', async () => {
  const other = await shared.current.lab('simple-router');
  const { page } = other;
  await page.addInitScript(() => {
    const now = Date.now;
    Date.now = () => now() + 7_200_000;
  });
  await page.reload();
  const terminal = await other.terminal('mininet');
  await terminal.type('client ping -c 2 -i 0.02 192.168.2.2');
  await terminal.waitForText(/2 packets transmitted/);
  const line = page.getByTestId('scrubber-line');
  await expect.poll(async () => Number(await line.getAttribute('aria-valuemax'))).toBeLessThan(3_600_000);
  await page.getByTestId('brand').click();
  const running = page.getByTestId('running-simple-router');
  await running.waitFor();
  expect(await running.textContent()).not.toMatch(/\d h/);
});

test('[UI61] what is copied gets to the clipboard of a page that has none, as over plain HTTP from another machine', async () => {
  const other = await shared.current.lab('simple-router');
  const { page } = other;
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined }));
  await page.reload();
  await other.show('guide');
  const command = page.locator('[data-testid^="guide-command-"]').first();
  const text = await command.locator('code').textContent();
  const copy = command.getByRole('button', { name: 'Copy' });
  await copy.click();
  // The focus has gone elsewhere and come back.
  await expect.poll(() => copy.evaluate((element) => element === document.activeElement)).toBe(true);
  const filter = page.locator('.query-field input, .query-field textarea').first();
  await filter.click();
  await page.keyboard.press('Control+v');
  await expect.poll(() => filter.inputValue()).toBe(text);
});

test('[UI62] bars of what scrolls are thin, and a terminal has no second one', async () => {
  const { page } = await shared.current.lab('simple-router');
  await page.setViewportSize({ width: 1024, height: 600 });
  await page.getByTestId('rail-guide').click();
  await page.getByTestId('guide').waitFor();
  const barWidth = (css: string): Promise<number> =>
    page
      .locator(css)
      .first()
      .evaluate((element) => (element instanceof HTMLElement ? element.offsetWidth - element.clientWidth : -1));
  await expect.poll(() => barWidth('.guide')).toBeGreaterThan(0);
  expect(await barWidth('.guide')).toBeLessThan(13);
  expect(await barWidth('.xterm-viewport')).toBe(0);
  await page.getByTestId('brand').click();
  await page.locator('.catalogue-main').waitFor();
  await expect.poll(() => barWidth('.catalogue-main')).toBeGreaterThan(0);
  expect(await barWidth('.catalogue-main')).toBeLessThan(13);
});

test('[UI57] the selected packet is brought into sight also where the log comes later than the state of its lab', async () => {
  const other = await pinged();
  const { page } = other;
  // Whatever comes from the first batch of the log on is late.
  await page.routeWebSocket(/socket\.io/, (socket) => {
    const late: (string | Buffer)[] = [];
    let isLate: boolean | undefined;
    socket.connectToServer().onMessage((message) => {
      if (isLate === undefined && typeof message === 'string' && message.includes('"trace:batch"')) {
        isLate = true;
        setTimeout(() => {
          isLate = false;
          for (const each of late) socket.send(each);
        }, 1500);
      }
      if (isLate) late.push(message);
      else socket.send(message);
    });
  });
  await page.goto(`${new URL(page.url()).origin}/lab/simple-router?packet=30`);
  await other.byTestId('pane-packet').getByText('#30', { exact: true }).first().waitFor();
  await expect.poll(() => other.trace.row(30).isVisible()).toBe(true);
});
