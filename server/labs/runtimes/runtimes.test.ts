import { expect, test } from 'vitest';
import type { RuntimeKind } from '../../contract/status.ts';
import type { Runtime } from './runtime.ts';
import { chooseDefault, createRuntimes } from './runtimes.ts';

/** A runtime of which only whether it can run is asked. */
function runtime(kind: RuntimeKind, available: boolean, ...notes: string[]): Runtime {
  const unasked = () => Promise.reject(new Error('nobody asks'));
  return { kind, probe: async () => ({ available, notes }), lacks: unasked, prepare: unasked, sweep: unasked };
}
const emulated = runtime('emulated', true, 'It is emulated.');

test('[RUN11] what the server was started with is the default, whether or not it can run', async () => {
  const runtimes = [runtime('mininet', false, 'No.'), emulated];
  expect(await chooseDefault(runtimes, 'mininet')).toEqual({ kind: 'mininet', why: 'The server was started with it.' });
});

test('[RUN11] else Mininet where it can run, and what to know about it is no reason', async () => {
  const runtimes = [runtime('mininet', true, 'No netem.'), emulated];
  expect(await chooseDefault(runtimes, undefined)).toEqual({ kind: 'mininet', why: 'It can run here.' });
});

test('[RUN11] else the emulated network, and why Mininet cannot run is why', async () => {
  const runtimes = [runtime('mininet', false, 'Mininet needs root.', 'There is no ip.'), emulated];
  expect(await chooseDefault(runtimes, undefined)).toEqual({
    kind: 'emulated',
    why: 'Mininet needs root. There is no ip.',
  });
});

test('[RUN10] the most real runtime is asked first, and the emulated one can always run', async () => {
  const runtimes = createRuntimes();
  expect(runtimes.map(({ kind }) => kind)).toEqual(['mininet', 'emulated']);
  expect(await runtimes[1]?.probe()).toMatchObject({ available: true });
});
