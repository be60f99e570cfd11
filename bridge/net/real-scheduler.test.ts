import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { RealScheduler } from './real-scheduler.ts';

test('[ES75] what is due runs at its time, never early, in the order of its time', async () => {
  const scheduler = new RealScheduler();
  const ran: string[] = [];
  const late: number[] = [];
  await new Promise<void>((resolve) => {
    const startUs = scheduler.nowUs();
    const plan = (name: string, delayUs: number, then?: () => void): void => {
      scheduler.after(delayUs, () => {
        ran.push(name);
        late.push(scheduler.nowUs() - startUs - delayUs);
        then?.();
      });
    };
    plan('20 ms', 20_000, resolve);
    plan('5 ms', 5_000);
    plan('300 µs', 300);
    plan('300 µs, planned later', 300);
    scheduler.after(1_000, () => ran.push('cancelled'))();
    scheduler.soon(() => ran.push('soon'));
    expect(ran).toEqual([]);
  });
  scheduler.close();
  expect(ran).toEqual(['soon', '300 µs', '300 µs, planned later', '5 ms', '20 ms']);
  for (const us of late) expect(us).toBeGreaterThanOrEqual(0);
});

test('[ES75] what is planned for a moment runs in the order in which it was planned, whenever that was', async () => {
  const scheduler = new RealScheduler();
  const ran: number[] = [];
  const atUs = scheduler.nowUs() + 20_000;
  await new Promise<void>((resolve) => {
    for (let i = 0; i < 1000; i++) scheduler.at(atUs, () => ran.push(i));
    scheduler.at(atUs, resolve);
  });
  scheduler.close();
  expect(ran).toEqual(Array.from({ length: 1000 }, (_, i) => i));
});

test('[ES76] work without end leaves turns for others, and ends with close', async () => {
  const scheduler = new RealScheduler();
  let rounds = 0;
  const again = (): void => {
    rounds += 1;
    scheduler.soon(again);
  };
  scheduler.soon(again);
  await sleep(20);
  scheduler.close();
  const atClose = rounds;
  expect(atClose).toBeGreaterThan(100);
  await sleep(5);
  expect(rounds).toBe(atClose);
});

test('[ES78] what came in while nobody could run is heard before a timer that is late', async () => {
  const scheduler = new RealScheduler();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const speaker = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const accepted: Promise<Socket[]> = once(server, 'connection');
  await once(speaker, 'connect');
  const [listener] = await accepted;
  const ran: string[] = [];
  listener?.once('data', () => ran.push('heard'));
  const late = new Promise<void>((resolve) => {
    scheduler.after(20_000, () => {
      ran.push('timed out');
      resolve();
    });
  });
  speaker.write('an answer');
  const standsStillUntilUs = scheduler.nowUs() + 60_000;
  while (scheduler.nowUs() < standsStillUntilUs);
  await late;
  scheduler.close();
  speaker.destroy();
  listener?.destroy();
  server.close();
  expect(ran).toEqual(['heard', 'timed out']);
});

test('[ES77] while nothing is due no work is done', async () => {
  const scheduler = new RealScheduler();
  scheduler.after(3_600_000_000, () => undefined);
  await sleep(5);
  const before = process.cpuUsage();
  await sleep(200);
  const { user, system } = process.cpuUsage(before);
  scheduler.close();
  expect((user + system) / 1000).toBeLessThan(100);
});

test('[ES76] what throws does not stop what is planned', async () => {
  const scheduler = new RealScheduler();
  const thrown: unknown[] = [];
  const listeners = process.rawListeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.once('uncaughtException', (error) => thrown.push(error.message));
  const ran = new Promise<string>((resolve) => {
    scheduler.after(100, () => {
      throw new Error('a bug');
    });
    scheduler.after(200, () => resolve('ran'));
  });
  expect(await ran).toBe('ran');
  for (const listener of listeners) process.on('uncaughtException', listener as NodeJS.UncaughtExceptionListener);
  scheduler.close();
  expect(thrown).toEqual(['a bug']);
});
