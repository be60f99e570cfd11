import { expect, test, vi } from 'vitest';
import { nowMs } from '../clock.ts';
import { deferred } from './deferred.ts';
import type { Network, Runtime } from './runtimes/runtime.ts';
import { LabsUnderTest, reference, simpleRouter, started } from './testing/labs-under-test.ts';

const bench = new LabsUnderTest('emulated');
const reason = 'The link h1–sw0 needs delay, and this kernel has no netem.';

/** A Mininet of which only that it can run and what it lacks are asked. */
function mininet({ available = true, lacks = [] as string[], notes = [] as string[] } = {}): Runtime {
  const unasked = () => Promise.reject(new Error('nobody asks'));
  return {
    kind: 'mininet',
    probe: async () => ({ available, notes }),
    lacks: async () => lacks,
    prepare: unasked,
    sweep: async () => undefined,
  };
}

test('[RUN9] what a lab needs and a runtime lacks is told, and a start on it is refused with the reasons', async () => {
  await using labs = await bench.open({ runtimes: [mininet({ lacks: [reason, 'And more.'] }), bench.runtime()] });
  expect(await labs.lacks(simpleRouter)).toEqual([
    { kind: 'mininet', reasons: [reason, 'And more.'] },
    { kind: 'emulated', reasons: [] },
  ]);
  await expect(labs.start(simpleRouter, { runtime: 'mininet', router: reference })).rejects.toMatchObject({
    code: 'runtime-unavailable',
    message: `${reason} And more.`,
  });
  expect(labs.status(simpleRouter).phase).toBe('stopped');
  await expect(labs.lacks('nothing')).rejects.toMatchObject({ code: 'not-found' });
});

test('[RUN11] the default is where a start that names no runtime runs, and says why', async () => {
  const runtimes = [mininet({ available: false, notes: ['Mininet needs root.'] }), bench.runtime()];
  await using labs = await bench.open({ runtimes, defaultRuntime: undefined });
  expect(labs.defaultRuntime).toEqual({ kind: 'emulated', why: 'Mininet needs root.' });
  expect(labs.status(simpleRouter).runtime).toBe('emulated');
  expect(await labs.start(simpleRouter, { router: { kind: 'network' } })).toMatchObject({ runtime: 'emulated' });
  await labs.stop(simpleRouter);
  await expect(labs.start(simpleRouter, { runtime: 'mininet', router: reference })).rejects.toMatchObject({
    code: 'runtime-unavailable',
    message: 'Mininet needs root.',
  });
  // What was asked for is not replaced by something else in silence.
  await using asked = await bench.open({ runtimes, defaultRuntime: 'mininet' });
  expect(asked.defaultRuntime.kind).toBe('mininet');
  await expect(asked.start(simpleRouter, { router: reference })).rejects.toMatchObject({ code: 'runtime-unavailable' });
});

/** A runtime whose networks say that they are ready only after `release`. */
function heldBack(runtime: Runtime, release: Promise<void>): Runtime {
  const late = (network: Network): Network =>
    new Proxy(network, {
      get(from, name) {
        if (name === 'ready') return from.ready.then(() => release);
        const value: unknown = Reflect.get(from, name, from);
        return typeof value === 'function' ? value.bind(from) : value;
      },
    });
  return {
    kind: runtime.kind,
    probe: () => runtime.probe(),
    lacks: (lab) => runtime.lacks(lab),
    sweep: () => runtime.sweep(),
    async prepare(lab) {
      const prepared = await runtime.prepare(lab);
      return { ...prepared, start: async (size) => late(await prepared.start(size)) };
    },
  };
}

test('[LAB10] a lab is ready when it runs, not as soon as its last chip is ok', async () => {
  const released = deferred<void>();
  await using labs = await bench.open({ runtimes: [heldBack(bench.runtime(), released.promise)] });
  const run = await started(labs, reference);
  const phases: string[] = [];
  const ready = run.whenReady(20_000).then(() => phases.push(labs.status(simpleRouter).phase));
  await expect.poll(() => labs.status(simpleRouter).chips.every(({ state }) => state === 'ok')).toBe(true);
  phases.push(labs.status(simpleRouter).phase);
  released.resolve();
  await ready;
  expect(phases).toEqual(['starting', 'running']);
});

test('[LAB12] before its network is there a lab says that its routers come, not that it has none', async () => {
  await using labs = await bench.open();
  await labs.start(simpleRouter, { router: reference });
  const early = { code: 'lab-not-running', message: expect.stringContaining('is still starting') };
  await expect(labs.startRouter(simpleRouter, 'router', reference)).rejects.toMatchObject(early);
  await expect(labs.stopRouter(simpleRouter, 'router')).rejects.toMatchObject(early);
  await expect(labs.startSecond(simpleRouter, 'router', { kind: 'reference' })).rejects.toMatchObject(early);
  await expect(labs.stopSecond(simpleRouter, 'router')).rejects.toMatchObject(early);
  await expect(labs.stopRouter(simpleRouter, 'r9')).rejects.toMatchObject({ code: 'not-found' });
});

test('[LAB22] a wall clock that is set anew moves no date of a lab that runs; the next start takes its word', async () => {
  await using labs = await bench.open();
  const run = await started(labs, reference);
  await run.whenReady(20_000);
  const wall = Date.now.bind(Date);
  const hourMs = 3_600_000;
  const set = vi.spyOn(Date, 'now').mockImplementation(() => wall() + hourMs);
  try {
    const { epochMs, nowUs } = run.bridge.state;
    expect(Math.abs(nowMs() - (epochMs + nowUs / 1000))).toBeLessThan(hourMs / 2);
    const before = labs.events(simpleRouter).length;
    await labs.stopRouter(simpleRouter, 'router');
    await expect.poll(() => labs.events(simpleRouter).length).toBeGreaterThan(before);
    for (const { atMs } of labs.events(simpleRouter)) expect(Math.abs(atMs - wall())).toBeLessThan(hourMs / 2);
    await labs.stop(simpleRouter);
    const again = await started(labs, reference);
    expect(labs.status(simpleRouter).startedMs).toBeGreaterThan(wall() + hourMs / 2);
    expect(again.bridge.state.epochMs).toBeGreaterThan(wall() + hourMs / 2);
  } finally {
    set.mockRestore();
  }
});
