import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encodeVns, type VnsMessage, type VnsMessageOf } from '../protocols/vns/message.ts';
import { RouterConversation } from './testing/conversation.ts';

const sha1 = (bytes: Uint8Array) => new Uint8Array(createHash('sha1').update(bytes).digest());
const key = new TextEncoder().encode('a key of 64 bytes or less');
const authentication = { key, sha1 };
const salt = new Uint8Array(20).fill(9);
const digestOf = (theirKey: Uint8Array) => sha1(Uint8Array.from([...salt, ...theirKey]));
const authReply = (digest: Uint8Array): VnsMessage => ({ kind: 'authReply', user: 'ada', digest });
const open: VnsMessage = { kind: 'open', topologyId: 0, virtualHost: 'vrhost', user: 'ada', password: '' };
const packet = (frame: Uint8Array): VnsMessage => ({ kind: 'packet', interfaceName: 'eth1', frame });
const frame = new Uint8Array(60).fill(7);
const interfaces = [
  { name: 'eth1', mac: '02:00:00:00:00:01', address: '192.168.2.1', mask: '255.255.255.0' },
  { name: 'eth3', mac: '02:00:00:00:00:03', address: '10.0.1.1', mask: '255.0.0.0' },
];
const closeIn = (messages: VnsMessage[]) =>
  messages.find((each): each is VnsMessageOf<'close'> => each.kind === 'close');

function ready(): RouterConversation {
  const talk = new RouterConversation();
  talk.says(open);
  talk.session.accept('');
  talk.session.announce(interfaces);
  talk.hears();
  talk.out();
  return talk;
}

describe('handshake', () => {
  test('[VNS50] AUTH_REQUEST, AUTH_REPLY, AUTH_STATUS, OPEN, HWINFO, packets', () => {
    const talk = new RouterConversation({ authentication });
    expect(talk.hears()).toEqual([{ kind: 'authRequest', salt }]);
    talk.says(authReply(digestOf(key)));
    expect(talk.hears()).toEqual([{ kind: 'authStatus', ok: true, message: 'Welcome ada' }]);
    talk.says(open);
    expect(talk.out()).toEqual([{ kind: 'open', virtualHost: 'vrhost', user: 'ada', template: undefined }]);
    talk.session.accept('');
    talk.session.announce(interfaces);
    expect(talk.hears().map(({ kind }) => kind)).toEqual(['hardwareInfo']);
    expect(talk.says(packet(frame)).packets).toEqual([{ frame, isReady: true }]);
  });

  test('[VNS51] a digest made with another key is refused, with AUTH_STATUS and CLOSE', () => {
    const talk = new RouterConversation({ authentication });
    talk.hears();
    talk.says(authReply(digestOf(new TextEncoder().encode('another key'))));
    const [status, close] = talk.hears();
    expect(status).toEqual({ kind: 'authStatus', ok: false, message: 'wrong key' });
    expect(close).toMatchObject({ kind: 'close', message: expect.stringContaining('auth_key') });
    expect(talk.out()).toMatchObject([{ kind: 'close', cause: 'refused' }]);
    expect(talk.says(open).out()).toEqual([]);
  });

  test('[VNS51] with a key, OPEN without AUTH_REPLY is refused', () => {
    const talk = new RouterConversation({ authentication });
    expect(talk.says(open).out()).toMatchObject([
      { kind: 'close', cause: 'refused', reason: 'OPEN before AUTH_REPLY: this lab has a key' },
    ]);
  });

  test('[VNS52] without a key any AUTH_REPLY is taken, even one without a digest', () => {
    const talk = new RouterConversation();
    talk.hears();
    talk.saysBytes(Uint8Array.of(0, 0, 0, 11, 0, 0, 1, 0, 1, 2, 3));
    expect(talk.hears()).toMatchObject([{ kind: 'authStatus', ok: true }]);
    expect(talk.says(open).out()).toMatchObject([{ kind: 'open' }]);
  });

  test('[VNS52] without a key OPEN may come first', () => {
    const talk = new RouterConversation();
    expect(talk.says(open).out()).toMatchObject([{ kind: 'open', virtualHost: 'vrhost' }]);
  });

  test('[VNS53] OPEN_TEMPLATE is answered with the routing table, then HWINFO', () => {
    const talk = new RouterConversation();
    talk.hears();
    talk.says({ kind: 'openTemplate', template: 'simple', virtualHost: 'vhost1', sources: [] });
    expect(talk.out()).toEqual([{ kind: 'open', virtualHost: 'vhost1', user: '', template: 'simple' }]);
    talk.session.accept('10.0.1.100 10.0.1.100 255.255.255.255 eth3\n');
    talk.session.announce(interfaces);
    expect(talk.hears()).toMatchObject([
      { kind: 'routingTable', virtualHost: 'vhost1', table: '10.0.1.100 10.0.1.100 255.255.255.255 eth3\n' },
      { kind: 'hardwareInfo' },
    ]);
  });

  test('[VNS54] HWINFO names each interface first, then speed, MAC, address, subnet and mask; it is sent once', () => {
    const talk = new RouterConversation();
    talk.says(open);
    talk.session.announce(interfaces);
    expect(talk.hears().map(({ kind }) => kind)).toEqual(['authRequest']);
    talk.session.accept('');
    talk.session.announce(interfaces);
    talk.session.announce(interfaces);
    const heard = talk.hears();
    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({
      entries: [
        { kind: 'name', value: 'eth1' },
        { kind: 'speed' },
        { kind: 'mac', value: '02:00:00:00:00:01' },
        { kind: 'address', value: '192.168.2.1' },
        { kind: 'subnet', value: '192.168.2.0' },
        { kind: 'mask', value: '255.255.255.0' },
        { kind: 'name', value: 'eth3' },
        {},
        {},
        {},
        { kind: 'subnet', value: '10.0.0.0' },
        {},
      ],
    });
  });

  test('[VNS55] a packet before HWINFO is marked as such', () => {
    const talk = new RouterConversation();
    talk.says(packet(frame), open);
    talk.session.accept('');
    talk.says(packet(frame));
    talk.session.announce(interfaces);
    talk.says(packet(frame));
    expect(talk.packets.map(({ isReady }) => isReady)).toEqual([false, false, true]);
  });

  test('[VNS58] who does not open in time is told what was missing; a parked router may wait for ever', () => {
    const shy = new RouterConversation({ authentication });
    shy.passes(10_000);
    expect(closeIn(shy.hears())?.message).toBe('No AUTH_REPLY within 10 s');
    expect(shy.out()).toMatchObject([{ kind: 'close', cause: 'timeout' }]);

    const undecided = new RouterConversation({ authentication });
    undecided.says(authReply(digestOf(key))).passes(10_000);
    expect(closeIn(undecided.hears())?.message).toBe('No OPEN within 10 s');

    const parked = new RouterConversation();
    parked.says(open);
    parked.session.accept('');
    expect(parked.passes(3_600_000).out()).toMatchObject([{ kind: 'open' }]);
  });
});

