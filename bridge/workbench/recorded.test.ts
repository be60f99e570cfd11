import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TraceBatchWriter } from '../packet/trace-batch.ts';
import { encodeMessage, type Message } from '../protocols/openflow/v10/message.ts';
import { hex } from '../testing/hex.ts';
import { ControlLog } from '../trace/control-log.ts';
import { PacketLog } from '../trace/packet-log.ts';
import { Expert } from './expert/expert.ts';
import type { FlowTableRead } from './flows/methods.ts';
import { openFlowMethods, type RawMessage } from './openflow/methods.ts';
import { openRecording, type Recording } from './recorded.ts';
import { RouterExpectations } from './why/expectations.ts';
import { logQuestions } from './workbench.ts';

const dpid = '0000000000000001';
/** 10.0.1.100 → 192.168.2.2, ICMP, TTL 64: as it comes in, and as a router sends it on. */
const echo = hex(
  '02 00 00 00 00 02 02 00 00 00 00 01 08 00 45 00 00 1c 00 01 00 00 40 01 ac 1f 0a 00 01 64 c0 a8 02 02 08 00 f7 fd 00 01 00 01',
);

/** A log in which a packet went through the router, as a bridge would have it. */
function live(records = 100) {
  const clock = { us: 0 };
  const nowUs = () => clock.us;
  const log = new PacketLog({ records, frameBytes: 100_000, snapLength: 2048, nowUs, epochMs: 5000 });
  const control = new ControlLog(nowUs);
  const [sw, router] = [log.node('sw0'), log.node('vhost')];
  for (let i = 0; i < 20; i++) {
    clock.us += 1000;
    const first = log.append('packet_in', sw, 1, echo, 0, echo.length);
    const to = log.follow(first, 'to_router', router, 1);
    if (i % 3 === 0) log.drop(to, router, 1, 'router queue full');
    else {
      const from = log.append('from_router', router, 2, echo, 0, echo.length);
      log.infer(from, 'forward', 95, [to], 1);
    }
  }
  const channel = control.open('10.0.0.1:6633');
  const say = (isOurs: boolean, message: Message) => {
    clock.us += 100;
    const wire = encodeMessage(message);
    control.append(channel, isOurs, wire, 0, wire.length);
  };
  say(true, { kind: 'barrierRequest', xid: 7 });
  say(false, { kind: 'barrierReply', xid: 7 });
  for (let i = 0; i < 3; i++)
    say(i % 2 === 0, { kind: i % 2 === 0 ? 'echoRequest' : 'echoReply', xid: 9, data: new Uint8Array(0) });
  channel.name = 'sw0';
  return { log, control, clock };
}

const routers = [
  {
    name: 'vhost',
    rtable: '0.0.0.0 10.0.1.100 0.0.0.0 eth1\n192.168.2.2 192.168.2.2 255.255.255.255 eth2',
    sinceUs: 0,
    interfaces: [
      { name: 'eth1', port: 1, address: '10.0.1.1', mask: '255.255.255.255', mac: '02:00:00:00:00:02' },
      { name: 'eth2', port: 2, address: '192.168.2.1', mask: '255.255.255.255', mac: '02:00:00:00:00:03' },
    ],
  },
];
const flowTable: FlowTableRead = {
  dpid,
  switch: 'sw0',
  tUs: 30_000,
  previousUs: 0,
  entries: [
    {
      id: '0/7/in_port=1',
      table: 0,
      priority: 7,
      match: [],
      matchText: 'in_port=1',
      actions: ['output:2'],
      actionsText: 'output:2',
      packets: 1,
      bytes: 42,
      packetsDelta: 0,
      bytesDelta: 0,
      packetRate: 0,
      isNew: false,
      ageS: 1,
      idleTimeoutS: 0,
      hardTimeoutS: 0,
      idleLeftS: -1,
      isIdleLeftInferred: false,
      hardLeftS: -1,
      cookie: '0x0000000000000000',
    },
  ],
  tables: [],
  packets: 1,
  bytes: 42,
  changes: [],
};

