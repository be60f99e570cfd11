import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LabPage } from './pages/lab-page.ts';
import { seriousFindings } from './support/axe.ts';
import type { ServerStart } from './support/server-process.ts';
import { sharedConsole } from './support/shared-console.ts';

/** Panes beside those of a lesson, each with what it must show before it is looked at. */
const shownIn = {
  trace: 'trace-grid',
  flows: 'flows',
  findings: 'findings',
  compare: 'shadow-pane',
  held: 'held',
  inject: 'inject',
  faults: 'faults',
  metrics: 'metrics-chart',
} as const;

/** The workbench's panes, used one after the other over one lab whose router breaks a requirement. The same on every runtime. */
export function workbenchTests(start: ServerStart, pictures = 'results'): void {
  const shared = sharedConsole(start);
  let lab: LabPage;

  test('[E2E50] a finding names the requirement that a router breaks, its packets, and the guide’s section', async () => {
    const labs = await shared.current.labs();
    await labs.choose('simple-router');
    lab = await labs.start('reference');
    await lab.waitUntilReady();
    const api = `${shared.current.server.url}/api/labs/simple-router/routers/router`;
    const post = (path: string, body: object) =>
      fetch(`${api}/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await post('stop', {});
    expect((await post('start', { router: { kind: 'reference', flags: ['--wrong=net-as-host'] } })).status).toBe(202);
    await lab.waitForChip('router', 'ok');
    const terminal = await lab.terminal('mininet');
    await terminal.type('client ping -c1 -W1 10.99.0.1');
    await terminal.waitForText(/1 packets transmitted, 0 received/);
    await lab.show('findings');
    const kind = lab.byTestId('findings-open-icmp-wrong-code');
    await kind.waitFor({ timeout: 15_000 });
    if ((await kind.getAttribute('aria-expanded')) !== 'true') await kind.click();
    await expect.poll(() => lab.byTestId('findings-requirement').first().innerText()).toContain('RT8');
    await lab.page.locator('[data-testid^="finding-select-"]').first().click();
    await lab.byTestId('tab-packet').click();
    await lab.byTestId('packet-findings').waitFor();
    await lab.show('findings');
    await mkdir(pictures, { recursive: true });
    await lab.page.screenshot({ path: join(pictures, 'findings.png') });
    await lab.byTestId('findings-guide-RT8').first().click();
    await lab.byTestId('guide').waitFor();
  });

  test('[E2E51] a page fetched through the router is followed as a stream', async () => {
    const terminal = await lab.terminal('mininet');
    await terminal.type('client wget -q -O- http://192.168.2.2/');
    await terminal.waitForText(/through your network|<!doctype html>|Directory listing/i);
    await lab.trace.filter('tcp.flags.syn == 1 && tcp.flags.ack == 0 && lab.point == "packet_in"');
    await lab.trace.rows(/SYN/).first().click();
    await lab.page.keyboard.press('F1');
    await lab.byTestId('palette-input').fill('Follow stream');
    await lab.page.locator('[data-testid^="palette-stream.follow"]').first().click();
    const list = lab.byTestId('stream-list');
    await list.waitFor();
    await expect.poll(() => list.innerText()).toContain('GET / HTTP/1.1');
    await expect.poll(() => list.innerText()).toContain('200 OK');
    await lab.byTestId('cmd-stream.only').click();
    await expect.poll(() => lab.byTestId('trace-filter').inputValue()).toMatch(/^tcp\.stream == \d+$/);
    await lab.trace.filter('');
  });

  test('[E2E52] a comment is seen by everybody, found by the filter, and saved with the packets', async () => {
    await lab.trace.filter('icmp.type == 3');
    await lab.trace
      .rows(/unreachable/)
      .first()
      .click();
    await lab.page.keyboard.press('Control+Alt+c');
    await lab.byTestId('comment-text').fill('Here it says host instead of net.');
    await lab.byTestId('cmd-comment.save').click();
    await lab.byTestId('trace-comment').first().waitFor();
    const other = await shared.current.lab('simple-router');
    await other.trace.filter('frame.comment contains "instead of net"');
    await other.byTestId('trace-comment').first().waitFor();
    await expect.poll(() => other.trace.count()).toMatch(/^1 \//);
    await other.page.close();
    const url = `${shared.current.server.url}/api/labs/simple-router/trace.pcapng?filter=frame.comment`;
    const file = Buffer.from(await (await fetch(url)).arrayBuffer());
    expect(file.includes('Here it says host instead of net.')).toBe(true);
    await lab.trace.filter('');
  });

  test('[E2E53] the graph counts what hosts sent, and goes to a moment', async () => {
    await lab.show('metrics');
    await lab.byTestId('metrics-chart').waitFor();
    await expect.poll(async () => Number(await firstNumber('metrics-value-'))).toBeGreaterThan(0);
    await lab.byTestId('metrics-chart').click({ position: { x: 300, y: 60 } });
    const mode = lab.byTestId('live-state');
    await expect.poll(() => mode.getAttribute('data-mode')).toBe('paused');
    await lab.byTestId('mode-live').click();
    await expect.poll(() => mode.getAttribute('data-mode')).toBe('live');
  });

  test('[E2E54] axe finds nothing serious in any pane of the workbench, in every theme', {
    timeout: 180_000,
  }, async () => {
    for (const [pane, content] of Object.entries(shownIn)) {
      await lab.byTestId(`rail-${pane}`).click();
      await lab.byTestId(content).first().waitFor();
      for (const theme of ['dark', 'light', 'contrast'])
        expect(await seriousFindings(lab.page, theme), `${pane}, ${theme}`).toEqual([]);
    }
  });

  test('[E2E55] a packet is found, read, marked, commented and played without a mouse', async () => {
    const { page } = lab;
    await lab.show('trace');
    await page.keyboard.press('/');
    await page.keyboard.type('icmp');
    await page.keyboard.press('Enter');
    await lab.trace
      .rows(/Echo request|unreachable/)
      .first()
      .waitFor();
    await lab.byTestId('trace-grid').focus();
    await page.keyboard.press('Home');
    const selected = () => lab.byTestId('trace-grid').getAttribute('aria-activedescendant');
    const first = await selected();
    expect(first).not.toBeNull();
    await page.keyboard.press('j');
    await expect.poll(selected).not.toBe(first);
    await page.keyboard.press('m');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.closest('[data-testid]') !== null)).toBe(true);
    await lab.byTestId('packet-fields').waitFor();
    await page.keyboard.press('F6');
    await page.keyboard.press('Shift+F6');
    await lab.trace.filter('');
  });

  test('[E2E9] no page complained: no error, no request to another origin', () => {
    expect(shared.current.complaints).toEqual([]);
  });

  async function firstNumber(testId: string): Promise<string> {
    return (await lab.page.locator(`[data-testid^="${testId}"]`).first().innerText()).replace(/[^\d].*$/s, '');
  }
}
