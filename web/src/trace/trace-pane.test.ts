import { expect, test } from 'vitest';
import { labOf, statusOf } from '../state/lab.fixture.ts';
import { stopsAtVns } from './trace-pane.tsx';

test('[TRACE14] the empty trace says that a ping stops at VNS only where a router is missing', () => {
  const missing = statusOf(labOf(1, 1, 1), { state: 'absent' });
  expect(stopsAtVns(missing)).toBe(true);
  expect(stopsAtVns({ ...missing, phase: 'stopped' })).toBe(false);
  expect(stopsAtVns(statusOf(labOf(1, 1, 1)))).toBe(false);
  expect(stopsAtVns({ ...missing, routers: [] })).toBe(false);
});
