import { describe, expect, test } from 'vitest';
import { datagram, ports } from '../../router/testing/frames.ts';
import { PacketLog } from '../../trace/packet-log.ts';
import { WorkbenchError } from '../method.ts';
import { chainMethods } from './chain.ts';

const clock = { us: 0 };
function makeLog(records = 10_000) {
  clock.us = 0;
  const log = new PacketLog({ records, frameBytes: 1_000_000, snapLength: 1000, nowUs: () => clock.us, epochMs: 0 });
  const [sw0, r0] = [log.node('sw0'), log.node('r0')];
  const given = (frame: Uint8Array = new Uint8Array(60)) => {
    const seq = log.append('packet_in', sw0, 1, frame, 0, frame.length);
    return { packetIn: seq, toRouter: log.follow(seq, 'to_router', r0, 1) };
  };
  const sent = (rule: Parameters<PacketLog['infer']>[1], ...parents: number[]) => {
    const seq = log.append('from_router', r0, 2, new Uint8Array(60), 0, 60);
    if (parents.length > 0) log.infer(seq, rule, 90, parents, parents.length);
    return { fromRouter: seq, packetOut: log.follow(seq, 'packet_out', sw0, 2) };
  };
  return { log, given, sent, ...chainMethods(log) };
}

describe('a chain', () => {
  test('[WB90] from any of its records: where it came from, what came of it, and what it waited for', async () => {
    const it = makeLog();
    const packet = it.given();
    const other = it.given();
    const ask = it.sent('arp request for', packet.toRouter);
    const reply = it.given();
    const released = it.sent('arp release', packet.toRouter, reply.toRouter);
    it.sent('arp release', other.toRouter, reply.toRouter);
    const story = [packet.packetIn, packet.toRouter, ask.fromRouter, ask.packetOut, reply.packetIn, reply.toRouter];
    const whole = [...story, released.fromRouter, released.packetOut];
    for (const seq of [packet.packetIn, packet.toRouter, ask.packetOut, released.packetOut])
      expect((await it['trace:chain']({ seq })).map((record) => record.seq)).toEqual(whole);
    const chain = await it['trace:chain']({ seq: released.fromRouter });
    expect(chain.find(({ seq }) => seq === released.fromRouter)?.parents).toEqual([
      { seq: packet.toRouter, rule: 'arp release', confidence: 90, isObserved: false },
      { seq: reply.toRouter, rule: 'arp release', confidence: 90, isObserved: false },
    ]);
    expect(chain.at(-1)?.parents).toEqual([
      { seq: released.fromRouter, rule: 'same frame', confidence: 100, isObserved: true },
    ]);
  });

  test('[WB90] at most 200 records, and what is forgotten is left out', async () => {
    const it = makeLog();
    const { toRouter } = it.given();
    for (let i = 0; i < 300; i++) it.sent('flood', toRouter);
    expect(await it['trace:chain']({ seq: toRouter })).toHaveLength(200);

    const small = makeLog(4);
    const packet = small.given();
    const back = small.sent('forward', packet.toRouter);
    small.given();
    expect((await small['trace:chain']({ seq: back.packetOut })).map(({ seq }) => seq)).toEqual([
      back.fromRouter,
      back.packetOut,
    ]);
    const gone = () => small['trace:chain']({ seq: packet.packetIn });
    expect(gone).toThrow(WorkbenchError);
    expect(gone).toThrow('Record #1 is not kept, #3 to #6 are');
  });

  test('[WB91] one sentence says what a record came from, and how that is known', async () => {
    const it = makeLog();
    const packet = it.given();
    const reply = it.given();
    const released = it.sent('arp release', packet.toRouter, reply.toRouter);
    const strange = it.sent('none');
    const text = async (seq: number) => (await it['trace:cause']({ seq })).text;
    expect(await text(packet.packetIn)).toBe('#1: where its journey begins');
    expect(await text(packet.toRouter)).toBe('#2: the very frame of #1 (observed)');
    expect(await text(released.fromRouter)).toBe(
      '#5: released, it had waited as #2, sent when #4 told the neighbour\'s address (inferred by the rule "arp release", 90 %)',
    );
    expect(await text(strange.fromRouter)).toMatch(/^#7: cause unknown/);
  });

  test('[WB92] what is said again is marked with the first time, and has no parent for it', async () => {
    const it = makeLog();
    const from = { mac: '02:00:00:00:00:01', address: '10.0.1.100' };
    const tcp = (sequence: number, data: number, change: { ack?: number; id?: number } = {}) => {
      const header = [...ports(4000, 80), 0, 0, 0, change.ack ?? 1, 0x50, 0x18, 1, 0, 0, 0, 0, 0];
      header[7] = sequence;
      const payload = [...header, ...Array.from({ length: data }, (_, i) => i)];
      return datagram({ from, via: '0e:00:00:00:00:01', to: '192.168.2.2', protocol: 6, payload, id: change.id ?? 1 });
    };
    const udp = (fill: number, id: number) =>
      datagram({
        from,
        via: '0e:00:00:00:00:01',
        to: '192.168.2.2',
        protocol: 17,
        payload: [...ports(53, 53), ...new Array(20).fill(fill)],
        id,
      });
    const again = async (seq: number) => (await it['trace:cause']({ seq })).again;
    const first = it.given(tcp(7, 10, { id: 1 })).packetIn;
    const acknowledgement = it.given(tcp(17, 0, { id: 2 })).packetIn;
    expect(await again(it.given(tcp(7, 10, { id: 3, ack: 99 })).packetIn)).toEqual({
      of: first,
      what: 'retransmission',
    });
    expect(await again(it.given(tcp(7, 10, { id: 1 })).packetIn)).toEqual({ of: first, what: 'duplicate' });
    expect(await again(it.given(tcp(17, 10, { id: 4 })).packetIn)).toBeNull();
    expect(await again(it.given(tcp(17, 0, { id: 5 })).packetIn)).toBeNull();
    expect(await again(acknowledgement)).toBeNull();
    const query = it.given(udp(1, 6)).packetIn;
    expect(await again(it.given(udp(1, 7)).packetIn)).toEqual({ of: query, what: 'retransmission' });
    expect(await again(it.given(udp(2, 8)).packetIn)).toBeNull();
  });
});