async function recordingOf({ log, control, clock }: ReturnType<typeof live>, atOnce = 7): Promise<Recording> {
  const batches = [];
  for (let from = log.firstSeq; from < log.nextSeq; from += atOnce)
    batches.push(log.batches.read(from, atOnce, 1e6).batch);
  const { messages } = await openFlowMethods(control, log)['openflow:raw']({ fromId: 0, limit: 2000 });
  return { batches, control: messages, routers, flowTables: [flowTable], endUs: clock.us };
}

test('[WB290] a recorded run answers what the log answered while it was live', async () => {
  const run = live();
  const { log, control, clock } = run;
  const rtables = new Map([['vhost', routers[0]?.rtable ?? '']]);
  const known = { log, routers: () => routers, nowUs: () => clock.us };
  const expectations = new RouterExpectations(log, () => routers, rtables);
  const asked = logQuestions({ ...known, control, expectations, expert: new Expert({ ...known, rtables }) });
  const recorded = await openRecording(await recordingOf(run));
  expect([recorded.epochMs, recorded.firstSeq, recorded.nextSeq]).toEqual([5000, log.firstSeq, log.nextSeq]);
  expect(await recorded.readTrace(0, 1000)).toEqual(log.batches.read(0, 1000, 1e6).batch);

  const find = { filter: 'icmp and lab.verdict == dropped', fromSeq: 1, limit: 10, asker: 'a' };
  const answer = await asked['trace:find'](find);
  expect(answer).toMatchObject({ matched: 7 });
  expect(await recorded.call('trace:find', find)).toEqual(answer);
  expect(await recorded.call('trace:kept', {})).toEqual(await asked['trace:kept']({}));
  const chain = await asked['trace:chain']({ seq: 6 });
  expect(chain.map(({ seq }) => seq)).toEqual([4, 5, 6]);
  expect(await recorded.call('trace:chain', { seq: 6 })).toEqual(chain);
  expect(await recorded.call('trace:why', { seq: 1 })).toEqual(await asked['trace:why']({ seq: 1 }));
  expect(await recorded.call('latency:stages', { records: 100 })).toEqual(
    await asked['latency:stages']({ records: 100 }),
  );
  const findings = await asked['expert:findings']({ after: 0, limit: 100 });
  expect(findings.packets).toBe(log.logged);
  expect(await recorded.call('expert:findings', { after: 0, limit: 100 })).toEqual(findings);
  const comparison = await asked['shadow:compare']({ router: 'vhost', limit: 10 });
  expect(comparison.compared).toBe(20);
  expect(await recorded.call('shadow:compare', { router: 'vhost', limit: 10 })).toEqual(comparison);
});

test('[WB290] what needs a network is refused in a sentence', async () => {
  const recorded = await openRecording(await recordingOf(live()));
  await expect(recorded.call('fault:list', {})).rejects.toThrow(
    'This is a recorded run: fault:list needs a network that runs.',
  );
  await expect(recorded.call('flows:undo', { dpid })).rejects.toMatchObject({ code: 'conflict' });
});

test('[WB290] a router is compared from when its last program connected', async () => {
  const recording = await recordingOf(live());
  const since = { ...recording, routers: routers.map((router) => ({ ...router, sinceUs: 10_500 })) };
  const { compared } = await (await openRecording(since)).call('shadow:compare', { router: 'vhost', limit: 10 });
  expect(compared).toBe(10);
});

test('[WB291] control messages are there with ids, times, answers and folded echoes', async () => {
  const run = live();
  const { log, control } = run;
  const asked = openFlowMethods(control, log);
  const recorded = await openRecording(await recordingOf(run));
  const { messages } = await asked['openflow:log']({ fromId: 0, limit: 100 });
  expect(messages.map(({ type, count, request, answer }) => [type, count, request, answer])).toEqual([
    ['BARRIER_REQUEST', 1, 0, 2],
    ['BARRIER_REPLY', 1, 1, 0],
    ['ECHO', 3, 0, 0],
  ]);
  expect((await recorded.call('openflow:log', { fromId: 0, limit: 100 })).messages).toEqual(messages);
  expect(await recorded.call('openflow:message', { id: 2 })).toEqual(await asked['openflow:message']({ id: 2 }));
});

