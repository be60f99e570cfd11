import { expect, test } from 'vitest';
import type { LabPage } from './pages/lab-page.ts';
import { descendants, isAlive, until } from './support/processes.ts';
import { sharedConsole } from './support/shared-console.ts';

// Whatever dies, in any order: the server lives, and the page says what happened.
const shared = sharedConsole();
let lab: LabPage;

/** Kills the server's descendants whose command matches; at least one must be there. */
function kill(pattern: RegExp): void {
  const found = descendants(shared.current.server.child.pid ?? 0).filter((process) => pattern.test(process.command));
  expect(
    found.map((process) => process.command),
    `processes like ${pattern}`,
  ).not.toEqual([]);
  for (const { pid } of found) killOne(pid);
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // Who was killed before may have taken it along.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Waits until the lab's page says that the lab is over, and why. */
async function waitUntilFailed(reason: RegExp): Promise<void> {
  await lab.page.locator('[data-testid="lab-view"][data-phase="failed"]').waitFor({ timeout: 20_000 });
  await lab.byTestId('state-failed').or(lab.byTestId('banner-failed')).filter({ hasText: reason }).first().waitFor();
  await until('no process below the server', () => descendants(shared.current.server.child.pid ?? 0).length === 0);
  expect(shared.current.server.running).toBe(true);
}

test('[E2E20] the router killed: its chip and its card say so, the lab goes on without it', async () => {
  lab = await shared.current.startReference();
  kill(/router\/main/);
  await lab.waitForChip('router', 'failed');
  await lab.show('router');
  expect(await lab.byTestId('card-crash').innerText()).toMatch(/SIGKILL/);
  expect(shared.current.server.running).toBe(true);
});

test('[E2E21] then Open vSwitch killed: the page says that the network stopped and why, and a restart works', async () => {
  kill(/ovs-vswitchd/);
  await waitUntilFailed(/ovs-vswitchd/);
  await lab.page.close();
  lab = await shared.current.startReference();
});

test('[E2E24] Mininet killed: the same, and a restart works', async () => {
  kill(/run_lab\.py/);
  await waitUntilFailed(/network|Mininet/i);
  await lab.page.close();
  lab = await shared.current.startReference();
});

test('[E2E26] [UI55] the server stands still: the page dims and says so, and what was typed comes through', async () => {
  const terminal = await lab.terminal('mininet');
  await terminal.waitUntilIdle();
  const { child } = shared.current.server;
  child.kill('SIGSTOP');
  try {
    await lab.byTestId('banner-silent').waitFor();
    expect(await lab.byTestId('live-state').innerText()).toBe('Not live');
    expect(await lab.page.locator('.app-main').getAttribute('data-dim')).toBe('');
    await terminal.type('client echo typed while nothing moved');
  } finally {
    child.kill('SIGCONT');
  }
  await lab.byTestId('banner-silent').waitFor({ state: 'detached' });
  await lab.byTestId('banner-resumed').waitFor();
  await terminal.waitForText(/^typed while nothing moved/m);
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
  lab = await shared.current.lab('simple-router');
  const again = await lab.terminal('mininet');
  await again.waitForText(/2000 packets transmitted, 2000 received/, 30_000);
});

test('[E2E23] the server gone and back: the page dims, says so, and finds its way', async () => {
  const { server } = shared.current;
  const processes = descendants(server.child.pid ?? 0).map((process) => process.pid);
  expect(processes.length).toBeGreaterThan(3);
  server.child.kill('SIGKILL');
  await lab.byTestId('banner-reconnecting').waitFor();
  await until('nothing of the lab is left', () => !processes.some(isAlive));
  await shared.current.restart();
  await lab.byTestId('banner-reconnecting').waitFor({ state: 'detached', timeout: 20_000 });
  await expect.poll(() => lab.byTestId('lab-view').getAttribute('data-phase'), { timeout: 20_000 }).toBe('stopped');
});

test('[E2E25] two labs run side by side: each has its own network, terminals and trace', async () => {
  lab = await shared.current.startReference();
  const labs = await shared.current.labs();
  await labs.choose('learning-switch');
  const other = await labs.start();
  await other.waitForChip('hosts', 'ok');
  const terminal = await other.terminal('mininet');
  await terminal.type('pingall');
  await terminal.waitForText(/0% dropped/);
  const first = await lab.terminal('mininet');
  await first.type('nodes');
  expect(await first.waitForText(/c0 client server1 server2 sw0/)).not.toMatch(/pingall/);
  expect(await lab.trace.count()).not.toBe(await other.trace.count());
  await other.stop();
  await first.type('client ping -c1 -W5 192.168.2.2');
  await first.waitForText(/1 packets transmitted, 1 received/);
});
