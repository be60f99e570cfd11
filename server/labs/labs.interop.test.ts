import { readdirSync } from 'node:fs';
import { getPriority } from 'node:os';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { type Carrier, carrierNice, Precedence, precedenceNote } from './precedence/precedence.ts';
import {
  canRun,
  chipOf,
  descendants,
  LabsUnderTest,
  ping,
  reaches,
  ready,
  reference,
  simpleRouter,
} from './testing/labs-under-test.ts';
import { lifecycleScenarios } from './testing/lifecycle-scenarios.ts';

const bench = new LabsUnderTest('mininet');
const skip = !(await canRun('mininet'));

for (const [title, run] of Object.entries(lifecycleScenarios)) test.skipIf(skip)(title, () => run(bench));

test.skipIf(skip)(
  '[LAB11] Mininet or a part of Open vSwitch that is killed fails the lab, which can start again',
  async () => {
    await using labs = await bench.open();
    const before = (await descendants()).length;
    for (const name of ['unshare', 'ovs-vswitchd', 'ovsdb-server']) {
      await ready(labs);
      const victim = (await descendants()).find((each) => each.name === name);
      process.kill(victim?.pid ?? 0, 'SIGKILL');
      const status = await reaches(labs, 'failed');
      const culprit = name === 'unshare' ? 'Mininet' : name;
      expect(status.error).toMatchObject({ code: 'network-stopped', detail: `${culprit} was ended by SIGKILL.` });
      expect(chipOf(labs, 'network')).toMatchObject({ state: 'failed', detail: `${culprit} was ended by SIGKILL.` });
      expect(labs.events(simpleRouter).some(({ level, text }) => level === 'bad' && text.startsWith(culprit))).toBe(
        true,
      );
      expect((await descendants()).length).toBe(before);
    }
    expect(await ping(await ready(labs))).toContain('1 received');
  },
);

test.skipIf(skip)(
  '[RUN21] switch, bridge and router of a busy lab go before others until it stops, and a note says so',
  async () => {
    const usedS = ({ part }: Carrier) => ((part === 'switch' ? 0.6 : 0.1) * performance.now()) / 1000;
    const precedence = new Precedence(pino({ level: 'silent' }), { lookMs: 100, fullMs: 1000, calmMs: 1000, usedS });
    await using labs = await bench.open({ precedence });
    await ready(labs);
    const all = await descendants();
    const router = labs.status(simpleRouter).routers[0]?.process;
    const pids = [all.find(({ name }) => name === 'ovs-vswitchd')?.pid ?? 0, router?.pid ?? 0];
    const preferred = (of: readonly number[]) => of.filter((each) => getPriority(each) === carrierNice).length;
    const threads = () => readdirSync('/proc/self/task').map(Number);
    await vi.waitFor(() => expect([preferred(pids), preferred(threads())]).toEqual([2, 1]), { timeout: 20_000 });
    await expect.poll(() => labs.status(simpleRouter).notes).toContain(precedenceNote);
    await labs.stop(simpleRouter);
    expect(preferred(threads())).toBe(0);
  },
);

test.skipIf(skip)('[LAB9] a start that fails half-way is undone and says why', async () => {
  await using labs = await bench.open();
  const before = (await descendants()).length;
  // Mininet cannot build this one: the kernel refuses a multicast address for a host.
  const { lab: data } = labs.detail(simpleRouter);
  const host = data.hosts[0];
  const mac = host?.mac;
  Object.assign(host ?? {}, { mac: '01:00:5e:00:00:01' });
  try {
    await labs.start(simpleRouter, { router: reference });
    const status = await reaches(labs, 'failed');
    expect(status.error?.detail).toMatch(/^Mininet could not build the network: /);
    expect((await descendants()).length).toBe(before);
  } finally {
    Object.assign(host ?? {}, { mac });
  }
  expect(await ping(await ready(labs))).toContain('1 received');
});
