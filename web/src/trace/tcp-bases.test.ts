import { expect, test } from 'vitest';
import { summarize } from '../../../bridge/packet/dissect.ts';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { TraceLog } from '../state/trace-log.ts';
import { recordOf } from './records.fixture.ts';
import { TcpBases } from './tcp-bases.ts';

const flags = { syn: 0x02, ack: 0x10 };

/** A segment between client (port 40000) and server (port 80). */
function segment(seq: number, from: 'client' | 'server', sequence: number, acknowledgement: number, control: number) {
  const frame = new Uint8Array(54);
  const view = new DataView(frame.buffer);
  view.setUint16(12, 0x0800);
  view.setUint8(14, 0x45);
  view.setUint16(16, 40);
  view.setUint8(22, 64);
  view.setUint8(23, 6);
  const [source, destination] = from === 'client' ? [0x0a000164, 0xc0a80202] : [0xc0a80202, 0x0a000164];
  view.setUint32(26, source);
  view.setUint32(30, destination);
  view.setUint16(34, from === 'client' ? 40_000 : 80);
  view.setUint16(36, from === 'client' ? 80 : 40_000);
  view.setUint32(38, sequence);
  view.setUint32(42, acknowledgement);
  view.setUint16(46, 0x5000 | control);
  return recordOf(seq, { frame, length: frame.length });
}

function told(records: TraceRecord[], log = new TraceLog(() => {})): string[] {
  log.take({ epochMs: 1, records });
  const bases = new TcpBases(log);
  return records.map((record) => bases.relative(record, summarize(record.frame, record.length).info));
}

test('[TRACE16] numbers count from the first segment of each direction, also past 2³²', () => {
  const first = 0xffff_fffe;
  expect(
    told([
      segment(1, 'client', first, 0, flags.syn),
      segment(2, 'server', 5_000, first + 1, flags.syn | flags.ack),
      segment(3, 'client', first + 1, 5_001, flags.ack),
      segment(4, 'client', 8, 5_101, flags.ack),
    ]),
  ).toEqual([
    '40000 → 80 [SYN] Seq=0 Win=0 Len=0',
    '80 → 40000 [SYN, ACK] Seq=0 Ack=1 Win=0 Len=0',
    '40000 → 80 [ACK] Seq=1 Ack=1 Win=0 Len=0',
    '40000 → 80 [ACK] Seq=10 Ack=101 Win=0 Len=0',
  ]);
});

test('[TRACE16] a port that is used again counts anew; rows before keep their numbers', () => {
  const again = [segment(1, 'client', 100, 0, flags.syn), segment(2, 'client', 9_000, 0, flags.syn)];
  expect(told([...again, segment(3, 'client', 9_001, 7, flags.ack)])).toEqual([
    '40000 → 80 [SYN] Seq=0 Win=0 Len=0',
    '40000 → 80 [SYN] Seq=0 Win=0 Len=0',
    // Nothing of the other direction was seen: its number is the wire's.
    '40000 → 80 [ACK] Seq=1 Ack=7 Win=0 Len=0',
  ]);
});

test('[TRACE16] what lies before the first segment that was seen, and what is no TCP, is told as it is', () => {
  expect(told([segment(1, 'client', 500, 0, flags.ack), segment(2, 'client', 400, 0, flags.ack)])[1]).toContain(
    'Seq=400 ',
  );
  const log = new TraceLog(() => {});
  expect(new TcpBases(log).relative(recordOf(1), 'Echo request seq=1 Seq=7')).toBe('Echo request seq=1 Seq=7');
});

test('[TRACE16] another log begins with nothing known', () => {
  const log = new TraceLog(() => {});
  const bases = new TcpBases(log);
  const info = (record: TraceRecord) => bases.relative(record, summarize(record.frame, record.length).info);
  log.take({ epochMs: 1, records: [segment(1, 'client', 100, 0, flags.syn)] });
  expect(info(segment(1, 'client', 100, 0, flags.syn))).toContain('Seq=0');
  log.take({ epochMs: 2, records: [segment(1, 'client', 90, 0, flags.ack)] });
  expect(info(segment(1, 'client', 90, 0, flags.ack))).toContain('Seq=0');
});
