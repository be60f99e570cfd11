import { describe, expect, test } from 'vitest';
import { matchOf } from '../protocols/openflow/v10/match.ts';
import { encodeMessage, type Message } from '../protocols/openflow/v10/message.ts';
import { packetXid } from '../sessions/openflow-session.ts';
import { openFlowMethods } from '../workbench/openflow/methods.ts';
import { ControlLog } from './control-log.ts';
import { PacketLog } from './packet-log.ts';

const none = new Uint8Array(0);
const flowMod = (xid: number): Message => ({
  kind: 'flowMod',
  xid,
  match: matchOf({ inPort: 1 }),
  cookie: 0n,
  command: 'add',
  idleTimeoutS: 10,
  hardTimeoutS: 0,
  priority: 7,
  bufferId: 0xffff_ffff,
  outPort: 0xffff,
  flags: [],
  actions: [{ kind: 'output', port: 2, maxLength: 0 }],
});

/** A controller and a switch that talk, and what the log says of it. */
function talk(capacity?: number, bytes?: number) {
  const clock = { us: 1000 };
  const control = new ControlLog(() => clock.us, capacity, bytes);
  const log = new PacketLog({ records: 10, frameBytes: 1000, snapLength: 100, nowUs: () => clock.us, epochMs: 0 });
  const methods = openFlowMethods(control, log);
  const channel = control.open('peer');
  const say = (isOurs: boolean, message: Message, on = channel) => {
    const wire = encodeMessage(message);
    // In the middle of other bytes, as in a connection's buffer.
    const buffer = new Uint8Array(wire.length + 20).fill(9);
    buffer.set(wire, 7);
    clock.us += 100;
    control.append(on, isOurs, buffer, 7, 7 + wire.length);
  };
  return {
    clock,
    control,
    channel,
    log,
    ours: (message: Message, on = channel) => say(true, message, on),
    theirs: (message: Message, on = channel) => say(false, message, on),
    read: async (fromId = 0, limit = 2000) => await methods['openflow:log']({ fromId, limit }),
    message: async (id: number) => await methods['openflow:message']({ id }),
  };
}

describe('the control log', () => {
  test('[WB161] request and answer are joined by xid, with the time the answer took', async () => {
    const { ours, theirs, read, channel } = talk();
    ours({ kind: 'barrierRequest', xid: 5 });
    ours({ kind: 'featuresRequest', xid: 6 });
    // The switch's own xid 5 is another one.
    theirs({ kind: 'vendor', xid: 5, vendor: 1, body: none });
    theirs({ kind: 'barrierReply', xid: 5 });
    channel.name = 'sw0';
    const { messages } = await read();
    expect(messages.map((m) => [m.id, m.type, m.direction, m.switch, m.request, m.answer, m.answerUs])).toEqual([
      [1, 'BARRIER_REQUEST', 'to switch', 'sw0', 0, 4, 0],
      [2, 'FEATURES_REQUEST', 'to switch', 'sw0', 0, 0, 0],
      [3, 'VENDOR', 'from switch', 'sw0', 0, 0, 0],
      [4, 'BARRIER_REPLY', 'from switch', 'sw0', 1, 0, 300],
    ]);
  });

  test('[WB161] an answer of another kind or connection is not joined', async () => {
    const { ours, theirs, read, control } = talk();
    ours({ kind: 'barrierRequest', xid: 5 });
    theirs({ kind: 'barrierReply', xid: 5 }, control.open('other'));
    theirs({ kind: 'getConfigReply', xid: 5, fragments: 'normal', missSendLength: 1 });
    expect((await read()).messages.map(({ request, answer }) => [request, answer])).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
  });

  test('[WB161] an ERROR names what it is about; that of a PACKET_OUT leads to its record', async () => {
    const { ours, theirs, read } = talk();
    ours(flowMod(9));
    theirs({ kind: 'error', xid: 9, type: 3, code: 0, data: none });
    theirs({ kind: 'error', xid: packetXid(431), type: 1, code: 8, data: none });
    const { messages } = await read();
    expect(messages.map((m) => [m.info, m.isError, m.request, m.about, m.packetSeq])).toEqual([
      ['add in_port=1 priority=7 idle=10 → output:2', false, 0, '', 0],
      ['flowModFailed.allTablesFull', true, 1, 'FLOW_MOD add in_port=1 priority=7 idle=10 → output:2', 0],
      ['badRequest.bufferUnknown', true, 0, 'PACKET_OUT of #431', 431],
    ]);
  });

  test('[WB162] echoes in a row are one line with their number', async () => {
    const { ours, theirs, read } = talk();
    for (let i = 0; i < 3; i++) {
      ours({ kind: 'echoRequest', xid: i, data: none });
      theirs({ kind: 'echoReply', xid: i, data: none });
    }
    ours({ kind: 'barrierRequest', xid: 5 });
    theirs({ kind: 'echoRequest', xid: 1, data: none });
    const { messages } = await read();
    expect(messages.map((m) => [m.type, m.count, m.tUs, m.lastUs, m.answerUs])).toEqual([
      ['ECHO', 6, 1100, 1600, 100],
      ['BARRIER_REQUEST', 1, 1700, 1700, 0],
      ['ECHO', 1, 1800, 1800, 0],
    ]);
  });

  test('[WB160] the newest are kept, by number and by bytes; reading goes on where it ended', async () => {
    const few = talk(4);
    for (let xid = 1; xid <= 10; xid++) few.ours({ kind: 'barrierRequest', xid });
    const read = await few.read(3, 2);
    expect([read.firstId, read.nextId, read.messages.map(({ xid }) => xid)]).toEqual([7, 11, [7, 8]]);
    few.theirs({ kind: 'barrierReply', xid: 1 });
    expect((await few.read(11)).messages).toMatchObject([{ request: 0 }]);

    const small = talk(100, 250);
    for (let xid = 1; xid <= 10; xid++) small.ours(flowMod(xid));
    const left = await small.read();
    expect(left.firstId).toBe(8);
    expect(left.messages.map(({ xid, info }) => [xid, info.slice(0, 13)])).toEqual([
      [8, 'add in_port=1'],
      [9, 'add in_port=1'],
      [10, 'add in_port=1'],
    ]);
  });

  test('[WB160] packets are only counted', async () => {
    const { log, read } = talk();
    const seq = log.append('packet_in', log.node('sw0'), 1, new Uint8Array(60), 0, 60);
    log.follow(seq, 'packet_out', log.node('sw0'), 2);
    expect(await read()).toMatchObject({ packetsIn: 1, packetsOut: 1, messages: [] });
  });

  test('[WB163] a message has its fields with their bytes; one that is not kept is told so', async () => {
    const { ours, message } = talk();
    await expect(message(1)).rejects.toThrow('There is no message 1: none was exchanged yet');
    ours(flowMod(9));
    const { bytes, fields, lengthBytes } = await message(1);
    expect(Buffer.from(bytes, 'base64').length).toBe(lengthBytes);
    expect(fields.find(({ label }) => label === 'Priority')).toMatchObject({ text: '7', start: 62, end: 64 });
    await expect(message(2)).rejects.toThrow('There is no message 2: kept are 1 to 1');
  });
});
