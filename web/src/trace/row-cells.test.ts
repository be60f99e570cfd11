import { expect, test } from 'vitest';
import { summarize } from '../../../bridge/packet/dissect.ts';
import type { Lab } from '../../../server/contract/lab.ts';
import { TraceLog } from '../state/trace-log.ts';
import { namesOf } from './names.ts';
import { neighbour } from './neighbour.ts';
import { recordOf, recordsOf } from './records.fixture.ts';
import { elapsed, rowCells, seconds } from './row-cells.ts';

const lab: Lab = {
  id: 'lab',
  title: 'Lab',
  summary: 's',
  description: '',
  hours: 1,
  topics: [],
  app: 'vns-router',
  hosts: [{ name: 'client', role: 'client', address: '10.0.1.100/32', mac: '02:00:00:00:00:03' }],
  switches: [{ name: 'sw0', dpid: '0000000000000001' }],
  links: [{ a: { node: 'client' }, b: { node: 'sw0', port: 3 } }],
  routers: [
    {
      name: 'r1',
      vhost: 'v',
      switch: 'sw0',
      interfaces: [{ name: 'eth3', port: 3, address: '10.0.1.1', mask: '255.255.255.0' }],
      rtable: [],
    },
  ],
  commands: [],
  checks: [],
};
const names = namesOf(lab, undefined);

/** client asks who has 10.0.1.1. */
const arp = Uint8Array.from([
  255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 3, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 3, 10, 0, 1, 100, 0, 0,
  0, 0, 0, 0, 10, 0, 1, 1,
]);
const cellsOf = (change: Parameters<typeof recordOf>[1]) => {
  const record = recordOf(7, { frame: arp, length: arp.length, ...change });
  return rowCells(record, summarize(record.frame, record.length), names);
};

test('[TRACE10] a MAC is shown as its owner, an address as itself; each has the other as its alias', () => {
  const { source, destination } = cellsOf({});
  expect(source).toEqual({ text: 'client', alias: '02:00:00:00:00:03' });
  expect(destination).toEqual({ text: 'broadcast', alias: 'ff:ff:ff:ff:ff:ff' });
  expect(names.nameOf('10.0.1.100')).toBe('client');
});

test('[TRACE10] a router’s port is its interface, a switch’s its number, a host’s its name', () => {
  expect(cellsOf({ point: 'to_router', node: 'r1', port: 3 }).place).toBe('eth3');
  expect(cellsOf({ node: 'sw0', port: 3 }).place).toBe('sw0:3');
  expect(cellsOf({ point: 'host.tx', node: 'client', port: 0 }).place).toBe('client');
  const [router] = lab.routers;
  if (!router) throw new Error('no router');
  const two = namesOf({ ...lab, routers: [router, { ...router, name: 'r2' }] }, undefined);
  expect(two.placeOf('r2', 3)).toBe('r2:eth3');
});

test('[TRACE10] an exact cause is plain, an inferred one has ≈', () => {
  expect(cellsOf({ parents: [6], rule: 'same frame', confidence: 100 })).toMatchObject({ cause: '6', inferred: false });
  expect(cellsOf({ parents: [6], rule: 'forward', confidence: 95 })).toMatchObject({ cause: '≈6', inferred: true });
  expect(cellsOf({}).cause).toBe('');
  expect(cellsOf({ point: 'from_router' }).cause).toBe('?');
});

test('[TRACE10] what was dropped says why; what a router did is a word; the rest passed quietly', () => {
  expect(cellsOf({ verdict: 'dropped', cause: 'no router' }).verdict).toMatchObject({ word: 'no router', tone: 'bad' });
  const forwarded = { point: 'from_router', parents: [6], rule: 'forward', confidence: 95 } as const;
  expect(cellsOf(forwarded).verdict).toMatchObject({ word: 'forwarded', tone: 'quiet' });
  expect(cellsOf({}).verdict).toEqual({ word: 'passed', icon: undefined, tone: 'quiet' });
});

test('[TRACE10] times keep their microseconds; gaps take the unit that reads best', () => {
  expect([0, 42_204_861, 3_600_000_001].map(seconds)).toEqual(['0.000000', '42.204861', '3600.000001']);
  expect([36, -36, 9_999, 12_340, 2_000_000].map(elapsed)).toEqual([
    '+36 µs',
    '−36 µs',
    '+9,999 µs',
    '+12.3 ms',
    '+2.000 s',
  ]);
});

test('[TRACE7] the packet before and after are those that pass the filter', () => {
  const log = new TraceLog(() => {});
  log.take({ epochMs: 1, records: recordsOf(1, 40) });
  expect(neighbour(log, '', 5, 1)).toBe(6);
  expect(neighbour(log, 'lab.seq >= 30', 5, 1)).toBe(30);
  expect(neighbour(log, 'lab.seq in {1..3}', 30, -1)).toBe(3);
  expect(neighbour(log, '', 40, 1)).toBeUndefined();
  expect(neighbour(log, '', 1, -1)).toBeUndefined();
});
