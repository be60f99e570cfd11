import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LabPage } from './pages/lab-page.ts';
import { launchBrowser } from './support/browser.ts';
import { Console } from './support/console.ts';
import { descendants, isAlive, until } from './support/processes.ts';

// Whatever dies, in any order: the server lives, and the page says what happened.
let browser: Browser;
let console_: Console;
let lab: LabPage;

beforeAll(async () => {
  browser = await launchBrowser();
  console_ = await Console.start(browser);
});
afterAll(async () => {
  await console_?.[Symbol.asyncDispose]();
  await browser?.close();
});

/** Kills the server's descendants whose command matches; at least one must be there. */
function kill(pattern: RegExp): void {
  const found = descendants(console_.server.child.pid ?? 0).filter((process) => pattern.test(process.command));
  expect(
    found.map((process) => process.command),
    `processes like ${pattern}`,
  ).not.toEqual([]);
  for (const { pid } of found) process.kill(pid, 'SIGKILL');
}

async function startReference(): Promise<LabPage> {
  const labs = await console_.labs();
  await labs.choose('simple-router');
  const started = await labs.start('reference');
  await started.waitUntilReady();
  return started;
}

/** Waits until the lab's page says that the lab is over, and why. */
async function waitUntilFailed(reason: RegExp): Promise<void> {
  await lab.page.locator('[data-testid="lab-view"][data-phase="failed"]').waitFor({ timeout: 20_000 });
  await lab.byTestId('state-failed').or(lab.byTestId('banner-failed')).filter({ hasText: reason }).first().waitFor();
  await until('no process below the server', () => descendants(console_.server.child.pid ?? 0).length === 0);
  expect(console_.server.running).toBe(true);
}

test('[E2E20] the router killed: its chip and its card say so, the lab goes on without it', async () => {
  lab = await startReference();
  kill(/router\/main/);
  await lab.waitForChip('router', 'failed');
  await lab.show('router');
  expect(await lab.byTestId('card-crash').innerText()).toMatch(/SIGKILL/);
  expect(console_.server.running).toBe(true);
});

test('[E2E21] then Open vSwitch killed: the page says that the network stopped and why, and a restart works', async () => {
  kill(/ovs-vswitchd/);
  await waitUntilFailed(/ovs-vswitchd/);
  await lab.page.close();
  lab = await startReference();
});

test('[E2E24] Mininet killed: the same, and a restart works', async () => {
  kill(/run_lab\.py/);
  await waitUntilFailed(/network|Mininet/i);
  await lab.page.close();
  lab = await startReference();
});

test('[E2E22] the browser gone in the middle of a flood, the lab goes on', async () => {
  const terminal = await lab.terminal('mininet');
  await terminal.waitUntilIdle();
  await terminal.type('client ping -i0.002 -c2000 -q 192.168.2.2');
  await lab.trace
    .rows(/Echo request/)
    .first()
    .waitFor();
  await lab.page.close();
  lab = await console_.lab('simple-router');
  const again = await lab.terminal('mininet');
  await again.waitForText(/2000 packets transmitted, 2000 received/, 30_000);
});

test('[E2E23] the server gone and back: the page dims, says so, and finds its way', async () => {
  const { server } = console_;
  const processes = descendants(server.child.pid ?? 0).map((process) => process.pid);
  expect(processes.length).toBeGreaterThan(3);
  server.child.kill('SIGKILL');
  await lab.byTestId('banner-reconnecting').waitFor();
  await until('nothing of the lab is left', () => !processes.some(isAlive));
  await console_.restart();
  await lab.byTestId('banner-reconnecting').waitFor({ state: 'detached', timeout: 20_000 });
  await expect.poll(() => lab.byTestId('lab-view').getAttribute('data-phase'), { timeout: 20_000 }).toBe('stopped');
});
