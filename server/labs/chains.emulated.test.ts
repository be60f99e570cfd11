import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { decodeTraceBatch, type TraceRecord } from '../../bridge/packet/trace-batch.ts';
import { traceOf } from '../../bridge/testing/lab.ts';
import type { RouterChoice } from '../contract/status.ts';
import { referenceRouterArgv } from './project-paths.ts';
import { LabsUnderTest, ping, ready } from './testing/labs-under-test.ts';

const bench = new LabsUnderTest('emulated');
const wrong = (fault: string): RouterChoice => ({
  kind: 'command',
  argv: [...referenceRouterArgv, '-s', '{host}', '-p', '{port}', '-v', '{vhost}', '-r', '{rtable}', '--wrong', fault],
  cwd: '/',
});

test('[WB90] a ping through a running lab is one chain, from the client to the server and through ARP', async () => {
  await using labs = await bench.open();
  const run = await ready(labs);
  expect(await ping(run)).toContain('1 received');
  const records = await traceOf(run.bridge);
  const outputs = records.filter(({ point }) => point === 'from_router');
  expect(outputs.length).toBeGreaterThan(3);
  expect(outputs.filter(({ parents }) => parents.length === 0)).toEqual([]);
  expect(outputs.map(({ rule }) => rule)).toContain('arp release');
  for (const { confidence } of outputs) expect(confidence).toBeLessThan(100);

  const released = outputs.find(({ rule }) => rule === 'arp release')?.seq ?? 0;
  const chain = await run.bridge.call('trace:chain', { seq: released });
  const rules = chain.flatMap(({ parents }) => parents.map(({ rule }) => rule));
  expect(new Set(rules)).toEqual(new Set(['same frame', 'arp request for', 'arp release']));
  expect(chain.at(-1)?.seq).toBeGreaterThan(released);
  expect((await run.bridge.call('trace:cause', { seq: released })).text).toContain(
    'inferred by the rule "arp release"',
  );
  const { text } = await run.bridge.call('trace:why', { seq: chain[0]?.seq ?? 0 });
  expect(text).toMatch(/^It was not dropped: #\d+ left at /);
  await expect(run.bridge.call('trace:why', { seq: 1e9 })).rejects.toThrow('is not kept');
  const stages = await run.bridge.call('latency:stages', { records: 1000, windowMs: 1000 });
  expect(stages.find(({ stage }) => stage === 'router')?.count).toBeGreaterThan(3);
});

test('[WB94] a router that says nothing about TTL 1 is told what it owed', { timeout: 20_000 }, async () => {
  await using labs = await bench.open();
  const run = await ready(labs, wrong('ttl-silent-icmp'));
  await run.network.exec('client', ['ping', '-c', '1', '-W', '2', '-t', '1', '192.168.2.2'], { timeoutMs: 5000 });
  const given = (await traceOf(run.bridge)).findLast(
    ({ point, frame }) => point === 'to_router' && frame[22] === 1 && frame[23] === 1,
  );
  const { text, reasons } = await run.bridge.call('trace:why', { seq: given?.seq ?? 0 });
  expect(text).toMatch(/^Its TTL was 1\. Expected out of eth3: /);
  expect(reasons).toMatchObject([{ kind: 'inferred', what: 'missing', requirement: { rule: 'RT7' } }]);
});

test('[WB87] [TRACE90] what a search of a running lab finds can be fetched by number, as the log has it', async () => {
  await using labs = await bench.open();
  const run = await ready(labs);
  expect(await ping(run)).toContain('1 received');
  const question = { filter: 'icmp.type == 8', fromSeq: 1e9, limit: 1000, backwards: true, asker: 'test' };
  const { seqs, matched } = await run.bridge.call('trace:find', question);
  expect(seqs).toHaveLength(matched);
  expect(matched).toBeGreaterThanOrEqual(4);
  const { batch, firstSeq } = await run.bridge.call('trace:records', { seqs });
  const fetched = decodeTraceBatch(Uint8Array.from(Buffer.from(batch, 'base64')));
  expect(firstSeq).toBe(1);
  expect(fetched.records).toEqual((await traceOf(run.bridge)).filter(({ seq }) => seqs.includes(seq)));
});

test('[WB88] a ping is linked with its reply, and the reply with the ping', async () => {
  await using labs = await bench.open();
  const run = await ready(labs);
  expect(await ping(run)).toContain('1 received');
  const records = await traceOf(run.bridge);
  const isEcho =
    (type: number) =>
    ({ point, frame }: TraceRecord) =>
      point === 'packet_in' && frame[23] === 1 && frame[34] === type;
  const request = records.find(isEcho(8))?.seq ?? 0;
  const reply = records.find(isEcho(0))?.seq ?? 0;
  const journeyOf = async (seq: number) => (await run.bridge.call('trace:chain', { seq })).map((record) => record.seq);
  const ofRequest = await run.bridge.call('trace:answers', { seqs: await journeyOf(request) });
  expect(ofRequest.answers).toBeNull();
  expect(ofRequest.answeredBy).toContainEqual(
    expect.objectContaining({ answer: reply, rule: 'echo reply', confidence: 89 }),
  );
  const { answers } = await run.bridge.call('trace:answers', { seqs: [reply] });
  expect(await journeyOf(request)).toContain(answers?.asked);
});
