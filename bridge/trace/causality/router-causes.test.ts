import { describe, expect, test } from 'vitest';
import { parseIpv4 } from '../../codec/addresses.ts';
import {
  arpReply,
  arpRequest,
  type DatagramOptions,
  datagram,
  echo,
  icmpMessage,
  ports,
} from '../../router/testing/frames.ts';
import { RouterCauses } from './router-causes.ts';

const client = { mac: '02:00:00:00:00:01', address: '10.0.1.100' };
const server = { mac: '02:00:00:00:00:02', address: '192.168.2.2' };
/** The router's ends: `inner` (port 1) towards the client, `outer` (port 2) towards the server. */
const inner = { mac: '0e:00:00:00:00:01', address: '10.0.1.1' };
const outer = { mac: '0e:00:00:00:00:02', address: '192.168.2.1' };

const number = (address: string): number => (parseIpv4(address) ?? 0) | 0;

/** A router that is told in frames what it got and sent; answers with the rule, the parents and the confidence. */
class Conversation {
  readonly causes = new RouterCauses({
    addresses: [number(inner.address), number(outer.address)],
    nextHop: (destination) => (destination >>> 24 === 172 ? undefined : destination),
  });
  #seq = 0;
  #tUs = 0;

  heard(frame: Uint8Array, port = 1): number {
    this.#seq += 1;
    this.#tUs += 10;
    this.causes.heard(this.#seq, this.#tUs, port, frame, 0, frame.length);
    return this.#seq;
  }
  sent(frame: Uint8Array, port = 2): readonly [string, ...number[]] {
    this.#seq += 1;
    this.#tUs += 10;
    if (!this.causes.explain(this.#tUs, port, frame, 0, frame.length)) return ['none'];
    return [this.causes.rule, ...this.causes.parents.subarray(0, this.causes.parentCount)];
  }
  pass(us: number): void {
    this.#tUs += us;
  }
}

/** From the client to the server as the router gets it, or (`via`) as it sends it on. */
const packet = (id: number, change: Partial<DatagramOptions> = {}): Uint8Array =>
  datagram({
    from: client,
    via: inner.mac,
    to: server.address,
    protocol: 17,
    payload: ports(4000, 9, 40),
    id,
    ttl: 64,
    ...change,
  });
const forwarded = (id: number, change: Partial<DatagramOptions> = {}): Uint8Array =>
  packet(id, { from: { ...client, mac: outer.mac }, via: server.mac, ttl: 63, ...change });

/** As its sender would have written it: only the MACs and the source are another's. */
const from = (mac: string, address: string) => ({ mac, address });

describe('what a router sent came from', () => {
  test('[WB80] a packet goes on with one hop less: forward, whatever came in between and in any order', () => {
    const it = new Conversation();
    const seqs = Array.from({ length: 100 }, (_, id) => it.heard(packet(id)));
    for (let id = 99; id >= 0; id -= 3) expect(it.sent(forwarded(id))).toEqual(['forward', seqs[id]]);
    expect(it.causes.confidence).toBeGreaterThan(90);
    expect(it.causes.confidence).toBeLessThan(100);
  });

  test('[WB80] a TTL that was not counted down is still a forward, and less certain', () => {
    const it = new Conversation();
    const seq = it.heard(packet(1));
    expect(it.sent(forwarded(1, { ttl: 64 }))).toEqual(['forward', seq]);
    expect(it.causes.confidence).toBe(75);
  });

  test('[WB80] in a loop the same packet comes back: the TTL tells which time it was', () => {
    const it = new Conversation();
    const first = it.heard(packet(1, { ttl: 64 }));
    const second = it.heard(packet(1, { ttl: 62 }));
    expect(it.sent(forwarded(1, { ttl: 61 }))).toEqual(['forward', second]);
    expect(it.sent(forwarded(1, { ttl: 63 }))).toEqual(['forward', first]);
  });

  test('[WB80] frames alike belong to outputs alike in order; what was passed by was lost in the router', () => {
    const it = new Conversation();
    const [first, second] = [it.heard(packet(1)), it.heard(packet(1))];
    expect(it.sent(forwarded(1))).toEqual(['forward', first]);
    expect(it.sent(forwarded(1))).toEqual(['forward', second]);
    it.heard(packet(2));
    const later = it.heard(packet(3));
    expect(it.sent(forwarded(3))).toEqual(['forward', later]);
    const again = it.heard(packet(2));
    expect(it.sent(forwarded(2))).toEqual(['forward', again]);
  });

  test('[WB81] below the threshold nothing is linked: frames alike, all passed by, and it may be any of them', () => {
    const it = new Conversation();
    it.heard(packet(1));
    it.heard(packet(1));
    it.heard(packet(2));
    it.sent(forwarded(2));
    expect(it.sent(forwarded(1))).toEqual(['none']);
    expect(it.sent(forwarded(77))).toEqual(['none']);
  });

  test('[WB82] an ARP request was needed by the packet that came first for that neighbour, each time it is asked', () => {
    const it = new Conversation();
    it.heard(packet(1, { to: '192.168.2.9' }));
    const seq = it.heard(packet(2));
    it.heard(packet(3));
    expect(it.sent(arpRequest(outer, server.address))).toEqual(['arp request for', seq]);
    it.pass(1_000_000);
    expect(it.sent(arpRequest(outer, server.address))).toEqual(['arp request for', seq]);
    expect(it.sent(arpRequest(outer, '192.168.2.44'))).toEqual(['none']);
  });

  test('[WB82] the answer releases all that waited: each has two parents, and what came later has one', () => {
    const it = new Conversation();
    const [first, second] = [it.heard(packet(1)), it.heard(packet(2))];
    it.sent(arpRequest(outer, server.address));
    const answer = it.heard(arpReply(server, outer), 2);
    const third = it.heard(packet(3));
    expect(it.sent(forwarded(1))).toEqual(['arp release', first, answer]);
    expect(it.sent(forwarded(2))).toEqual(['arp release', second, answer]);
    expect(it.sent(forwarded(3))).toEqual(['forward', third]);
  });

  test('[WB83] an ICMP error came from the packet that it quotes', () => {
    const it = new Conversation();
    const seq = it.heard(packet(5, { ttl: 1 }));
    it.heard(packet(6, { ttl: 1 }));
    const quoted = packet(5, { ttl: 1 }).subarray(14, 14 + 28);
    const error = (source: string) =>
      datagram({
        from: from(inner.mac, source),
        via: client.mac,
        to: client.address,
        protocol: 1,
        payload: icmpMessage(11, 0, [0, 0, 0, 0], quoted),
      });
    expect(it.sent(error(inner.address), 1)).toEqual(['icmp error', seq]);
    expect(it.causes.confidence).toBeGreaterThan(90);
  });

  test('[WB83] an echo reply of the router came from the request; one of a host that was never heard is unknown', () => {
    const it = new Conversation();
    const request = (id: number, to: string) => packet(id, { to, protocol: 1, payload: echo(id) });
    const reply = (id: number, source: string) =>
      datagram({
        from: from(inner.mac, source),
        via: client.mac,
        to: client.address,
        protocol: 1,
        payload: echo(id, { type: 0 }),
      });
    const [first, second] = [it.heard(request(1, outer.address)), it.heard(request(2, outer.address))];
    expect(it.sent(reply(2, outer.address), 1)).toEqual(['echo reply', second]);
    expect(it.sent(reply(1, outer.address), 1)).toEqual(['echo reply', first]);
    it.heard(request(3, server.address));
    expect(it.sent(reply(3, server.address), 1)).toEqual(['none']);
  });

  test('[WB83] an ARP reply came from the request for it', () => {
    const it = new Conversation();
    const seq = it.heard(arpRequest(client, inner.address));
    it.heard(arpRequest(client, '10.0.1.7'));
    expect(it.sent(arpReply(inner, client), 1)).toEqual(['arp reply', seq]);
  });

  test('[WB84] a packet under another address is the same by id and data, and says so', () => {
    const it = new Conversation();
    const seq = it.heard(packet(9));
    expect(it.sent(forwarded(9, { from: from(outer.mac, outer.address), payload: ports(61_000, 9, 40) }))).toEqual([
      'nat',
      seq,
    ]);
    expect(it.causes.confidence).toBe(80);
    it.heard(packet(10));
    expect(it.sent(forwarded(11, { from: from(outer.mac, outer.address) }))).toEqual(['none']);
  });

  test('[WB84] one packet that leaves by several ports is a flood', () => {
    const it = new Conversation();
    const seq = it.heard(packet(9));
    expect(it.sent(forwarded(9), 2)).toEqual(['forward', seq]);
    expect(it.sent(forwarded(9), 3)).toEqual(['flood', seq]);
    expect(it.sent(forwarded(9), 2)).toEqual(['forward', seq]);
    expect(it.causes.confidence).toBe(60);
  });

  test('[WB85] after ten seconds, 16,384 frames or another program a frame explains nothing', () => {
    const it = new Conversation();
    it.heard(packet(1));
    it.pass(10_000_000);
    expect(it.sent(forwarded(1))).toEqual(['none']);
    it.heard(packet(2));
    for (let id = 0; id < 16_384; id++) it.heard(packet(id, { payload: ports(1, 2) }));
    expect(it.sent(forwarded(2))).toEqual(['none']);
    it.heard(packet(3));
    it.causes.clear();
    expect(it.sent(forwarded(3))).toEqual(['none']);
  });

  test('[WB85] a flood of frames alike costs no more than any other, and stays unknown where it cannot be told', () => {
    const it = new Conversation();
    for (let i = 0; i < 5000; i++) it.heard(packet(0));
    const started = performance.now();
    for (let i = 0; i < 5000; i++) expect(it.sent(forwarded(0))[0]).toBe('none');
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('[WB85] frames of any length and content are read without reading beyond them', () => {
    const it = new Conversation();
    const whole = packet(1);
    for (let length = 0; length < whole.length; length++) {
      it.heard(whole.subarray(0, length));
      it.sent(whole.subarray(0, length));
      const changed = whole.slice();
      changed[length] = 0xff;
      it.heard(changed);
      it.sent(changed);
    }
    const seq = it.heard(packet(2));
    expect(it.sent(forwarded(2))).toEqual(['forward', seq]);
  });
});
