import { describe, expect, test } from 'vitest';
import { helloElements } from '../protocols/openflow/v10/hello.ts';
import { matchOf } from '../protocols/openflow/v10/match.ts';
import { encodeMessage, type Message } from '../protocols/openflow/v10/message.ts';
import { packetXid, seqOfXid } from './openflow-session.ts';
import type { RequestAnswer } from './pending-requests.ts';
import { featuresReply, hello, SwitchConversation, wirePort } from './testing/conversation.ts';

const none = new Uint8Array(0);
const packetIn = (data: Uint8Array): Message => ({
  kind: 'packetIn',
  xid: 0,
  bufferId: 0xffff_ffff,
  totalLength: data.length,
  inPort: 1,
  reason: 'noMatch',
  data,
});
const frame = new Uint8Array(60).fill(7);

describe('handshake', () => {
  test('[OF50] HELLO, features, configuration, an empty table, the description, a barrier: ready', () => {
    const talk = new SwitchConversation();
    expect(talk.hears()).toEqual([{ kind: 'hello', xid: 1, version: 1, elements: none }]);
    talk.says(hello());
    expect(talk.hears()).toEqual([{ kind: 'featuresRequest', xid: 2 }]);
    talk.says(featuresReply(2));
    expect(talk.hears()).toMatchObject([
      { kind: 'setConfig', fragments: 'normal', missSendLength: 65535 },
      { kind: 'flowMod', command: 'delete', match: matchOf() },
      { kind: 'statsRequest', xid: 5, stats: { kind: 'desc' } },
      { kind: 'barrierRequest', xid: 6 },
    ]);
    const text = {
      manufacturer: 'Nicira',
      hardware: 'Open vSwitch',
      software: '3.1.0',
      serialNumber: '',
      datapath: '',
    };
    talk.says({ kind: 'statsReply', xid: 5, stats: { kind: 'desc', flags: [], ...text } });
    expect(talk.out()).toEqual([]);
    talk.says({ kind: 'barrierReply', xid: 6 });
    expect(talk.out()).toMatchObject([
      { kind: 'ready', description: 'Nicira Open vSwitch 3.1.0', features: { datapathId: 1n } },
    ]);
    expect(talk.session.isReady).toBe(true);
  });

  test('[OF50] a switch without description or barrier is ready all the same', () => {
    const talk = new SwitchConversation();
    talk.says(hello(), featuresReply(2));
    talk.says(
      { kind: 'error', xid: 5, type: 1, code: 2, data: none },
      { kind: 'error', xid: 6, type: 1, code: 1, data: none },
    );
    expect(talk.out()).toMatchObject([
      { kind: 'error', error: 'badRequest.badStat', request: { kind: 'statsRequest' } },
      { kind: 'ready', description: '' },
      { kind: 'error', error: 'badRequest.badType', request: { kind: 'barrierRequest' } },
    ]);
  });

  test.each([
    ['version 1 without a bitmap', hello(1)],
    ['a higher version without a bitmap, which includes ours', hello(4)],
    ['a bitmap with 1.0 and 1.3', hello(4, helloElements([1, 4]))],
  ])('[OF51] %s is understood', (_what, greeting) => {
    const talk = new SwitchConversation();
    talk.hears();
    expect(talk.says(greeting).hearsKinds()).toEqual(['featuresRequest']);
    expect(talk.out()).toEqual([]);
  });

  test('[OF51] without a common version the switch is told HELLO_FAILED, and the session ends', () => {
    const talk = new SwitchConversation();
    talk.hears();
    talk.says(hello(4, helloElements([4, 5])));
    expect(talk.hears()).toMatchObject([{ kind: 'error', xid: 77, type: 0, code: 0 }]);
    expect(talk.out()).toEqual([
      {
        kind: 'close',
        cause: 'version',
        reason: 'No common OpenFlow version: the switch speaks only version 4, 5, the controller 1',
      },
    ]);
    expect(talk.says(featuresReply(2)).hears()).toEqual([]);
  });

  test('[OF51] a switch that refuses our HELLO is let go with its error', () => {
    const talk = new SwitchConversation();
    talk.says({ kind: 'error', xid: 1, type: 0, code: 0, data: none });
    expect(talk.out()).toMatchObject([
      { kind: 'error', error: 'helloFailed.incompatible' },
      { kind: 'close', reason: 'The switch refused the HELLO: helloFailed.incompatible' },
    ]);
  });

  test('[OF53] anything before HELLO but an echo ends the session', () => {
    const talk = new SwitchConversation();
    talk.hears();
    talk.says({ kind: 'echoRequest', xid: 5, data: frame });
    expect(talk.hears()).toEqual([{ kind: 'echoReply', xid: 5, data: frame }]);
    talk.says({ kind: 'barrierReply', xid: 1 });
    expect(talk.out()).toMatchObject([
      { kind: 'close', cause: 'malformed', reason: 'Expected HELLO, got BARRIER_REPLY' },
    ]);
  });

  test('[OF52] a switch that does not get ready is let go, and what it owed is named', () => {
    const silent = new SwitchConversation();
    expect(silent.passes(9_750).out()).toEqual([]);
    expect(silent.passes(250).out()).toEqual([{ kind: 'close', cause: 'timeout', reason: 'No HELLO within 10 s' }]);

    const lazy = new SwitchConversation();
    lazy.says(hello());
    expect(lazy.passes(5_000).out()).toEqual([
      { kind: 'close', cause: 'timeout', reason: 'No FEATURES_REPLY within 5 s' },
    ]);

    const stuck = new SwitchConversation();
    stuck.says(hello(), featuresReply(2));
    expect(stuck.passes(5_000).out()).toEqual([
      { kind: 'close', cause: 'timeout', reason: 'No BARRIER_REPLY within 5 s' },
    ]);
  });

  test('[OF60] a connection that opens and closes at once is one quiet end', () => {
    const talk = new SwitchConversation();
    talk.session.ended('The connection was closed');
    talk.session.ended('The connection was closed');
    talk.session.close('no more');
    talk.hears();
    expect(talk.says(hello()).passes(60_000).hears()).toEqual([]);
    expect(talk.out()).toEqual([{ kind: 'close', cause: 'ended', reason: 'The connection was closed' }]);
  });
});