describe('ends', () => {
  test('[VNS56] every end of ours begins with CLOSE and its reason', () => {
    const refused = new RouterConversation();
    refused.says(open).session.refuse('Router r0 is connected already');
    expect(closeIn(refused.hears())?.message).toBe('Router r0 is connected already');

    const closed = ready();
    closed.session.close('The lab is closing');
    closed.session.close('again');
    expect(closed.hears()).toEqual([{ kind: 'close', message: 'The lab is closing' }]);
    expect(closed.out()).toEqual([{ kind: 'close', cause: 'closed', reason: 'The lab is closing' }]);
  });

  test('[VNS56] a long reason is cut to what CLOSE holds, and its text is harmless in a terminal', () => {
    const talk = ready();
    talk.session.close(`\u001b[2J${'x'.repeat(400)}`);
    const message = closeIn(talk.hears())?.message ?? '';
    expect(message).toHaveLength(255);
    expect(message.startsWith('?[2Jx')).toBe(true);
  });

  test('[VNS56] a router that says CLOSE has ended with its words', () => {
    const talk = ready();
    talk.says({ kind: 'close', message: 'bye' });
    expect(talk.out()).toEqual([{ kind: 'close', cause: 'ended', reason: 'The router closed: bye' }]);
    talk.session.ended('The connection was closed');
    expect(talk.out()).toEqual([]);
    expect(talk.hears()).toEqual([]);
  });
});

describe('what a router may do wrong', () => {
  test('[VNS57] unknown types, wrong directions, unreadable bodies and second OPENs are surfaced; the session goes on', () => {
    const talk = ready();
    talk.saysBytes(Uint8Array.of(0, 0, 0, 8, 0, 0, 0, 77));
    talk.says({ kind: 'banner', message: 'hi' }, open);
    talk.saysBytes(Uint8Array.of(0, 0, 0, 10, 0, 0, 0, 4, 1, 2));
    talk.says(packet(frame));
    expect(talk.out()).toMatchObject([
      { kind: 'ignored', what: 'message of type 77' },
      { kind: 'ignored', what: 'banner, which a router does not send' },
      { kind: 'ignored', what: 'a second OPEN' },
      { kind: 'ignored', what: expect.stringContaining('Malformed message') },
    ]);
    expect(talk.packets).toHaveLength(1);
    expect(talk.session.isReady).toBe(true);
  });

  test('[VNS57] broken framing ends the session, with CLOSE', () => {
    const http = ready();
    http.saysBytes(new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n'));
    expect(closeIn(http.hears())?.message).toMatch(/^Malformed message: a message of 1195725856 bytes/);
    expect(http.out()).toMatchObject([{ kind: 'close', cause: 'malformed' }]);

    const short = ready();
    short.saysBytes(Uint8Array.of(0, 0, 0, 7, 0, 0, 0, 4));
    expect(short.out()).toMatchObject([
      { kind: 'close', cause: 'malformed', reason: expect.stringContaining('length') },
    ]);
  });

  test('[VNS57] an unreadable message in the handshake ends it: there is nothing to go on with', () => {
    const talk = new RouterConversation();
    talk.saysBytes(Uint8Array.of(0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 0));
    expect(talk.out()).toMatchObject([{ kind: 'close', cause: 'malformed' }]);
  });

  test('[VNS57] a frame larger than routers take is still one message', () => {
    const talk = ready();
    const large = new Uint8Array(20_000);
    const head = encodeVns(packet(new Uint8Array(0)));
    new DataView(head.buffer).setUint32(0, head.length + large.length);
    talk.saysBytes(head).saysBytes(large);
    expect(talk.packets.map((each) => each.frame.length)).toEqual([20_000]);
  });
});