test('[WB292] flow tables are those that were read, and take packets as they did', async () => {
  const recorded = await openRecording(await recordingOf(live()));
  expect(await recorded.call('flows:read', { dpid })).toEqual(flowTable);
  const bytes = Buffer.from(echo).toString('base64');
  const [ofTable, ofMoment] = [{ tableUs: 30_000, packetUs: 0 }, { packetUs: 1000 }].map((when) => ({
    confidence: 'inferred',
    now: '0/7/in_port=1',
    ...when,
  }));
  expect(await recorded.call('flows:lookup', { dpid, bytes, inPort: 1 })).toMatchObject(ofTable ?? {});
  expect(await recorded.call('flows:lookup', { dpid, seq: 2 })).toMatchObject(ofMoment ?? {});
  await expect(recorded.call('flows:read', { dpid: 'f'.repeat(16) })).rejects.toThrow(
    'No flow table of "ffffffffffffffff" was recorded, only of 0000000000000001 (sw0)',
  );
});

test('[WB290] records that are missing stay unknown; what is out of order or too much is refused', async () => {
  const writer = new TraceBatchWriter();
  const batchOf = (...seqs: readonly number[]) => {
    writer.begin(0, ['sw0']);
    for (const seq of seqs) writer.record(seq, seq, 2, 0, 1, 0, 0, 0, 0, echo.length, [], 0, echo, 0, echo.length);
    return writer.finish();
  };
  const open = (...batches: readonly Uint8Array[]) =>
    openRecording({ batches, control: [], routers: [], flowTables: [], endUs: 0 });
  const gap = await open(batchOf(11, 12), batchOf(15, 16));
  expect([gap.firstSeq, gap.nextSeq]).toEqual([11, 17]);
  const found = await gap.call('trace:find', { filter: '', fromSeq: 0, limit: 10, asker: 'a' });
  expect(found.seqs).toEqual([11, 12, 15, 16]);
  await expect(gap.call('trace:cause', { seq: 13 })).rejects.toMatchObject({ code: 'not-found' });
  await expect(open(batchOf(5, 6), batchOf(6, 7))).rejects.toThrow('record 6 behind record 6');
  await expect(open(batchOf(1), batchOf(2 ** 40))).rejects.toThrow(RangeError);
  const empty = await open();
  expect([empty.firstSeq, empty.nextSeq]).toEqual([1, 1]);
});

test('[WB291] whatever control messages say, they are told or refused', async () => {
  const message = (id: number, bytes: Uint8Array): RawMessage => ({
    id,
    tUs: id,
    lastUs: id,
    isOurs: id % 2 === 0,
    connection: 1,
    switch: 'sw0',
    peer: '',
    count: 1,
    answerUs: 0,
    bytes: Buffer.from(bytes).toString('base64'),
  });
  const open = (...all: readonly Uint8Array[]) =>
    openRecording({
      batches: [],
      control: all.map((bytes, i) => message(i + 1, bytes)),
      routers: [],
      flowTables: [{ ...flowTable, entries: flowTable.entries.map((row) => ({ ...row, matchText: 'no=match,' })) }],
      endUs: 0,
    });
  await expect(open(new Uint8Array(7))).rejects.toThrow('control message 1 is shorter than its header');
  const bytes = fc.array(fc.uint8Array({ minLength: 8, maxLength: 60 }), { maxLength: 8 });
  const typed = bytes.map((all) => all.map((one, i) => Uint8Array.from([1, i % 25, 0, one.length, ...one.slice(4)])));
  await fc.assert(
    fc.asyncProperty(fc.oneof(bytes, typed), async (all) => {
      const run = await open(...all);
      const { messages } = await run.call('openflow:log', { fromId: 0, limit: 100 });
      expect(messages.length).toBeLessThanOrEqual(all.length);
      for (const { id } of messages) await run.call('openflow:message', { id });
      await run.call('flows:at', { dpid, atUs: 100 });
      const frame = Buffer.from(echo).toString('base64');
      await run.call('flows:lookup', { dpid, bytes: frame, inPort: 1 });
    }),
    { numRuns: 60 },
  );
});
