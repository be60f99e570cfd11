import { expect, test } from 'vitest';
import { LabsUnderTest, ping, ready, reference, simpleRouter } from './testing/labs-under-test.ts';
import { until } from './testing/until.ts';

const bench = new LabsUnderTest('emulated');
const timeout = 30_000;

test('[LAB16] [TERM18] a running lab’s past: the switch and the router came, the router went, the terminal said so', {
  timeout,
}, async () => {
  await using labs = await bench.open();
  const run = await ready(labs, reference, simpleRouter);
  const readyMs = Date.now();
  await ping(run, 'client', '192.168.2.2');
  const pingedMs = Date.now();
  await labs.stopRouter(simpleRouter, 'router');
  await until('the router is gone', () => labs.history(simpleRouter).at(-1)?.routers[0]?.state === 'absent');

  const history = labs.history(simpleRouter);
  const states = history.map(({ switches, routers }) => `${switches[0]?.connected} ${routers[0]?.state}`);
  expect(states[0]).toBe('false absent');
  expect(states).toContain('true ready');
  expect(states.at(-1)).toBe('true absent');
  expect(history.every(({ atMs }, at) => at === 0 || atMs >= (history[at - 1]?.atMs ?? 0))).toBe(true);
  expect(history.findLast(({ atMs }) => atMs <= pingedMs)?.routers[0]?.state).toBe('ready');

  const router = run.terminals.get('router:router');
  const before = await router?.screenAt(readyMs);
  expect(before?.state).toBe('kept');
  const lastWords = 'The router was stopped in the page.';
  await until('its last words', async () => (await router?.screenAt(Date.now() + 1))?.screen.includes(lastWords));
  expect(before?.screen).not.toContain(lastWords);
});
