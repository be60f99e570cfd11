import { expect, test } from 'vitest';
import { labOf } from '../state/lab.fixture.ts';
import { TraceLog } from '../state/trace-log.ts';
import { recordOf } from '../trace/records.fixture.ts';
import { cableIndex } from './journey.ts';
import { layoutMap } from './layout.ts';
import { figureFacts, filterOf, linkFigures } from './link-figures.ts';

const layout = layoutMap(labOf(2, 1, 1), false);
const cables = cableIndex(layout);
const linkOf = (id: string) => {
  const link = layout.links.find((each) => each.id === id);
  if (link === undefined) throw new Error(`no link ${id}`);
  return link;
};
const cable = linkOf('h0x1|sw0:1');

test('[MAP10] a link’s throughput is what crossed it in the last ten seconds; what nobody measured says so', () => {
  const log = new TraceLog((draw) => draw());
  const records = [
    recordOf(1, { tUs: 0, port: 1, length: 1000 }),
    ...Array.from({ length: 20 }, (_, at) => recordOf(at + 2, { tUs: 20e6 + at, port: 1, length: 1000 })),
    recordOf(30, { tUs: 21e6, port: 2, length: 1000 }),
    recordOf(31, { tUs: 21e6, port: 1, length: 1000, verdict: 'dropped', cause: 'no router' }),
  ];
  log.take({ epochMs: 1, records });
  const figures = linkFigures(log, cable, cables, 22e6);
  expect(figures).toMatchObject({ packetsPerSecond: 2.1, bitsPerSecond: 16_800, dropped: 1, sent: 0, received: 0 });
  expect(figureFacts(figures, false)).toEqual([
    ['Last 10 s', '2.1 packets/s, 16.8 kbit/s through the bridge'],
    ['Dropped', '1 by the bridge'],
    ['Lost now', 'not measured: the points of hosts and switches are off'],
    ['Queued now', 'not measured'],
  ]);
  expect(figureFacts(figures, true)[0]?.[1]).toContain('at least');
});

test('[MAP10] with the points of hosts and switches on, what went in and did not come out is lost', () => {
  const log = new TraceLog((draw) => draw());
  const records = [
    ...[1, 2, 3, 4].map((seq) => recordOf(seq, { point: 'host.tx', node: 'h0x1', port: 0 })),
    ...[5, 6, 7].map((seq) => recordOf(seq, { point: 'sw.rx', node: 'sw0', port: 1 })),
    recordOf(8, { point: 'sw.rx', node: 'sw0', port: 2 }),
  ];
  log.take({ epochMs: 1, records });
  const figures = linkFigures(log, cable, cables, 1e6);
  expect([figures.sent, figures.received]).toEqual([4, 3]);
  expect(figureFacts(figures, false)).toContainEqual(['Lost now', '25.0 % (1 of 4)']);
  expect(figureFacts(figures, false)[0]?.[1]).toBe('0.3 packets/s, 101 bit/s seen at its ends');
});

test('[MAP11] a link and a node become filters of the trace', () => {
  expect(filterOf(cable)).toBe('lab.node == "sw0" && lab.port == 1');
  expect(filterOf(linkOf('sw0|the-bridge'))).toBe('lab.node == "sw0"');
  expect(filterOf(linkOf('the-bridge|r1:2'))).toBe('lab.node == "r1" && lab.port == 2');
  expect(filterOf({ node: 'r1', cable: undefined })).toBe('lab.node == "r1"');
  expect(filterOf({ node: 'h0x1', cable })).toBe('lab.node == "h0x1" || (lab.node == "sw0" && lab.port == 1)');
});
