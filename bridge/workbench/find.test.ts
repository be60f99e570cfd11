import { expect, test } from 'vitest';
import { hex } from '../testing/hex.ts';
import { PacketLog } from '../trace/packet-log.ts';
import { type FindQuestion, findMethods } from './find.ts';

const arp = hex(
  'ff ff ff ff ff ff 02 00 00 00 00 01 08 06 00 01 08 00 06 04 00 01 02 00 00 00 00 01 0a 00 01 64 00 00 00 00 00 00 0a 00 01 01',
);
const udp = hex(
  '02 00 00 00 00 02 02 00 00 00 00 01 08 00 45 00 00 20 00 01 00 00 40 11 00 00 0a 00 01 64 0a 00 01 01 ca ca 00 07 00 0c 00 00 01 02 03 04',
);

function logOf(records: number): PacketLog {
  const log = new PacketLog({ records: 200_000, frameBytes: 4_000_000, snapLength: 100, nowUs: () => 0, epochMs: 0 });
  const node = log.node('sw0');
  for (let i = 1; i <= records; i++)
    log.append('packet_in', node, 1, i % 10 === 0 ? arp : udp, 0, i % 10 === 0 ? arp.length : udp.length);
  return log;
}
const ask = (change: Partial<FindQuestion> = {}): FindQuestion => ({
  filter: 'arp',
  fromSeq: 1,
  limit: 3,
  asker: 'a',
  ...change,
});

test('[WB10] the first that pass are named, all are counted, forwards and backwards', async () => {
  const { 'trace:find': find } = findMethods(logOf(100));
  expect(await find(ask())).toEqual({ seqs: [10, 20, 30], matched: 10, total: 100, scannedTo: 100, isComplete: true });
  expect(await find(ask({ fromSeq: 55, backwards: true }))).toEqual({
    seqs: [50, 40, 30],
    matched: 5,
    total: 100,
    scannedTo: 1,
    isComplete: true,
  });
  expect(await find(ask({ filter: '', limit: 0 }))).toMatchObject({ seqs: [], matched: 100 });
  expect(await find(ask({ fromSeq: 500 }))).toMatchObject({ seqs: [], matched: 0, isComplete: true });
});

test('[WB10] journeys, nodes and checks are those of the log and of whoever asks', async () => {
  const log = logOf(10);
  const reply = log.follow(10, 'to_router', log.node('vhost'), 1);
  log.drop(reply, log.node('vhost'), 1, 'no router');
  const { 'trace:find': find } = findMethods(log);
  expect((await find(ask({ filter: 'lab.chain == 11' }))).seqs).toEqual([10, 11, 12]);
  expect((await find(ask({ filter: 'lab.node == "vhost" and not lab.cause' }))).seqs).toEqual([11]);
  const checks = [{ id: 'ping', firstSeq: 4, lastSeq: 5 }];
  expect((await find(ask({ filter: 'lab.check == "ping"', checks }))).seqs).toEqual([4, 5]);
});

test('[WB11] a wrong filter is said with its place and what was meant', async () => {
  const { 'trace:find': find } = findMethods(logOf(1));
  await expect(find(ask({ filter: 'ip.adr == 1' }))).rejects.toMatchObject({
    code: 'bad-request',
    message: 'Filter, character 1: “ip.adr” is not a field. Did you mean ip.addr?',
  });
});

test('[WB12] a newer question ends the same asker’s older one, and nobody else’s', async () => {
  const { 'trace:find': find } = findMethods(logOf(150_000));
  // Dear: each is summed up.
  const dear = ask({ filter: '_ws.col.info contains "nothing"' });
  const older = find(dear);
  const other = find({ ...dear, asker: 'b', filter: 'udp.port == 9' });
  const newer = find(dear);
  await expect(older).rejects.toMatchObject({ code: 'conflict' });
  expect(await newer).toMatchObject({ matched: 0 });
  expect(await other).toMatchObject({ matched: 0 });
});
