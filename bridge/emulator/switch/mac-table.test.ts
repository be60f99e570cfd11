import { expect, test } from 'vitest';
import { AgeingMacTable } from './mac-table.ts';

test('[ES30] of more than 8192 addresses the one that was silent for longest makes room', () => {
  const table = new AgeingMacTable();
  for (let mac = 0; mac < 8192; mac++) table.learn(mac % 2, mac, 1, mac);
  table.learn(0, 0, 2, 9000);
  table.learn(1, 100_000, 3, 9001);
  expect(table.portOf(1, 1, 9002)).toBeUndefined();
  expect(table.portOf(0, 0, 9002)).toBe(2);
  expect(table.portOf(0, 2, 9002)).toBe(1);
  expect(table.portOf(1, 100_000, 9002)).toBe(3);
  table.forgetPort(3);
  table.learn(1, 200_000, 4, 9003);
  expect(table.portOf(0, 2, 9003)).toBe(1);
});
