import { expect, test } from 'vitest';
import type { Runtime } from './runtimes/runtime.ts';
import { LabsUnderTest, reference, simpleRouter } from './testing/labs-under-test.ts';

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
