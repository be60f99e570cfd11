import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { LabsUnderTest, ready } from '../labs/testing/labs-under-test.ts';
import { until } from '../labs/testing/until.ts';

const bench = new LabsUnderTest('emulated');

test('[WB32] [WB31] a page fetched through the router is a question and an answer, from the client and at the router', {
  timeout: 30_000,
}, async () => {
  await using labs = await bench.open();
  const { bridge, network } = await ready(labs);
  const wget = ['wget', '-O', '-', '-T', '5', '-t', '1', 'http://192.168.2.2/'];
  const { output } = await network.exec('client', wget, { timeoutMs: 15_000 });
  expect(output).toContain('200 OK');
  const find = (filter: string) => bridge.call('trace:find', { filter, fromSeq: 1, limit: 1000, asker: 'test' });
  const { seqs } = await find('tcp.stream == 0 and http.request');
  expect(seqs.length).toBeGreaterThan(3);
  const { stream } = await bridge.call('stream:follow', { seq: seqs[0] ?? 0, asker: 'test' });
  const told = (direction: 'client' | 'server') =>
    Buffer.concat(
      (stream?.pieces ?? [])
        .filter((piece) => piece.direction === direction)
        .map(({ bytesBase64 }) => Buffer.from(bytesBase64, 'base64')),
    ).toString();
  expect(stream).toMatchObject({
    filter: 'tcp.stream == 0',
    isStartSeen: true,
    isTruncated: false,
    client: { address: '10.0.1.100' },
    server: { address: '192.168.2.2', port: 80 },
  });
  expect(told('client')).toMatch(/^GET \/ HTTP\/1\.[01]\r\n/);
  expect(told('server')).toMatch(/^HTTP\/1\.[01] 200 OK\r\n/);
  expect(stream?.pieces.every(({ gap }) => gap === 0)).toBe(true);

  const places = stream?.vantages.map(({ point }) => point) ?? [];
  expect(places).toEqual(expect.arrayContaining(['packet_in', 'to_router', 'from_router', 'packet_out']));
  for (const { point, node } of stream?.vantages ?? []) {
    const { stream: there } = await bridge.call('stream:follow', {
      ...{ seq: seqs[0] ?? 0, vantage: { point, node }, asker: 'test' },
    });
    expect(there?.pieces.length).toBeGreaterThan(1);
  }
  // The same frames pass many points: none of them is a retransmission.
  expect((await find('tcp.analysis.retransmission')).seqs).toEqual([]);
  // The last acknowledgements may still be on their way when wget has ended.
  await until('the numbers are those of the filter', async () => {
    const { tcp } = await bridge.call('stream:numbers', { fromSeq: 1, asker: 'test' });
    return tcp.seqs.join() === (await find('tcp.stream == 0')).seqs.join();
  });
});
