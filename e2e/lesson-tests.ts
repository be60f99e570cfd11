import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LabPage } from './pages/lab-page.ts';
import { seriousFindings } from './support/axe.ts';
import { descendants, until } from './support/processes.ts';
import type { ServerStart } from './support/server-process.ts';
import { sharedConsole } from './support/shared-console.ts';

/** One lab, used as in a lesson: the tests build on one another, in this order. The same on every runtime. */
export function lessonTests(start: ServerStart, pictures = 'results'): void {
  const shared = sharedConsole(start);
  let lab: LabPage;

  async function routerPid(): Promise<number> {
    const response = await fetch(`${shared.current.server.url}/api/labs/simple-router`);
    const detail = (await response.json()) as { status: { routers: { process?: { pid: number } }[] } };
    return detail.status.routers[0]?.process?.pid ?? 0;
  }

  test('[E2E1] the lab comes up from the catalogue: six green chips', async () => {
    lab = await shared.current.startReference();
  });

  test('[E2E2] who clicks on a terminal’s tab types into that terminal', async () => {
    await lab.byTestId('tab-terminal-mininet').click();
    await lab.page.locator('[data-panel="terminal:mininet"] textarea:focus').waitFor({ state: 'attached' });
  });

  test('[E2E2] a ping typed into the Mininet terminal crosses the bridge, packet by packet', async () => {
    const terminal = await lab.terminal('mininet');
    await terminal.waitForText(/mininet>$/m);
    await terminal.type('client ping -c3 192.168.2.2');
    await terminal.waitForText(/3 packets transmitted, 3 received, 0% packet loss/);
    for (const point of ['packet_in', 'to_router', 'from_router', 'packet_out'])
      await lab.trace
        .rows(new RegExp(`${point}.*Echo request`, 's'))
        .first()
        .waitFor();
  });

  test('[E2E3] a packet opens: fields, bytes, and the one lights up the other', async () => {
    await lab.trace.filter('lab.point == "from_router" and icmp.type == 8');
    await lab.trace
      .rows(/Echo request/)
      .first()
      .click();
    const fields = lab.byTestId('packet-fields');
    await fields.getByText('Time to live').first().click();
    await lab.byTestId('packet-bytes').locator('[data-mark]').first().waitFor();
    await lab.byTestId('packet-chain').waitFor();
    await lab.trace.filter('');
    await mkdir(pictures, { recursive: true });
    await lab.page.screenshot({ path: join(pictures, 'console.png') });
  });

  test('[E2E4] a reload keeps the terminal’s screen', async () => {
    const before = await (await lab.terminal('mininet')).text();
    await lab.page.reload();
    await lab.waitUntilShown();
    const terminal = await lab.terminal('mininet');
    await expect.poll(() => terminal.text()).toBe(before);
  });

  test('[E2E5] two browsers share one lab: what one types, the other sees', async () => {
    const other = await shared.current.lab('simple-router');
    const theirs = await other.terminal('mininet');
    const ours = await lab.terminal('mininet');
    await ours.type('nodes');
    await ours.waitForText(/available nodes are:/);
    await theirs.waitForText(/available nodes are:/);
    await expect.poll(() => lab.byTestId('viewers').innerText()).toMatch(/2/);
    await other.page.close();
  });

  test('[E2E6] a killed router is a card that says what happened, and a restart mends it', async () => {
    await lab.show('router');
    process.kill(await routerPid(), 'SIGSEGV');
    const card = lab.byTestId('card-crash');
    await card.waitFor();
    expect(await card.innerText()).toMatch(/SIGSEGV/);
    await lab.waitForChip('router', 'failed');
    await card.getByTestId('cmd-restart-router').click();
    await lab.waitForChip('router', 'ok');
    const terminal = await lab.terminal('mininet');
    await terminal.type('client ping -c1 -W5 172.64.3.10');
    await terminal.waitForText(/1 packets transmitted, 1 received/);
  });

  test('[E2E7] the checks run from the page: 25 of 25', { timeout: 180_000 }, async () => {
    await lab.show('checks');
    await lab.byTestId('cmd-checks.run-all').click();
    await expect
      .poll(() => lab.byTestId('checks-score').innerText(), { timeout: 170_000, interval: 500 })
      .toMatch(/25\s*\/\s*25/);
  });

  test('[E2E10] axe finds nothing serious in a running lab, in every theme', async () => {
    for (const theme of ['dark', 'light', 'contrast'])
      expect(await seriousFindings(lab.page, theme), theme).toEqual([]);
  });

  test('[E2E8] a stopped lab leaves no process', async () => {
    const pid = shared.current.server.child.pid ?? 0;
    expect(descendants(pid).length).toBeGreaterThan(0);
    await lab.stop();
    await until('no process below the server', () => descendants(pid).length === 0);
  });

  test('[E2E10] axe finds nothing serious in the catalogue and in a stopped lab, in every theme', async () => {
    for (const [path, testId] of [
      ['/', 'labs-page'],
      ['/lab/simple-router', 'lab-view'],
    ] as const) {
      const { page } = await shared.current.open(path);
      await page.getByTestId(testId).waitFor();
      for (const theme of ['dark', 'light', 'contrast']) expect(await seriousFindings(page, theme), path).toEqual([]);
      await page.close();
    }
  });

  test('[E2E9] no page complained: no error, no request to another origin', () => {
    expect(shared.current.complaints).toEqual([]);
  });
}