describe('what a peer may do wrong', () => {
  test('[OF53] a message that lies about its length ends the session and names the place', () => {
    const talk = SwitchConversation.ready();
    const bytes = encodeMessage(featuresReply(9));
    new DataView(bytes.buffer).setUint16(2, bytes.length - 20);
    talk.saysBytes(bytes.subarray(0, bytes.length - 20));
    const [close] = talk.out();
    expect(close).toMatchObject({ kind: 'close', cause: 'malformed' });
    expect(close?.kind === 'close' && close.reason).toMatch(/^Malformed message: .* at byte \d+ \(ports\[1\]/);
  });

  test('[OF53] a length below that of the header ends the session', () => {
    const talk = SwitchConversation.ready();
    talk.saysBytes(Uint8Array.of(1, 10, 0, 4, 0, 0, 0, 0));
    expect(talk.out()).toMatchObject([
      { kind: 'close', cause: 'malformed', reason: expect.stringContaining('(length)') },
    ]);
  });

  test('[OF53] a PACKET_IN shorter than its fixed part ends the session', () => {
    const talk = SwitchConversation.ready();
    talk.saysBytes(Uint8Array.of(1, 10, 0, 10, 0, 0, 0, 0, 1, 2));
    expect(talk.out()).toMatchObject([{ kind: 'close', cause: 'malformed' }]);
    expect(talk.frames).toEqual([]);
  });

  test('[OF54] another version after HELLO is answered with BAD_VERSION and ends the session', () => {
    const talk = SwitchConversation.ready();
    talk.saysBytes(Uint8Array.of(4, 10, 0, 8, 0, 0, 0, 3));
    expect(talk.hears()).toMatchObject([{ kind: 'error', xid: 3, type: 1, code: 0 }]);
    expect(talk.out()).toMatchObject([{ kind: 'close', cause: 'version' }]);
  });

  test('[OF54] a type that a switch does not send is answered with BAD_TYPE, and the session goes on', () => {
    const talk = SwitchConversation.ready();
    talk.says({ kind: 'featuresRequest', xid: 8 }, { kind: 'unknown', xid: 9, version: 1, type: 99, raw: none });
    expect(talk.hears()).toMatchObject([
      { kind: 'error', xid: 8, type: 1, code: 1 },
      { kind: 'error', xid: 9, type: 1, code: 1 },
    ]);
    expect(talk.out()).toEqual([
      { kind: 'ignored', what: 'FEATURES_REQUEST, which a switch does not send' },
      { kind: 'ignored', what: 'message of type 99, which a switch does not send' },
    ]);
    expect(talk.session.isReady).toBe(true);
  });

  test('[OF53] messages arrive in any pieces', () => {
    const talk = new SwitchConversation();
    const bytes = [hello(), featuresReply(2)].flatMap((message) => [...encodeMessage(message)]);
    for (const byte of bytes) talk.saysBytes(Uint8Array.of(byte));
    expect(talk.hearsKinds()).toEqual([
      'hello',
      'featuresRequest',
      'setConfig',
      'flowMod',
      'statsRequest',
      'barrierRequest',
    ]);
  });
});

describe('keepalive', () => {
  test('[OF57] an echo request is answered with its data', () => {
    const talk = SwitchConversation.ready();
    talk.says({ kind: 'echoRequest', xid: 5, data: frame });
    expect(talk.hears()).toEqual([{ kind: 'echoReply', xid: 5, data: frame }]);
  });

  test('[OF57] a silent switch is asked once, then let go', () => {
    const talk = SwitchConversation.ready();
    expect(talk.passes(4_750).hears()).toEqual([]);
    expect(talk.passes(250).hearsKinds()).toEqual(['echoRequest']);
    expect(talk.passes(4_750).hears()).toEqual([]);
    expect(talk.out()).toEqual([]);
    expect(talk.passes(250).out()).toEqual([
      { kind: 'close', cause: 'silent', reason: 'Silent for 10 s, echo unanswered' },
    ]);
  });

  test('[OF57] a switch that answers, or says anything at all, stays', () => {
    const talk = SwitchConversation.ready();
    for (let i = 0; i < 10; i++) {
      talk.passes(6_000);
      const asked = talk.hears().find(({ kind }) => kind === 'echoRequest');
      if (i % 2 === 0) talk.says({ kind: 'echoReply', xid: asked?.xid ?? 0, data: none });
      else talk.says(packetIn(frame));
    }
    expect(talk.out()).toEqual([]);
  });
});

describe('requests', () => {
  const flows = (xid: number): Extract<Message, { kind: 'statsRequest' }> => ({
    kind: 'statsRequest',
    xid,
    stats: { kind: 'flow', flags: [], match: matchOf(), tableId: 0xff, outPort: 0xffff },
  });
  const ask = (talk: SwitchConversation) => {
    const answers: RequestAnswer[] = [];
    talk.session.request(flows, (answer) => answers.push(answer));
    return { answers, xid: talk.hears()[0]?.xid ?? 0 };
  };
  const part = (xid: number, flags: 'more'[]): Message => ({
    kind: 'statsReply',
    xid,
    stats: { kind: 'flow', flags, flows: [] },
  });

  test('[OF55] a reply finds its request by xid, whatever comes between', () => {
    const talk = SwitchConversation.ready();
    const first = ask(talk);
    const second = ask(talk);
    talk.says(part(second.xid, []), packetIn(frame), part(first.xid, []));
    expect(first.answers).toMatchObject([{ kind: 'reply', replies: [{ xid: first.xid }] }]);
    expect(second.answers).toMatchObject([{ kind: 'reply', replies: [{ xid: second.xid }] }]);
  });

  test('[OF55] a reply in several parts is one answer', () => {
    const talk = SwitchConversation.ready();
    const { answers, xid } = ask(talk);
    talk.says(part(xid, ['more']), part(xid, ['more']));
    expect(answers).toEqual([]);
    talk.says(part(xid, []));
    expect(answers).toMatchObject([{ kind: 'reply', replies: [{}, {}, {}] }]);
  });

  test('[OF55] no reply is a time-out; a reply that comes too late is surfaced, not matched', () => {
    const talk = SwitchConversation.ready();
    const { answers, xid } = ask(talk);
    talk
      .says({ kind: 'echoRequest', xid: 1, data: none })
      .passes(4_000)
      .says({ kind: 'echoRequest', xid: 1, data: none });
    expect(answers).toEqual([]);
    talk.passes(1_000);
    expect(answers).toEqual([{ kind: 'timeout' }]);
    talk.says(part(xid, []));
    expect(answers).toHaveLength(1);
    expect(talk.out()).toEqual([{ kind: 'ignored', what: 'STATS_REPLY that nothing waits for' }]);
  });

  test('[OF55] a reply of another kind does not answer', () => {
    const talk = SwitchConversation.ready();
    const { answers, xid } = ask(talk);
    talk.says({ kind: 'barrierReply', xid });
    expect(answers).toEqual([]);
    expect(talk.out()).toMatchObject([{ kind: 'ignored' }]);
  });

  test('[OF55] the end of the session answers whoever waits', () => {
    const talk = SwitchConversation.ready();
    const { answers } = ask(talk);
    talk.session.ended('The connection was reset');
    expect(answers).toEqual([{ kind: 'closed', reason: 'The connection was reset' }]);
    const late: RequestAnswer[] = [];
    talk.session.request(flows, (answer) => late.push(answer));
    expect(late).toMatchObject([{ kind: 'closed' }]);
  });

  test('[OF55] a switch that answers nothing cannot pile up requests', () => {
    const talk = SwitchConversation.ready();
    const answers = Array.from({ length: 300 }, () => ask(talk).answers);
    expect(answers.filter((each) => each.length > 0)).toHaveLength(44);
    expect(answers.at(-1)).toMatchObject([{ kind: 'error', error: '256 requests wait for this switch already' }]);
  });

  test('[OF56] an ERROR is the answer to its request and comes with it', () => {
    const talk = SwitchConversation.ready();
    const { answers, xid } = ask(talk);
    talk.says({ kind: 'error', xid, type: 1, code: 2, data: none });
    expect(answers).toEqual([{ kind: 'error', error: 'badRequest.badStat' }]);
    expect(talk.out()).toMatchObject([
      { kind: 'error', error: 'badRequest.badStat', request: { kind: 'statsRequest', xid } },
    ]);
  });

  test('[OF56] an ERROR about a message that has no reply comes with that message', () => {
    const talk = SwitchConversation.ready();
    talk.session.send((xid) => ({
      kind: 'portMod',
      xid,
      port: 9,
      mac: '02:00:00:00:00:09',
      config: [],
      mask: [],
      advertise: [],
    }));
    const [sent] = talk.hears();
    talk.says({ kind: 'error', xid: sent?.xid ?? 0, type: 4, code: 0, data: none });
    expect(talk.out()).toMatchObject([{ error: 'portModFailed.badPort', request: { kind: 'portMod', port: 9 } }]);
  });

  test('[OF56] the xid of a PACKET_OUT leads back to its record; others never look like one', () => {
    expect(seqOfXid(packetXid(12345))).toBe(12345);
    expect(packetXid(2 ** 40 + 7)).toBeLessThan(2 ** 32);
    const talk = SwitchConversation.ready();
    const { xid } = ask(talk);
    expect(seqOfXid(xid)).toBeUndefined();
  });
});

describe('what a switch tells', () => {
  test('[OF59] a PACKET_IN is handed on where it lies, once the switch is configured', () => {
    const talk = new SwitchConversation();
    talk.says(hello(), packetIn(frame), featuresReply(2), packetIn(frame));
    expect(talk.frames).toEqual([]);
    talk.says({ kind: 'barrierReply', xid: 6 }, packetIn(frame));
    expect(talk.frames).toEqual([frame]);
  });

  test('[OF58] a port that changes before the switch is ready is told right after', () => {
    const talk = new SwitchConversation();
    talk.says(hello(), featuresReply(2), { kind: 'portStatus', xid: 0, reason: 'add', port: wirePort(3) });
    expect(talk.out()).toEqual([]);
    talk.says({ kind: 'barrierReply', xid: 6 });
    expect(talk.out()).toMatchObject([{ kind: 'ready' }, { kind: 'portStatus', status: { port: { number: 3 } } }]);
    talk.says({ kind: 'portStatus', xid: 0, reason: 'delete', port: wirePort(3) });
    expect(talk.out()).toMatchObject([{ kind: 'portStatus', status: { reason: 'delete' } }]);
  });
});
