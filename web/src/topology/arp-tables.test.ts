import { expect, test } from 'vitest';
import { labOf } from '../state/lab.fixture.ts';
import { TraceLog } from '../state/trace-log.ts';
import { recordOf } from '../trace/records.fixture.ts';
import { inferredArp } from './arp-tables.ts';

const made = labOf(2, 1, 1);
const lab = {
  ...made,
  hosts: made.hosts.map((host, at) => ({ ...host, address: `10.0.1.10${at + 1}/24` })),
};

function arp(sender: string, mac: number, target: string): Uint8Array {
  const frame = new Uint8Array(42);
  frame.set([8, 6, 0, 1, 8, 0, 6, 4, 0, 2, ...Array(6).fill(mac)], 12);
  frame.set(sender.split('.').map(Number), 28);
  frame.set(target.split('.').map(Number), 38);
  return frame;
}

const log = new TraceLog((draw) => draw());
log.take({
  epochMs: 1,
  records: [
    recordOf(1, { point: 'to_router', node: 'r1', port: 1, frame: arp('10.0.1.101', 1, '10.0.1.1') }),
    recordOf(2, { point: 'packet_out', port: 1, frame: arp('10.0.1.1', 0xaa, '10.0.1.101') }),
    recordOf(3, { point: 'packet_out', port: 2, frame: arp('10.0.1.1', 0xaa, '10.0.1.101') }),
    recordOf(4, { point: 'packet_out', port: 1, frame: arp('10.0.1.1', 0xbb, '10.0.1.101'), verdict: 'held' }),
    recordOf(5, { point: 'packet_out', port: 1, frame: arp('10.0.1.1', 0xcc, '10.0.1.101') }),
    recordOf(6, { point: 'packet_out', port: 1 }),
  ],
});
const tableOf = (name: string, untilUs: number) =>
  inferredArp(name, lab, undefined, log, untilUs)?.map(({ address, mac, seq }) => [address, mac.slice(0, 2), seq]);

test('[SCRUB6] who is asked or answered learns the sender; what passes by, or was held, teaches nothing', () => {
  expect(tableOf('r1', 10_000)).toEqual([['10.0.1.101', '01', 1]]);
  expect(tableOf('h0x1', 4_000)).toEqual([['10.0.1.1', 'aa', 2]]);
  expect(tableOf('h0x2', 10_000)).toEqual([]);
  expect(inferredArp('sw0', lab, undefined, log, 10_000)).toBeUndefined();
});

test('[SCRUB6] a table is that of the moment, and the newest packet counts', () => {
  expect(tableOf('h0x1', 1_500)).toEqual([]);
  expect(tableOf('h0x1', 10_000)).toEqual([['10.0.1.1', 'cc', 5]]);
});
