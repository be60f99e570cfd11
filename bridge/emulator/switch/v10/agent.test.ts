import { describe, expect, test } from 'vitest';
import { errorName } from '../../../protocols/openflow/v10/error.ts';
import { helloElements } from '../../../protocols/openflow/v10/hello.ts';
import { matchOf } from '../../../protocols/openflow/v10/match.ts';
import { encodeMessage, type Message } from '../../../protocols/openflow/v10/message.ts';
import { plain } from '../differential/frames.ts';
import { bufferCount } from '../packet-buffers.ts';
import { flowMod, macOfPort, output, packetOut, SwitchBench, TestController } from '../testing/switch-bench.ts';

const none = new Uint8Array(0);
const frame = plain();
const hello = (version: number, elements: Uint8Array = none): Message => ({ kind: 'hello', xid: 5, version, elements });
const errorsIn = (messages: readonly Message[]): string[] =>
  messages.flatMap((message) => (message.kind === 'error' ? [errorName(message.type, message.code)] : []));
const raw = (type: number, body: readonly number[] = [], version = 1): Uint8Array =>
  Uint8Array.from([version, type, 0, 8 + body.length, 0, 0, 0, 99, ...body]);

describe('HELLO', () => {
  test('[ES50] the switch says HELLO of version 1 at once, and nothing but that until it has heard one', () => {
    const bench = new SwitchBench();
    const controller = new TestController(bench.sw);
    bench.gives(1, frame);
    bench.port(2).setUp(false);
    expect(controller.hears()).toEqual([{ kind: 'hello', xid: 1, version: 1, elements: none }]);
    controller.says(hello(1));
    bench.gives(1, frame);
    expect(controller.hears()).toMatchObject([{ kind: 'packetIn' }]);
  });

  test.each([
    ['a higher version, which includes 1', hello(4)],
    ['a bitmap with 1.0 and 1.3', hello(4, helloElements([1, 4]))],
  ])('[ES50] %s is understood', (_what, greeting) => {
    const controller = new TestController(new SwitchBench().sw).says(greeting);
    controller.hears();
    expect(controller.asks({ kind: 'barrierRequest', xid: 3 })).toEqual([{ kind: 'barrierReply', xid: 3 }]);
  });

  test('[ES50] without a common version it says HELLO_FAILED with a sentence, and ends the connection', () => {
    const controller = new TestController(new SwitchBench().sw);
    const [answer] = controller.asks(hello(4, helloElements([4, 5])));
    expect(answer).toMatchObject({ kind: 'error', type: 0, code: 0, xid: 5 });
    expect(answer?.kind === 'error' && new TextDecoder().decode(answer.data)).toBe(
      'We support version 0x01, you support version 0x04, 0x05, no common versions.',
    );
    expect(controller.isEnded).toBe(true);
  });

  test('[ES50] anything else before HELLO ends the connection', () => {
    const controller = new TestController(new SwitchBench().sw);
    expect(controller.asks({ kind: 'featuresRequest', xid: 1 })).toEqual([]);
    expect(controller.isEnded).toBe(true);
  });

  test('[ES50] FEATURES: datapath id, buffers, one table, all ports with the local one; then the switch is connected', () => {
    const bench = new SwitchBench({ ports: 1 });
    const controller = new TestController(bench.sw);
    bench.controller.session.ended('gone');
    controller.says(hello(1));
    expect(bench.sw.isConnected).toBe(false);
    controller.hears();
    const up = { config: [], state: [], current: ['tenGbFull', 'copper'], advertised: [], supported: [], peer: [] };
    expect(controller.asks({ kind: 'featuresRequest', xid: 9 })).toEqual([
      {
        kind: 'featuresReply',
        xid: 9,
        datapathId: 0xa1n,
        buffers: 256,
        tables: 1,
        capabilities: ['flowStats', 'tableStats', 'portStats', 'queueStats', 'arpMatchIp'],
        actions: 0xfff,
        ports: [
          { number: 1, mac: macOfPort(1), name: 'sw0-eth1', ...up },
          {
            ...up,
            number: 0xfffe,
            mac: expect.stringMatching(/^.[26ae]:/),
            name: 'sw0',
            config: ['portDown'],
            state: ['linkDown'],
          },
        ],
      },
    ]);
    expect(bench.sw.isConnected).toBe(true);
    controller.session.ended('gone');
    expect(bench.sw.isConnected).toBe(false);
  });
});

