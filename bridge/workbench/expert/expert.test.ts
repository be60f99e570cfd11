import { describe, expect, test } from 'vitest';
import type { Point } from '../../packet/trace-batch.ts';
import {
  arpReply,
  arpRequest,
  broadcast,
  type DatagramOptions,
  datagram,
  echo,
  ethernet,
  icmpMessage,
  ports,
} from '../../router/testing/frames.ts';
import { client, eth1, eth2, eth3, labRtable, server1, server2 } from '../../router/testing/network.ts';
import { RouterCauses } from '../../trace/causality/router-causes.ts';
import { PacketLog } from '../../trace/packet-log.ts';
import { findMethods } from '../find.ts';
import { labRouter as router } from '../testing/lab-router.ts';
import { Expert } from './expert.ts';
import { factsOf } from './router-facts.ts';

const second = 1_000_000;

/** A router that is given frames and does what a test says; what came of what is inferred as in a bridge. */
class Scene {
  us = 0;
  readonly log: PacketLog;
  readonly expert: Expert;
  readonly #node: number;
  readonly #switch: number;
  readonly #causes: RouterCauses;

  constructor(records = 1000) {
    this.log = new PacketLog({
      records,
      frameBytes: 1_000_000,
      snapLength: 1500,
      nowUs: () => this.us,
      epochMs: 0,
    });
    this.#switch = this.log.node('sw0');
    this.#node = this.log.node('r0');
    const facts = factsOf(router, labRtable);
    this.#causes = new RouterCauses({
      addresses: [...facts.own],
      nextHop: (destination) => facts.nextHop(destination)?.address,
    });
    this.expert = new Expert({
      log: this.log,
      routers: () => [router],
      rtables: new Map([['r0', labRtable]]),
      nowUs: () => this.us,
    });
  }

  connects(): void {
    this.expert.connected('r0', this.log.nextSeq);
    this.#causes.clear();
  }
  at(point: Point, frame: Uint8Array, port = 3): number {
    this.us += 10;
    return this.log.append(point, this.#switch, port, frame, 0, frame.length);
  }
  /** Comes from the network and is given to the router. */
  given(frame: Uint8Array, port = 3): number {
    const seq = this.log.follow(this.at('packet_in', frame, port), 'to_router', this.#node, port);
    this.#causes.heard(seq, this.us, port, frame, 0, frame.length);
    return seq;
  }
  sent(frame: Uint8Array, port: number): number {
    this.us += 10;
    const seq = this.log.append('from_router', this.#node, port, frame, 0, frame.length);
    const causes = this.#causes;
    if (causes.explain(this.us, port, frame, 0, frame.length))
      this.log.infer(seq, causes.rule, causes.confidence, causes.parents, causes.parentCount);
    this.log.follow(seq, 'packet_out', this.#switch, port);
    return seq;
  }
  async found() {
    return (await this.expert.findings({ after: 0, limit: 2000 })).findings;
  }
  async kinds() {
    return (await this.found()).map(({ kind }) => kind);
  }
  /** Both neighbours are known to the router. */
  introduced(): this {
    this.given(arpRequest(client, eth3.address));
    this.sent(arpReply(eth3, client), 3);
    this.sent(arpRequest(eth1, server1.address), 1);
    this.given(arpReply(server1, eth1), 1);
    return this;
  }
}

const udp = { protocol: 17, payload: [0xd0, 1, 0xd0, 2, 0, 12, 0, 0, 1, 2, 3, 4] };
const toServer = (change: Partial<DatagramOptions> = {}) =>
  datagram({ from: client, via: eth3.mac, to: server1.address, id: 5, ...udp, ...change });
const onward = (change: Partial<DatagramOptions> = {}) =>
  toServer({ from: { ...client, mac: eth1.mac }, via: server1.mac, ttl: 63, ...change });
/** A frame with other bytes from `at` on, the rest as it is. */
const patched = (frame: Uint8Array, at: number, ...bytes: number[]): Uint8Array => {
  const copy = frame.slice();
  copy.set(bytes, at);
  return copy;
};
const quoted = (frame: Uint8Array, bytes = 28) => frame.subarray(14, 14 + bytes);
const complaint = (type: number, code: number, quote: Iterable<number>, change: Partial<DatagramOptions> = {}) =>
  datagram({
    from: eth3,
    via: client.mac,
    to: client.address,
    protocol: 1,
    payload: icmpMessage(type, code, [0, 0, 0, 0], quote),
    ...change,
  });
const ping = (change: Partial<DatagramOptions> = {}) =>
  toServer({ to: eth3.address, protocol: 1, payload: echo(1), ...change });
const pong = (payload = echo(1, { type: 0 })) =>
  datagram({ from: eth3, via: client.mac, to: client.address, protocol: 1, payload, id: 9 });

describe('a packet that is forwarded', () => {
  test('[WB103] as it must be: nothing is found', async () => {
    const scene = new Scene().introduced();
    scene.given(toServer());
    scene.sent(onward(), 1);
    expect(await scene.found()).toEqual([]);
  });

  test('[WB103] the TTL as it came: with values, both records, the field and the requirement', async () => {
    const scene = new Scene().introduced();
    const given = scene.given(toServer());
    const sent = scene.sent(onward({ ttl: 64 }), 1);
    expect(await scene.found()).toEqual([
      {
        id: 1,
        kind: 'ttl-not-decremented',
        severity: 'error',
        tUs: scene.log.timeOf(sent),
        node: 'r0',
        seqs: [sent, given],
        sentence: 'eth1: TTL 64 left as 64; it must be 63.',
        field: 'ip.ttl',
        requirement: { rule: 'RT6', text: expect.stringContaining('TTL one less') },
        inference: expect.stringContaining('forwarded from'),
      },
    ]);
  });

  const wrongs: readonly (readonly [string, string, Uint8Array, Uint8Array])[] = [
    ['ttl-wrong', 'TTL 64 became 62', toServer(), onward({ ttl: 62 })],
    ['ttl-expired-forwarded', 'its TTL was 1', toServer({ ttl: 1 }), onward({ ttl: 0 })],
    ['ip-checksum-wrong', 'it must be 0x', toServer(), patched(onward(), 24, 0xde, 0xad)],
    ['bad-checksum-forwarded', 'checksum was wrong', patched(toServer(), 24, 0xde, 0xad), onward()],
    ['payload-changed', 'byte 9 behind', toServer(), patched(onward(), 43, 99)],
    ['header-changed', 'type of service', toServer(), onward({ tos: 4 })],
    ['eth-src-wrong', `has ${eth1.mac}`, toServer(), onward({ from: client })],
    ['eth-dst-wrong', `is at ${server1.mac}`, toServer(), onward({ via: server2.mac })],
    ['frame-short', 'says 32 bytes; the frame has 24', toServer(), onward().subarray(0, 38)],
    ['forwarded-without-route', 'without a route', toServer({ to: '8.8.8.8' }), onward({ to: '8.8.8.8' })],
  ];
  test.each(wrongs)('[WB103] %s', async (kind, says, given, sent) => {
    const scene = new Scene().introduced();
    scene.given(given);
    const seq = scene.sent(sent, 1);
    const found = await scene.found();
    expect(found.map((each) => each.kind)).toEqual([kind]);
    expect(found[0]).toMatchObject({ seqs: expect.arrayContaining([seq]), sentence: expect.stringContaining(says) });
    expect(scene.expert.kindsOf(seq)).toEqual([kind]);
  });

  test('[WB103] another interface, back to where it came from, twice', async () => {
    const scene = new Scene().introduced();
    scene.given(toServer());
    scene.sent(onward({ from: { ...client, mac: eth3.mac }, via: client.mac }), 3);
    scene.given(toServer({ id: 6 }));
    scene.sent(onward({ id: 6 }), 1);
    scene.sent(onward({ id: 6 }), 1);
    expect(await scene.kinds()).toEqual(['sent-back', 'wrong-interface', 'sent-twice']);
  });

  test('[WB103] a neighbour that never answered, and one that nobody asked', async () => {
    const scene = new Scene();
    scene.given(toServer());
    scene.sent(onward(), 1);
    scene.sent(arpRequest(eth1, server1.address), 1);
    scene.given(toServer({ id: 6 }));
    scene.sent(onward({ id: 6 }), 1);
    const sentences = (await scene.found()).map(({ kind, sentence }) => `${kind} ${sentence}`);
    expect(sentences).toEqual([
      expect.stringMatching(/^sent-before-arp .*nobody was asked for the MAC address of 192\.168\.2\.2/),
      expect.stringMatching(/^sent-before-arp .*the request for 192\.168\.2\.2 has had no answer/),
    ]);
  });

  test('[WB102] what was edited or put in behind the router, and what it never got, is not its fault', async () => {
    const scene = new Scene().introduced();
    const held = scene.at('packet_in', toServer());
    const edited = patched(toServer(), 22, 1);
    scene.log.made(held, 'hold', scene.log.node('r0'), 3, 'edited', edited);
    scene.log.made(0, 'inject', scene.log.node('r0'), 1, 'injected', onward({ ttl: 64 }));
    expect(await scene.found()).toEqual([]);
  });
});

describe('ARP of a router', () => {
  const replies: readonly (readonly [string, Uint8Array])[] = [
    ['arp-reply-foreign', arpReply({ ...eth3, address: server1.address }, client)],
    ['arp-reply-other-interface', arpReply({ ...eth3, address: eth1.address }, client)],
    ['arp-reply-wrong-mac', patched(arpReply(eth3, client), 22, 2)],
    ['arp-reply-wrong-target', patched(arpReply(eth3, client), 32, 2)],
    ['arp-reply-wrong-target', patched(arpReply(eth3, client), 41, 7)],
    ['arp-reply-wrong-target', patched(arpReply(eth3, client), 0, 2)],
  ];
  test.each(replies)('[WB104] %s', async (kind, reply) => {
    const scene = new Scene();
    for (const address of [eth3.address, eth1.address, server1.address]) scene.given(arpRequest(client, address));
    const seq = scene.sent(reply, 3);
    expect(await scene.found()).toMatchObject([
      { kind, seqs: [seq, expect.any(Number)], requirement: { rule: 'RT10' } },
    ]);
  });

  test('[WB104] a request to one station, by another sender, again too soon, and again although it was answered', async () => {
    const scene = new Scene();
    scene.sent(arpRequest(eth1, server1.address, { to: server1.mac }), 1);
    scene.us += second;
    scene.sent(arpRequest({ ...eth1, address: eth2.address }, server1.address), 1);
    scene.us += 0.2 * second;
    scene.sent(arpRequest(eth1, server1.address), 1);
    scene.given(arpReply(server1, eth1), 1);
    scene.us += 3 * second;
    scene.sent(arpRequest(eth1, server1.address), 1);
    const found = await scene.found();
    expect(found.map(({ kind }) => kind)).toEqual([
      'arp-request-not-broadcast',
      'arp-request-wrong-sender',
      'arp-request-too-often',
      'arp-request-known',
    ]);
    expect(found.at(-1)?.sentence).toBe('eth1: asks for 192.168.2.2 again 3.00 s after the answer.');
  });

  const silence = (scene: Scene, requests: number) => {
    scene.given(arpRequest(client, eth3.address));
    const given = toServer();
    scene.given(given);
    for (let i = 0; i < requests; i++) {
      scene.sent(arpRequest(eth1, server1.address), 1);
      scene.us += second;
    }
    return given;
  };

  test('[WB104] the sixth request without an answer, while somebody waits to be told', async () => {
    const scene = new Scene();
    silence(scene, 6);
    const [finding, ...more] = await scene.found();
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ kind: 'arp-request-sixth', requirement: { rule: 'RT12' } });
    expect(finding?.seqs).toHaveLength(7);
  });

  test('[WB104] five, host unreachable, and five more for the next packet: as it must be', async () => {
    const scene = new Scene();
    for (let round = 0; round < 2; round++) {
      const given = silence(scene, 5);
      scene.sent(complaint(3, 1, quoted(given)), 3);
    }
    expect(new Set(await scene.kinds())).toEqual(new Set(['icmp-unreachable']));
  });

  test('[WB104] host unreachable after two requests is too early', async () => {
    const scene = new Scene();
    const given = silence(scene, 2);
    scene.sent(complaint(3, 1, quoted(given)), 3);
    expect(await scene.found()).toMatchObject([
      { kind: 'icmp-unreachable', severity: 'note' },
      { kind: 'arp-gave-up-early', sentence: expect.stringContaining('after 2 ARP requests for 192.168.2.2') },
    ]);
  });

  test('[WB104] another program has asked nobody yet', async () => {
    const scene = new Scene();
    silence(scene, 5);
    scene.connects();
    silence(scene, 1);
    expect(await scene.found()).toEqual([]);
  });
});

describe('what a router says itself', () => {
  const errors: readonly (readonly [string, string, Uint8Array, Uint8Array])[] = [
    ['icmp-quote-short', 'RT23', toServer({ ttl: 1 }), complaint(11, 0, quoted(toServer({ ttl: 1 }), 20))],
    ['icmp-quote-wrong', 'RT23', toServer({ ttl: 1 }), complaint(11, 0, quoted(patched(toServer({ ttl: 1 }), 17, 9)))],
    [
      'icmp-error-misled',
      'RT23',
      toServer({ ttl: 1 }),
      complaint(11, 0, quoted(toServer({ ttl: 1 })), { to: server1.address }),
    ],
    ['icmp-wrong-code', 'RT8', toServer({ to: '8.8.8.8' }), complaint(3, 1, quoted(toServer({ to: '8.8.8.8' })))],
    ['icmp-wrong-code', 'RT20', ping({ ttl: 1 }), complaint(11, 0, quoted(ping({ ttl: 1 })))],
    ['icmp-wrong-code', 'RT7', toServer(), complaint(11, 0, quoted(toServer()))],
    [
      'icmp-wrong-code',
      'RT22',
      toServer({ to: eth1.address }),
      complaint(3, 2, quoted(toServer({ to: eth1.address }))),
    ],
    [
      'icmp-checksum-wrong',
      'RT23',
      toServer({ ttl: 1 }),
      patched(complaint(11, 0, quoted(toServer({ ttl: 1 }))), 36, 1, 2),
    ],
  ];
  test.each(errors)('[WB105] %s, %s', async (kind, rule, given, sent) => {
    const scene = new Scene().introduced();
    scene.given(given);
    scene.sent(sent, 3);
    const found = (await scene.found()).filter(({ severity }) => severity !== 'note');
    expect(found.map((each) => each.kind)).toContain(kind);
    expect(found.find((each) => each.kind === kind)).toMatchObject({ requirement: { rule } });
  });

  test('[WB105] no error about an error, a broadcast or a later fragment', async () => {
    const scene = new Scene().introduced();
    const error = toServer({ ttl: 1, protocol: 1, payload: icmpMessage(3, 3, [0, 0, 0, 0], quoted(toServer())) });
    const wide = toServer({ ttl: 1, via: broadcast, id: 6 });
    const later = toServer({ ttl: 1, fragment: 0x0010, id: 7 });
    for (const frame of [error, wide, later]) {
      scene.given(frame);
      scene.sent(complaint(11, 0, quoted(frame)), 3);
    }
    expect((await scene.kinds()).filter((kind) => kind !== 'icmp-unreachable')).toEqual([
      'icmp-error-about-error',
      'icmp-error-about-group',
      'icmp-error-about-group',
    ]);
  });

  test('[WB105] a reply is the request’s: id, sequence, data and address', async () => {
    const scene = new Scene().introduced();
    scene.given(ping());
    scene.sent(pong(), 3);
    expect(await scene.found()).toEqual([]);
    scene.sent(pong(echo(1, { type: 0, id: 8 })), 3);
    scene.sent(pong(echo(1, { type: 0, size: 20 })), 3);
    const found = await scene.found();
    expect(found.map(({ kind, field }) => [kind, field])).toEqual([
      ['echo-reply-changed', 'icmp.ident'],
      ['sent-twice', ''],
      ['echo-reply-changed', 'data.data'],
    ]);
  });
});

describe('hosts and the network', () => {
  test('[WB106] duplicate and gratuitous addresses, unanswered echo, resets, closed windows, malformed frames', async () => {
    const scene = new Scene();
    scene.at('packet_in', arpRequest(client, client.address));
    scene.at('packet_in', arpReply({ ...client, mac: server2.mac }, eth3));
    scene.at('packet_in', toServer({ protocol: 1, payload: echo(1) }));
    scene.at('packet_in', toServer({ protocol: 1, payload: echo(2) }));
    scene.at(
      'packet_out',
      datagram({ from: server1, via: client.mac, to: client.address, protocol: 1, payload: echo(2, { type: 0 }) }),
    );
    const tcp = (flags: number, window = 0) => [
      ...ports(1, 80, 12),
      0x50,
      flags,
      window >>> 8,
      window & 255,
      0,
      0,
      0,
      0,
    ];
    scene.at('packet_in', toServer({ protocol: 6, payload: tcp(4) }));
    scene.at('packet_in', toServer({ protocol: 6, payload: tcp(0x10) }));
    scene.at('packet_in', toServer({ protocol: 6, payload: tcp(0x10, 100) }));
    scene.at('packet_in', ethernet(client.mac, eth3.mac, 0x0806, [0, 1, 8]));
    scene.us += 2 * second;
    expect(await scene.kinds()).toEqual([
      'gratuitous-arp',
      'duplicate-address',
      'tcp-reset',
      'tcp-zero-window',
      'malformed-frame',
      'echo-unanswered',
    ]);
  });

  test('[WB106] the same broadcast twenty times within a second at one place', async () => {
    const scene = new Scene();
    for (let i = 0; i < 30; i++) scene.at('packet_in', arpRequest(client, eth3.address));
    expect(await scene.kinds()).toEqual(['broadcast-storm']);
  });
});

describe('the list', () => {
  test('[WB100] every kind is told, also when nothing was found of it; each packet is looked at once', async () => {
    const scene = new Scene().introduced();
    const { kinds, packets, isComplete, scannedTo } = await scene.expert.findings({ after: 0, limit: 10 });
    expect(kinds.length).toBeGreaterThan(40);
    expect(kinds.every(({ count, title }) => count === 0 && title !== '')).toBe(true);
    expect({ packets, isComplete, scannedTo }).toEqual({
      packets: scene.log.logged,
      isComplete: true,
      scannedTo: scene.log.logged,
    });
    scene.given(toServer());
    scene.sent(onward({ ttl: 64 }), 1);
    expect((await scene.expert.findings({ after: 0, limit: 10 })).packets).toBe(scene.log.logged);
    const { findings, total } = await scene.expert.findings({ after: 1, limit: 10 });
    expect([findings.length, total]).toEqual([0, 1]);
  });

  test('[WB101] of a kind the newest 200 are kept; the others are counted', async () => {
    const scene = new Scene(5000).introduced();
    for (let id = 1; id <= 300; id++) {
      scene.given(toServer({ id }));
      scene.sent(onward({ id, ttl: 64 }), 1);
    }
    const { kinds, findings, dropped, total } = await scene.expert.findings({ after: 0, limit: 2000 });
    expect(kinds.find(({ kind }) => kind === 'ttl-not-decremented')).toMatchObject({
      count: 300,
      kept: 200,
      keptFromId: 101,
    });
    expect([findings.length, dropped, total]).toEqual([200, 100, 300]);
    expect(scene.expert.kindsOf(findings[0]?.seqs[0] ?? 0)).toEqual(['ttl-not-decremented']);
  });

  test('[WB102] what was forgotten unseen is not held against a router', async () => {
    const scene = new Scene(20).introduced();
    for (let id = 1; id <= 20; id++) {
      scene.given(toServer({ id }));
      scene.sent(onward({ id }), 1);
    }
    expect(await scene.found()).toEqual([]);
  });
});

test('[WB100] filters ask for what was found, and look at what is new first', async () => {
  const scene = new Scene().introduced();
  scene.given(toServer());
  const sent = scene.sent(onward({ ttl: 64 }), 1);
  const { 'trace:find': find } = findMethods(scene.log);
  const ask = (filter: string) => find({ filter, fromSeq: 1, limit: 10, asker: 'a' });
  expect(await ask('lab.finding == "ttl-not-decremented"')).toMatchObject({ seqs: [sent], matched: 1 });
  expect(await ask('lab.finding and arp')).toMatchObject({ matched: 0 });
});
