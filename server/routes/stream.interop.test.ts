import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TraceCapture } from '../../bridge/packet/pcapng/trace-capture.ts';
import { decodeTraceBatch } from '../../bridge/packet/trace-batch.ts';
import { hasTshark, tsharkSelections } from '../../bridge/testing/tshark.ts';
import { LabsUnderTest, ready } from '../labs/testing/labs-under-test.ts';

const bench = new LabsUnderTest('emulated');
const filters = [
  ...['tcp.stream == 0', 'tcp.stream == 1', 'tcp.stream == 2', 'udp.stream == 0'],
  ...['tcp.analysis.flags', 'tcp.analysis.retransmission', 'tcp.analysis.lost_segment', 'tcp.analysis.duplicate_ack'],
];

describe.skipIf(!hasTshark())('against tshark', () => {
  test('[WB30] [PK71] what one vantage of a lab exports has tshark’s conversations, with segments that a fault loses', {
    timeout: 60_000,
  }, async () => {
    await using labs = await bench.open();
    const { bridge, network } = await ready(labs);
    const fetch = (server: string) =>
      network.exec('client', ['wget', '-O', '-', '-T', '10', '-t', '1', `http://${server}/`], { timeoutMs: 20_000 });
    await fetch('192.168.2.2');
    await bridge.call('fault:set', {
      what: { kind: 'lose' },
      where: { kind: 'controller', direction: 'in' },
      which: { filter: 'tcp.len > 0', nth: 2 },
      seed: 1,
      when: { afterMs: 0, forMs: 0 },
    });
    await fetch('172.64.3.10');
    const { records, epochMs } = decodeTraceBatch(await bridge.readTrace(0, 100_000));
    // The network goes on meanwhile.
    const last = records.at(-1)?.seq ?? 0;
    const folder = mkdtempSync(join(tmpdir(), 'patchbay-vantage-'));
    try {
      for (const point of ['packet_in', 'to_router', 'from_router', 'packet_out'] as const) {
        const seen = records.filter((record) => record.point === point);
        const capture = new TraceCapture({ epochMs, application: 'Patchbay test', comment: '', names: [] });
        for (const record of seen) capture.record(record);
        capture.end();
        const file = join(folder, `${point}.pcapng`);
        writeFileSync(file, capture.take());
        const theirs = tsharkSelections(file, filters, []);
        for (const [i, filter] of filters.entries()) {
          const { seqs } = await bridge.call('trace:find', {
            ...{
              filter: `lab.point == "${point}" and lab.seq <= ${last} and ${filter}`,
              fromSeq: 1,
              limit: 1000,
              asker: 'test',
            },
          });
          const told = theirs[i];
          const named = typeof told === 'string' ? told : told?.map((number) => seen[number - 1]?.seq);
          expect([point, filter, seqs]).toEqual([point, filter, named]);
        }
      }
      const { matched } = await bridge.call('trace:find', {
        ...{ filter: 'tcp.stream == 1 and tcp.analysis.retransmission', fromSeq: 1, limit: 0, asker: 'test' },
      });
      expect(matched).toBeGreaterThan(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