describe('keepalive', () => {
  test('[ES51] a controller that is silent for 5 s is asked, and let go after 5 s more', () => {
    const { controller } = new SwitchBench();
    controller.passes(4750);
    expect(controller.hears()).toEqual([]);
    controller.passes(250);
    expect(controller.hears()).toMatchObject([{ kind: 'echoRequest' }]);
    controller.passes(4750);
    expect(controller.isEnded).toBe(false);
    controller.passes(250);
    expect(controller.isEnded).toBe(true);
  });

  test('[ES51] who answers stays; an echo request is answered with its data', () => {
    const { controller } = new SwitchBench();
    controller.passes(5000).says({ kind: 'echoReply', xid: 2, data: none }).passes(4750);
    expect(controller.isEnded).toBe(false);
    const data = Uint8Array.of(1, 2, 3);
    expect(controller.asks({ kind: 'echoRequest', xid: 4, data })).toEqual([{ kind: 'echoReply', xid: 4, data }]);
  });
});

describe('what is refused', () => {
  test.each([
    ['a type that does not exist', raw(99), 'badRequest.badType'],
    ['a type that only a switch sends', raw(19), 'badRequest.badType'],
    ['a second HELLO', raw(0), 'badRequest.badType'],
    ['a vendor’s message', raw(4, [0, 0, 0x23, 0x20, 0, 0, 0, 1]), 'badRequest.badVendor'],
    ['a body where there is none', raw(18, [1, 2]), 'badRequest.badLen'],
    ['a body that is cut short', raw(14, new Array(20).fill(0)), 'badRequest.badLen'],
    ['statistics of an unknown kind', raw(16, [0, 9, 0, 0]), 'badRequest.badStat'],
    ['statistics of a vendor', raw(16, [255, 255, 0, 0, 0, 0, 1, 2]), 'badRequest.badVendor'],
    ['queues of a port that is not there', raw(20, [0, 77, 0, 0]), 'queueOpFailed.badPort'],
    ['queues of no port', raw(20, [255, 255, 0, 0]), 'queueOpFailed.badPort'],
  ])('[ES53] %s: an ERROR that quotes the message', (_what, bytes, error) => {
    const { controller } = new SwitchBench();
    const answers = controller.saysBytes(bytes).hears();
    expect(errorsIn(answers)).toEqual([error]);
    expect(answers).toMatchObject([{ xid: 99, data: bytes }]);
    expect(controller.isEnded).toBe(false);
  });

  test('[ES53] a message of another version is refused, but for the echo', () => {
    const { controller } = new SwitchBench();
    expect(controller.saysBytes(raw(2, [7], 4)).hears()).toEqual([
      { kind: 'unknown', version: 4, type: 3, xid: 99, raw: Uint8Array.of(7) },
    ]);
    expect(controller.saysBytes(raw(3, [7], 4)).hears()).toEqual([]);
    expect(errorsIn(controller.saysBytes(raw(20, [], 4)).hears())).toEqual(['badRequest.badVersion']);
    expect(controller.isEnded).toBe(false);
  });

  test('[ES52] a length below that of a header ends the connection', () => {
    const { controller } = new SwitchBench();
    controller.saysBytes(Uint8Array.of(1, 18, 0, 4, 0, 0, 0, 0));
    expect(controller.isEnded).toBe(true);
  });

  test('[ES52] messages come in any pieces', () => {
    const { controller } = new SwitchBench();
    for (const byte of encodeMessage({ kind: 'barrierRequest', xid: 6 })) controller.saysBytes(Uint8Array.of(byte));
    expect(controller.hears()).toEqual([{ kind: 'barrierReply', xid: 6 }]);
  });
});

