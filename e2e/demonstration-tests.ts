import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LabPage } from './pages/lab-page.ts';
import { viewOf } from './pages/view.ts';
import { Console } from './support/console.ts';
import type { ServerStart } from './support/server-process.ts';
import { sharedConsole } from './support/shared-console.ts';

const wrongMac = '02:00:00:00:00:99';
const points = ['packet_in', 'to_router', 'from_router', 'packet_out'] as const;

/** What the console exists for, in one go: the tests build on one another, in this order. The same on every runtime. */
export function demonstrationTests(start: ServerStart, pictures = 'results'): void {
  const shared = sharedConsole(start);
  let lab: LabPage;

  const picture = async (name: string): Promise<void> => {
    await mkdir(pictures, { recursive: true });
    await lab.page.screenshot({ path: join(pictures, `${name}.png`) });
  };
  const api = (path: string, body: object): Promise<Response> =>
    fetch(`${shared.current.server.url}/api/labs/simple-router/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  test('[E2E40] a student types a ping: real packets cross the bridge, point by point', async () => {
    lab = await shared.current.startReference();
    const terminal = await lab.terminal('mininet');
    await terminal.type('client ping -c3 192.168.2.2');
    await terminal.waitForText(/3 packets transmitted, 3 received, 0% packet loss/);
    for (const point of points)
      await lab.trace
        .rows(new RegExp(`${point}.*Echo request`, 's'))
        .first()
        .waitFor();
  });

  test('[E2E41] one click on a packet opens its fields, its bytes and its causal chain, each hop stamped', async () => {
    await lab.trace.filter('lab.point == "packet_out" && icmp.type == 0');
    await lab.trace
      .rows(/Echo reply/)
      .first()
      .click();
    await lab.byTestId('packet-fields').getByText('Time to live').first().click();
    await lab.byTestId('packet-bytes').locator('[data-mark]').first().waitFor();
    await expect
      .poll(() => lab.byTestId('packet-chain').innerText())
      .toMatch(/PACKET_IN[\s\S]*eth1 in[\s\S]*eth3 out[\s\S]*PACKET_OUT/);
    await lab.trace.filter('');
    await picture('chain');
  });

  test('[E2E42] a breakpoint holds the next ARP reply; edited and forwarded, the router does the wrong thing', async () => {
    await lab.show('held');
    await lab.byTestId('held-view-breakpoints').or(lab.byTestId('cmd-held.to-breakpoints')).first().click();
    await lab.byTestId('breakpoint-filter').fill('arp.opcode == 2');
    for (const point of points) {
      const box = lab.byTestId(`breakpoint-point-${point}`);
      if ((await box.isChecked()) !== (point === 'to_router')) await box.click();
    }
    await lab.byTestId('cmd-breakpoint.save').click();
    await lab.byTestId('breakpoints').waitFor();

    const terminal = await lab.terminal('mininet');
    await terminal.type('client ping -c1 -W8 172.64.3.10');
    await lab.byTestId('banner-held').waitFor();
    await lab.show('held');
    await lab.byTestId('held-view-held').or(lab.byTestId('held-view-packets')).first().click();
    const sender = lab.page.locator('[data-testid^="held-field-"][data-testid*="arp.src.hw_mac"]');
    await sender.fill(wrongMac);
    await lab.byTestId('held-diff').waitFor();
    await picture('held');
    await lab.byTestId('cmd-held.forward').click();

    await lab.trace.filter(`lab.point == "from_router" && icmp.type == 8 && eth.dst == ${wrongMac}`);
    await lab.trace
      .rows(/Echo request/)
      .first()
      .waitFor();
    await terminal.waitForText(/1 packets transmitted, 0 received, (\+1 errors, )?100% packet loss/);
    await lab.trace.filter('');
    const breakpoints = (await (await api('workbench/hold/breakpoints', { breakpoints: [] })).json()) as object;
    expect(breakpoints).toMatchObject({ breakpoints: [] });
    // A router that waited longer than a second asked again: an answer that is still held holds back those behind it.
    const dropped = await api('workbench/hold/act', { ids: 'all', action: { kind: 'drop' } });
    expect(await dropped.json()).toMatchObject({ gone: [] });
  });

  test('[E2E43] the reference beside a wrong router says where it first differs, and which requirement that breaks', async () => {
    await api('routers/router/stop', {});
    const router = { kind: 'reference', flags: ['--wrong=ttl-silent-icmp'] };
    expect((await api('routers/router/start', { router })).status).toBe(202);
    await lab.waitForChip('router', 'ok');
    const terminal = await lab.terminal('mininet');
    await terminal.type('client ping -c1 -W1 -t1 192.168.2.2');
    await terminal.waitForText(/-t1 192\.168\.2\.2[\s\S]*1 packets transmitted, 0 received/);
    await lab.show('compare');
    const first = lab.byTestId('shadow-first');
    await first.waitFor({ timeout: 15_000 });
    await expect.poll(() => first.innerText()).toMatch(/TTL was 1/);
    expect(await first.innerText()).toContain('RT7');
    await picture('compare');
  });

  test('[E2E44] the failing check opens exactly its packets', { timeout: 60_000 }, async () => {
    await lab.show('checks');
    await lab.byTestId('check-6').click();
    await lab.byTestId('cmd-check.run').click();
    await lab.byTestId('check-unmet').first().waitFor({ timeout: 30_000 });
    await lab.byTestId('cmd-check.packets-1').click();
    await lab.trace
      .rows(/Echo request/)
      .first()
      .waitFor();
    await expect.poll(() => lab.trace.count()).toMatch(/^\d+ \/ \d+$/);
    expect(await lab.trace.rows(/Time-to-live exceeded|Time to live exceeded/).count()).toBe(0);
    await picture('failing-check');
  });

  test('[E2E45] a link shows the same packet and filter to somebody else', async () => {
    const detail = (await (await fetch(`${shared.current.server.url}/api/labs/simple-router`)).json()) as {
      status: { startedMs: number };
    };
    const link = new URLSearchParams({
      packet: '5',
      filter: 'icmp.type == 8',
      run: String(detail.status.startedMs),
    });
    const other = await shared.current.open(`/lab/simple-router?${link}`);
    await other.page.getByTestId('packet-fields').waitFor();
    expect(await other.page.getByTestId('trace-filter').inputValue()).toBe('icmp.type == 8');
    expect(await other.page.getByTestId('packet').first().innerText()).toContain('#5');
    await other.page.close();
  });

  test('[E2E46] a saved run opens on another server as it was looked at', { timeout: 90_000 }, async () => {
    const lose = {
      id: 'no-replies',
      where: { kind: 'interface', router: 'router', port: 3, direction: 'out' },
      what: { kind: 'lose' },
      which: { filter: 'icmp.type == 0' },
      seed: 77,
      when: { afterMs: 0, forMs: 0 },
    };
    expect((await api('workbench/fault/set', lose)).status).toBe(200);
    const terminal = await lab.terminal('mininet');
    await terminal.type('client ping -c2 -i0.2 -W1 172.64.3.10');
    await terminal.waitForText(/2 packets transmitted, 0 received/);
    await lab.trace.filter('icmp && lab.cause == "fault"');
    await lab.trace.rows(/fault/).first().click();
    await lab.show('flows');
    await lab.byTestId('tab-waterfall').click();
    await lab.byTestId('waterfall-drawing').waitFor();
    await lab.show('trace');
    await expect.poll(async () => (await viewOf(lab.page)).matched).toBe(2);
    const { logged: leastLogged = 0, ...before } = await viewOf(lab.page);
    expect(before.groups.filter((tabs) => tabs.includes('*')).length).toBeGreaterThan(3);
    expect(before).toMatchObject({ filter: 'icmp && lab.cause == "fault"', packet: expect.stringMatching(/^\d+$/) });
    const saved = lab.page.waitForEvent('download');
    await lab.page.keyboard.press('F1');
    await lab.byTestId('palette-input').fill('Save this run');
    await lab.byTestId('palette-bundle.save').click();
    const download = await saved;
    const file = await readFile(await download.path());
    const chain = async (url: string) => {
      const asked = await fetch(`${url}/workbench/trace/chain`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ seq: Number(before.packet) }),
      });
      return ((await asked.json()) as { seq: number }[]).map(({ seq }) => seq);
    };

    await using elsewhere = await Console.start(shared.current.browser, start);
    const name = download.suggestedFilename();
    const imported = await fetch(`${elsewhere.server.url}/api/bundles?name=${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/gzip' },
      body: new Uint8Array(file),
    });
    expect(imported.status).toBe(201);
    const { page: recorded } = await elsewhere.open('/');
    await recorded.getByTestId('recorded-run-1').click();
    await recorded.getByTestId('banner-recorded').waitFor();
    await recorded.locator(`[data-testid="packet"][data-seq="${before.packet}"]`).waitFor();
    // The lab went on until it was saved, and goes on.
    const { logged: mostLogged = 0 } = await viewOf(lab.page);
    const inBetween = async () => {
      const { logged = 0, ...view } = await viewOf(recorded);
      return { ...view, isAllLogged: leastLogged <= logged && logged <= mostLogged };
    };
    await expect.poll(inBetween).toEqual({ ...before, isAllLogged: true });
    const live = await chain(`${shared.current.server.url}/api/labs/simple-router`);
    expect(live.length).toBeGreaterThan(2);
    expect(await chain(`${elsewhere.server.url}/api/bundles/1`)).toEqual(live);
    await recorded.getByTestId('tab-waterfall').click();
    await recorded.getByTestId('waterfall-drawing').locator('svg').first().waitFor();
    await recorded.getByTestId('rail-checks').click();
    await recorded.locator('[data-testid="check-6"][data-state="failed"]').waitFor();
    await recorded.getByTestId('rail-faults').click();
    await expect.poll(() => recorded.getByTestId('recorded-faults').innerText()).toContain('seed 77');
    await mkdir(pictures, { recursive: true });
    await recorded.screenshot({ path: join(pictures, 'recorded.png') });
    expect(elsewhere.complaints).toEqual([]);
  });

  test('[E2E9] no page complained: no error, no request to another origin', () => {
    expect(shared.current.complaints).toEqual([]);
  });
}
