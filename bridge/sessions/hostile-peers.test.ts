import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { encodeMessage, type Message } from '../protocols/openflow/v10/message.ts';
import { encodeVns, type VnsMessage } from '../protocols/vns/message.ts';
import { featuresReply, hello, RouterConversation, SwitchConversation, wirePort } from './testing/conversation.ts';

/** The same numbers in every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A few bytes changed, sometimes cut short, sometimes with a length that still fits what is there. */
function mutate(bytes: Uint8Array, below: (n: number) => number, setLength: (bytes: Uint8Array) => void): Uint8Array {
  const mutant = bytes.slice(0, below(4) === 0 ? 1 + below(bytes.length) : bytes.length);
  for (let i = below(6); i > 0; i--) mutant[below(mutant.length)] = below(256);
  if (below(2) === 0 && mutant.length >= 8) setLength(mutant);
  return mutant;
}

const none = new Uint8Array(0);
const switchSays: Message[] = [
  hello(),
  featuresReply(2),
  { kind: 'error', xid: 5, type: 1, code: 1, data: encodeMessage(featuresReply(2)).subarray(0, 64) },
  { kind: 'barrierReply', xid: 6 },
  { kind: 'echoRequest', xid: 7, data: new Uint8Array(40) },
  { kind: 'portStatus', xid: 0, reason: 'add', port: wirePort(3) },
  { kind: 'packetIn', xid: 0, bufferId: 1, totalLength: 60, inPort: 1, reason: 'noMatch', data: new Uint8Array(60) },
  { kind: 'vendor', xid: 8, vendor: 0x2320, body: new Uint8Array(16) },
  { kind: 'statsReply', xid: 5, stats: { kind: 'flow', flags: ['more'], flows: [] } },
];
const routerSays: VnsMessage[] = [
  { kind: 'authReply', user: 'x'.repeat(300), digest: new Uint8Array(20) },
  { kind: 'open', topologyId: 0, virtualHost: 'vhost', user: 'user', password: '' },
  { kind: 'openTemplate', template: 't', virtualHost: 'vhost', sources: [{ address: '10.0.0.1', prefixLength: 8 }] },
  { kind: 'packet', interfaceName: 'eth1', frame: new Uint8Array(60) },
  { kind: 'close', message: 'bye' },
  { kind: 'banner', message: 'hi' },
  { kind: 'authRequest', salt: none },
];

test('[OF53] whatever a switch sends, the session says it in outputs and never throws; it ends at most once', () => {
  const below = random(1);
  const fitLength = (bytes: Uint8Array) => new DataView(bytes.buffer).setUint16(2, bytes.length);
  for (let run = 0; run < 4_000; run++) {
    const talk = new SwitchConversation();
    for (let i = 0; i < 8; i++) {
      const bytes = encodeMessage(switchSays[i < 4 && below(3) > 0 ? i : below(switchSays.length)] ?? hello());
      talk.saysBytes(below(3) === 0 ? mutate(bytes, below, fitLength) : bytes);
      if (below(8) === 0) talk.passes(6_000);
    }
    expect(talk.out().filter(({ kind }) => kind === 'close').length).toBeLessThanOrEqual(1);
  }
});

test('[VNS57] whatever a router sends, the session says it in outputs and never throws; it ends at most once', () => {
  const below = random(2);
  const fitLength = (bytes: Uint8Array) => new DataView(bytes.buffer).setUint32(0, bytes.length);
  const key = Uint8Array.of(1, 2, 3);
  const sha1 = (bytes: Uint8Array) => new Uint8Array(createHash('sha1').update(bytes).digest());
  for (let run = 0; run < 4_000; run++) {
    const talk = new RouterConversation(run % 2 === 0 ? {} : { authentication: { key, sha1 } });
    for (let i = 0; i < 8; i++) {
      const bytes = encodeVns(routerSays[below(routerSays.length)] ?? { kind: 'banner', message: '' });
      talk.saysBytes(below(2) === 0 ? mutate(bytes, below, fitLength) : bytes);
      talk.session.accept('10.0.0.1 10.0.0.1 255.255.255.255 eth1\n');
      if (below(2) === 0)
        talk.session.announce([{ name: 'eth1', mac: '02:00:00:00:00:01', address: '10.0.0.1', mask: '255.0.0.0' }]);
    }
    expect(talk.out().filter(({ kind }) => kind === 'close').length).toBeLessThanOrEqual(1);
  }
});

test('[VNS57] a user name or virtual host of any length and bytes is answered', () => {
  const talk = new RouterConversation();
  const key = Uint8Array.of(1, 2, 3);
  const sha1 = (bytes: Uint8Array) => new Uint8Array(createHash('sha1').update(bytes).digest());
  const strict = new RouterConversation({ authentication: { key, sha1 }, salt: new Uint8Array(20) });
  strict.hears();
  const digest = sha1(Uint8Array.from([...new Uint8Array(20), ...key]));
  const user = 20_000;
  const reply = new Uint8Array(12 + user + 20).fill(0xff, 12);
  const view = new DataView(reply.buffer);
  view.setUint32(0, reply.length);
  view.setUint32(4, 256);
  view.setUint32(8, user);
  reply.set(digest, 12 + user);
  expect(strict.saysBytes(reply).hears()).toMatchObject([{ kind: 'authStatus', ok: true }]);

  const template = encodeVns({ kind: 'openTemplate', template: 't', virtualHost: 'v', sources: [] });
  template.fill(0xff, 8 + 30, 8 + 62);
  talk.saysBytes(template).session.accept('a table');
  expect(talk.hears().at(-1)).toMatchObject({ kind: 'routingTable', table: 'a table' });
});