describe('packets to the controller', () => {
  const missing = (missSendLength: number): SwitchBench => {
    const bench = new SwitchBench();
    bench.controller.says({ kind: 'setConfig', xid: 1, fragments: 'normal', missSendLength });
    return bench;
  };

  test('[ES40] 128 bytes of a miss unless the controller says otherwise; each connection has its own number', () => {
    const bench = new SwitchBench();
    const other = new TestController(bench.sw).greets();
    expect(bench.controller.asks({ kind: 'getConfigRequest', xid: 2 })).toMatchObject([
      { fragments: 'normal', missSendLength: 128 },
    ]);
    bench.controller.says({ kind: 'setConfig', xid: 1, fragments: 'normal', missSendLength: 0xffff });
    const long = plain(undefined, undefined, 400);
    bench.gives(1, long);
    expect(bench.controller.hears()).toMatchObject([{ bufferId: 0xffff_ffff, totalLength: 414, data: long }]);
    expect(other.hears()).toMatchObject([{ totalLength: 414, data: long.subarray(0, 128) }]);
  });

  test('[ES40] reassembly is not there: the setting stays', () => {
    const { controller } = new SwitchBench();
    controller.says({ kind: 'setConfig', xid: 1, fragments: 'drop', missSendLength: 5 });
    controller.says({ kind: 'setConfig', xid: 1, fragments: 'reassemble', missSendLength: 6 });
    expect(controller.asks({ kind: 'getConfigRequest', xid: 2 })).toEqual([
      { kind: 'getConfigReply', xid: 2, fragments: 'drop', missSendLength: 6 },
    ]);
  });

  test('[ES41] what is cut short waits in a buffer, and goes on from there once', () => {
    const bench = missing(20);
    bench.gives(1, frame);
    const [answer] = bench.controller.hears();
    if (answer?.kind !== 'packetIn') throw new Error('no PACKET_IN');
    expect(answer).toMatchObject({ totalLength: frame.length, data: frame.subarray(0, 20) });
    const { bufferId } = answer;
    expect(bench.controller.asks(packetOut({ bufferId, inPort: 1, actions: [output(2)] }))).toEqual([]);
    expect(bench.sent()).toEqual({ 2: [frame] });
    expect(errorsIn(bench.controller.asks(packetOut({ bufferId, actions: [output(2)] })))).toEqual([
      'badRequest.bufferEmpty',
    ]);
    expect(errorsIn(bench.controller.asks(packetOut({ bufferId: 12_345 })))).toEqual(['badRequest.bufferUnknown']);
    expect(bench.sent()).toEqual({});
  });

  test('[ES41] 256 frames wait; of one more the oldest is forgotten', () => {
    const bench = missing(0);
    for (let i = 0; i <= bufferCount; i++) bench.gives(1, plain());
    const ids = bench.controller.hears().map((message) => (message.kind === 'packetIn' ? message.bufferId : -1));
    expect(new Set(ids).size).toBe(bufferCount + 1);
    const [first = 0, second = 0] = ids;
    expect(errorsIn(bench.controller.asks(packetOut({ bufferId: first })))).toEqual(['badRequest.bufferUnknown']);
    expect(bench.controller.asks(packetOut({ bufferId: second }))).toEqual([]);
  });

  test('[ES41] a FLOW_MOD sends the buffered frame by its entry; without the frame nothing is added', () => {
    const bench = missing(0);
    bench.gives(1, frame);
    const [answer] = bench.controller.hears();
    const bufferId = answer?.kind === 'packetIn' ? answer.bufferId : 0;
    const mod = flowMod({ match: matchOf(), bufferId, actions: [output(3)] });
    expect(bench.controller.asks(mod)).toEqual([]);
    expect(bench.sent()).toEqual({ 3: [frame] });
    bench.controller.says(flowMod({ match: matchOf(), command: 'delete', bufferId }));
    expect(errorsIn(bench.controller.hears())).toEqual([]);
    expect(errorsIn(bench.controller.asks(mod))).toEqual(['badRequest.bufferEmpty']);
    expect(bench.sw.flowCount).toBe(0);
  });

  test('[ES42] a PACKET_OUT of a reserved port or with a bad action is refused', () => {
    const bench = new SwitchBench();
    const out = (inPort: number, port: number) =>
      errorsIn(bench.controller.asks(packetOut({ inPort, actions: [output(port)], data: frame })));
    expect(out(0xfffb, 1)).toEqual(['badAction.badArgument']);
    expect(out(1, 0xffff)).toEqual(['badAction.badOutPort']);
    expect(bench.sent()).toEqual({});
    for (const inPort of [0, 77, 0xfffd, 0xfffe, 0xffff]) expect(out(inPort, 1)).toEqual([]);
    expect(bench.sent()[1]).toHaveLength(5);
  });

  test('[ES42] a PACKET_OUT may share its chunk with others, and its frame is its own', () => {
    const bench = new SwitchBench();
    const bytes = encodeMessage(packetOut({ actions: [output(1)], data: frame }));
    bench.controller.saysBytes(bytes);
    bytes.fill(0);
    bench.controller.saysBytes(encodeMessage(packetOut({ actions: [output(2)], data: plain().fill(9) })));
    expect(bench.sent()[1]).toEqual([frame]);
  });

  test('[ES43] a frame for which a connection has no room is not told; control messages are', () => {
    const bench = new SwitchBench();
    bench.controller.hasRoom = () => false;
    bench.gives(1, frame);
    bench.port(2).setUp(false);
    expect(bench.controller.hears().map(({ kind }) => kind)).toEqual(['portStatus']);
  });
});

describe('ports', () => {
  const portMod = (fields: object): Message => ({
    kind: 'portMod',
    xid: 3,
    port: 2,
    mac: macOfPort(2),
    config: [],
    mask: [],
    advertise: [],
    ...fields,
  });

  test('[ES44] a link that goes down or up, and a port that is added, are told', () => {
    const bench = new SwitchBench();
    bench.port(2).setUp(false);
    bench.port(2).setUp(true);
    bench.addPort(9);
    expect(bench.controller.hears()).toMatchObject([
      { kind: 'portStatus', reason: 'modify', port: { number: 2, config: [], state: ['linkDown'] } },
      { kind: 'portStatus', reason: 'modify', port: { number: 2, config: [], state: [] } },
      { kind: 'portStatus', reason: 'add', port: { number: 9, name: 'sw0-eth9', mac: macOfPort(9) } },
    ]);
  });

  test('[ES45] PORT_MOD sets what its mask names; when that changed anything the other controllers are told', () => {
    const bench = new SwitchBench();
    const other = new TestController(bench.sw).greets();
    const config = ['noFlood', 'noFwd'] as const;
    bench.controller.says(portMod({ config, mask: ['noFlood'] }));
    expect(other.hears()).toMatchObject([
      { kind: 'portStatus', reason: 'modify', port: { number: 2, config: ['noFlood'] } },
    ]);
    bench.controller.says(portMod({ config, mask: ['noFlood'] }));
    expect(other.hears()).toEqual([]);
    bench.controller.says(portMod({ mask: ['noFlood'] }));
    expect(other.hears()).toMatchObject([{ port: { config: [] } }]);
    expect(bench.controller.hears()).toEqual([]);
  });

  test('[ES45] PORT_DOWN: what follows for the link is told to whoever asked, too', () => {
    const bench = new SwitchBench();
    const other = new TestController(bench.sw).greets();
    const down = bench.controller.asks(portMod({ config: ['portDown'], mask: ['portDown'] }));
    expect(down).toMatchObject([{ port: { config: ['portDown'], state: ['linkDown'] } }]);
    expect(other.hears()).toMatchObject([
      { port: { config: ['portDown'], state: [] } },
      { port: { config: ['portDown'], state: ['linkDown'] } },
    ]);
  });

  test('[ES45] a port that is not there, and an address that is not its own', () => {
    const { controller } = new SwitchBench();
    expect(errorsIn(controller.asks(portMod({ port: 77 })))).toEqual(['portModFailed.badPort']);
    const wrong = portMod({ mac: macOfPort(3), config: ['noFlood'], mask: ['noFlood'] });
    expect(errorsIn(controller.asks(wrong))).toEqual(['portModFailed.badHwAddr']);
  });

  test('[ES45] a port has no queues', () => {
    const { controller } = new SwitchBench();
    expect(controller.asks({ kind: 'queueGetConfigRequest', xid: 4, port: 1 })).toEqual([
      { kind: 'queueGetConfigReply', xid: 4, port: 1, queues: [] },
    ]);
  });
});

test('[ES46] every controller is told of packets and entries; the end of one does not touch the others', () => {
  const bench = new SwitchBench();
  const other = new TestController(bench.sw).greets();
  bench.controller.says(flowMod({ match: matchOf({ inPort: 2 }), flags: ['sendFlowRemoved'], hardTimeoutS: 1 }));
  bench.gives(1, frame);
  bench.scheduler.advance(1e6);
  const kinds = ['packetIn', 'flowRemoved'];
  expect(bench.controller.hears().map(({ kind }) => kind)).toEqual(kinds);
  expect(other.hears().map(({ kind }) => kind)).toEqual(kinds);
  bench.controller.session.ended('gone');
  bench.gives(1, frame);
  expect(bench.controller.hears()).toEqual([]);
  expect(other.hears()).toMatchObject([{ kind: 'packetIn' }]);
});
