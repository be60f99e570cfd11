import { describe, expect, test } from 'vitest';
import { internetChecksum, pseudoHeaderSum } from '../../packet/checksum.ts';
import type { Action } from '../../protocols/openflow/v10/action.ts';
import { matchOf } from '../../protocols/openflow/v10/match.ts';
import { portNumbers } from '../../protocols/openflow/v10/port.ts';
import {
  alice,
  bob,
  carol,
  everybody,
  llc,
  ping,
  plain,
  tcp,
  udp,
  udpWithoutChecksum,
  withVlan,
} from './differential/frames.ts';
import { flowMod, macOfPort, output, packetOut, SwitchBench } from './testing/switch-bench.ts';

const frame = plain();

/** What leaves by port 2 when a frame that came in on port 1 is changed by these actions. */
function changed(given: Uint8Array, ...actions: Action[]): Uint8Array {
  const before = given.slice();
  const bench = new SwitchBench();
  bench.controller.says(flowMod({ match: matchOf(), actions: [...actions, output(2)] }));
  const sent = bench.gives(1, given);
  // A frame that was handed over is never written again.
  expect(given).toEqual(before);
  const [only, ...more] = sent[2] ?? [];
  if (only === undefined || more.length > 0) throw new Error('not exactly one frame left by port 2');
  return only;
}

/** Where the ports that a program sends to are. */
function portsOf(inPort: number, ...actions: Action[]): number[] {
  const bench = new SwitchBench();
  bench.controller.says(flowMod({ match: matchOf(), actions }));
  return Object.keys(bench.gives(inPort, frame)).map(Number);
}

describe('output', () => {
  test('[ES20] a frame goes on as it is, not as a copy, to each port in the order of the actions', () => {
    const bench = new SwitchBench();
    bench.controller.says(flowMod({ match: matchOf(), actions: [output(3), output(2)] }));
    const sent = bench.gives(1, frame);
    expect(sent[2]?.[0]).toBe(frame);
    expect(sent[3]?.[0]).toBe(frame);
  });

  test.each([
    ['a port that does not exist', [output(77)], []],
    ['the port it came in on', [output(1)], []],
    ['IN_PORT', [output(portNumbers.InPort)], [1]],
    ['FLOOD', [output(portNumbers.Flood)], [2, 3]],
    ['ALL', [output(portNumbers.All)], [2, 3]],
    ['LOCAL, where nobody is', [output(portNumbers.Local)], []],
    [
      'a queue of a port without queues: as if it were an output',
      [{ kind: 'enqueue', port: 3, queueId: 1 } as const],
      [3],
    ],
    ['nothing', [], []],
  ])('[ES20] to %s', (_what, actions, ports) => {
    expect(portsOf(1, ...actions)).toEqual(ports);
  });

  test('[ES20] to the controller: a PACKET_IN for an action, with so much of the frame as it says', () => {
    const bench = new SwitchBench();
    bench.controller.says(flowMod({ match: matchOf(), actions: [output(portNumbers.Controller, 20), output(2)] }));
    expect(bench.gives(1, frame)).toEqual({ 2: [frame] });
    expect(bench.controller.hears()).toMatchObject([
      { kind: 'packetIn', reason: 'action', inPort: 1, totalLength: frame.length, data: frame.subarray(0, 20) },
    ]);
  });

  test('[ES20] TABLE is for PACKET_OUTs: the frame goes through the table as if it came in there', () => {
    const bench = new SwitchBench();
    bench.controller.says(flowMod({ match: matchOf({ inPort: 3 }), actions: [output(2)] }));
    const throughTable = { actions: [output(portNumbers.Table)], data: frame };
    bench.controller.says(packetOut({ ...throughTable, inPort: 3 }));
    expect(bench.sent()).toEqual({ 2: [frame] });
    bench.controller.says(packetOut({ ...throughTable, inPort: 1 }));
    expect(bench.sent()).toEqual({});
    expect(bench.controller.hears()).toMatchObject([{ kind: 'packetIn', inPort: 1, reason: 'noMatch' }]);
  });
});

describe('changing a frame', () => {
  const u16 = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
  /** Both checksums of an IPv4 datagram are right; that of the transport stands `sumAt` bytes into its header. */
  const expectChecksums = (bytes: Uint8Array, protocol: number): void => {
    expect(internetChecksum(bytes, 14, 34)).toBe(0);
    const initial = pseudoHeaderSum(bytes, 26, 8, protocol, bytes.length - 34);
    expect(internetChecksum(bytes, 34, bytes.length, initial)).toBe(0);
  };

  test('[ES21] VLAN: an id for a frame without a tag adds one, with a tag it keeps the priority', () => {
    expect(changed(frame, { kind: 'setVlanVid', vlanVid: 5 })).toEqual(withVlan(frame, 5));
    expect(changed(withVlan(frame, 9, 3), { kind: 'setVlanVid', vlanVid: 5 })).toEqual(withVlan(frame, 5, 3));
  });

  test('[ES21] priority: without a tag it adds one of VLAN 0, with one it keeps the id', () => {
    expect(changed(frame, { kind: 'setVlanPcp', vlanPcp: 6 })).toEqual(withVlan(frame, 0, 6));
    expect(changed(withVlan(frame, 9, 3), { kind: 'setVlanPcp', vlanPcp: 6 })).toEqual(withVlan(frame, 9, 6));
  });

  test('[ES21] the tag comes off; a frame without one stays as it is', () => {
    expect(changed(withVlan(frame, 9, 3), { kind: 'stripVlan' })).toEqual(frame);
    expect(changed(frame, { kind: 'stripVlan' })).toBe(frame);
  });

  test('[ES21] hardware addresses', () => {
    const to: Action = { kind: 'setDlDst', address: carol.mac };
    expect(changed(frame, to)).toEqual(plain(alice, carol.mac));
    expect(changed(frame, to, { kind: 'setDlSrc', address: bob.mac })).toEqual(plain(bob, carol.mac));
  });

  test.each([
    ['UDP', 17, udp],
    ['TCP', 6, tcp],
  ])('[ES21] IPv4 addresses and ports of %s, the checksums with them', (_name, protocol, make) => {
    const now = changed(
      withVlan(make(), 7),
      { kind: 'setNwSrc', address: '172.16.200.9' },
      { kind: 'setNwDst', address: '255.254.1.3' },
      { kind: 'setTpSrc', port: 65_535 },
      { kind: 'setTpDst', port: 443 },
      { kind: 'stripVlan' },
    );
    const from = { mac: alice.mac, address: '172.16.200.9' };
    expect(now).toEqual(make({ from, to: '255.254.1.3', sourcePort: 65_535, destinationPort: 443 }));
    expectChecksums(now, protocol);
  });

  test('[ES21] DSCP; the two bits of ECN stay', () => {
    expect(changed(udp({ tos: 0x03 }), { kind: 'setNwTos', nwTos: 0xb8 })).toEqual(udp({ tos: 0xbb }));
  });

  test('[ES21] UDP without a checksum stays without one', () => {
    const now = changed(udpWithoutChecksum(), { kind: 'setNwSrc', address: '1.2.3.4' }, { kind: 'setTpSrc', port: 7 });
    expect(now).toEqual(udpWithoutChecksum({ from: { ...alice, address: '1.2.3.4' }, sourcePort: 7 }));
  });

  test('[ES21] a UDP checksum that becomes 0 is written as 0xffff', () => {
    // The port that brings the sum of everything else to 0xffff.
    const sumWithPort0 = u16(udp({ sourcePort: 0 }), 40);
    const now = changed(udp(), { kind: 'setTpSrc', port: sumWithPort0 });
    expect(u16(now, 40)).toBe(0xffff);
    expectChecksums(now, 17);
  });

  test('[ES21] a later fragment has neither ports nor a checksum: its payload stays', () => {
    const later = udp({ fragment: 0x0005 });
    const now = changed(later, { kind: 'setNwDst', address: '9.9.9.9' }, { kind: 'setTpDst', port: 1 });
    expect(now.subarray(34)).toEqual(later.subarray(34));
    expect(internetChecksum(now, 14, 34)).toBe(0);
  });

  test.each([
    ['a frame that is not IP', frame],
    ['an IPv4 header cut short', udp().subarray(0, 30)],
    ['a frame shorter than its header', frame.subarray(0, 9)],
  ])('[ES21] %s has nothing of IP to change', (_what, given) => {
    const actions: Action[] = [
      { kind: 'setNwSrc', address: '1.2.3.4' },
      { kind: 'setNwTos', nwTos: 4 },
      { kind: 'setTpDst', port: 9 },
    ];
    expect(changed(given, ...actions)).toEqual(given);
  });

  test('[ES21] ICMP has no ports to change', () => {
    expect(changed(ping(), { kind: 'setTpSrc', port: 9 })).toEqual(ping());
  });

  test('[ES21] each output sends the frame as it is at that moment', () => {
    const bench = new SwitchBench();
    const actions: Action[] = [
      output(2),
      { kind: 'setDlDst', address: bob.mac },
      output(3),
      { kind: 'setDlDst', address: carol.mac },
      output(2),
    ];
    bench.controller.says(flowMod({ match: matchOf(), actions }));
    const given = plain(alice, alice.mac);
    expect(bench.gives(1, given)).toEqual({ 2: [given, plain(alice, carol.mac)], 3: [plain(alice, bob.mac)] });
  });
});

describe('NORMAL', () => {
  const normal = (): SwitchBench => {
    const bench = new SwitchBench();
    bench.controller.says(flowMod({ match: matchOf(), actions: [output(portNumbers.Normal)] }));
    return bench;
  };
  const ports = (sent: Record<number, unknown>): number[] => Object.keys(sent).map(Number);

  test('[ES30] addresses are learned where they send from; others and groups are flooded', () => {
    const bench = normal();
    expect(ports(bench.gives(1, plain(alice, bob.mac)))).toEqual([2, 3]);
    expect(ports(bench.gives(2, plain(bob, alice.mac)))).toEqual([1]);
    expect(ports(bench.gives(1, plain(alice, bob.mac)))).toEqual([2]);
    expect(ports(bench.gives(2, everybody(bob)))).toEqual([1, 3]);
  });

  test('[ES30] a frame for somebody behind its own port goes nowhere', () => {
    const bench = normal();
    bench.gives(1, plain(bob, carol.mac));
    expect(bench.gives(1, plain(alice, bob.mac))).toEqual({});
  });

  test('[ES30] an address that moved is found at its new port', () => {
    const bench = normal();
    bench.gives(2, plain(bob, carol.mac));
    bench.gives(3, plain(bob, carol.mac));
    expect(ports(bench.gives(1, plain(alice, bob.mac)))).toEqual([3]);
  });

  test('[ES30] each VLAN has its own addresses', () => {
    const bench = normal();
    bench.gives(2, withVlan(plain(bob, carol.mac), 5));
    expect(ports(bench.gives(1, withVlan(plain(alice, bob.mac), 6)))).toEqual([2, 3]);
    expect(ports(bench.gives(1, plain(alice, bob.mac)))).toEqual([2, 3]);
    expect(ports(bench.gives(1, withVlan(plain(alice, bob.mac), 5, 7)))).toEqual([2]);
  });

  test('[ES30] an address is forgotten after 300 s of silence, and when its port loses the link', () => {
    const bench = normal();
    bench.gives(2, plain(bob, carol.mac));
    bench.scheduler.advance(300e6);
    expect(ports(bench.gives(1, plain(alice, bob.mac)))).toEqual([2]);
    bench.scheduler.advance(1);
    expect(ports(bench.gives(1, plain(alice, bob.mac)))).toEqual([2, 3]);
    bench.gives(2, plain(bob, carol.mac));
    bench.port(2).setUp(false);
    bench.port(2).setUp(true);
    expect(ports(bench.gives(1, plain(alice, bob.mac)))).toEqual([2, 3]);
  });

  test('[ES30] frames to 01:80:c2:00:00:00–0f are not passed on', () => {
    const bench = normal();
    expect(bench.gives(1, llc())).toEqual({});
    expect(bench.gives(1, plain(alice, '01:80:c2:00:00:0f'))).toEqual({});
    expect(ports(bench.gives(1, plain(alice, '01:80:c2:00:00:10')))).toEqual([2, 3]);
  });

  test('[ES30] a PACKET_OUT without a port is switched and teaches nothing', () => {
    const bench = normal();
    bench.controller.says(packetOut({ actions: [output(portNumbers.Normal)], data: plain(bob, carol.mac) }));
    expect(ports(bench.sent())).toEqual([1, 2, 3]);
    expect(ports(bench.gives(1, plain(alice, bob.mac)))).toEqual([2, 3]);
  });
});

describe('settings of a port', () => {
  const set = (
    bench: SwitchBench,
    port: number,
    ...config: ('portDown' | 'noRecv' | 'noRecvStp' | 'noFlood' | 'noFwd' | 'noPacketIn')[]
  ) => {
    bench.controller.says({ kind: 'portMod', xid: 1, port, mac: macOfPort(port), config, mask: config, advertise: [] });
    bench.controller.hears();
  };
  const flooding = (): SwitchBench => {
    const bench = new SwitchBench();
    bench.controller.says(flowMod({ match: matchOf(), actions: [output(portNumbers.Flood)] }));
    return bench;
  };
  const ports = (sent: Record<number, unknown>): number[] => Object.keys(sent).map(Number);

  test('[ES23] NO_FLOOD: not by FLOOD, but by ALL and by its number', () => {
    const bench = flooding();
    set(bench, 2, 'noFlood');
    expect(ports(bench.gives(1, frame))).toEqual([3]);
    bench.controller.says(packetOut({ actions: [output(portNumbers.All)], data: frame }));
    expect(ports(bench.sent())).toEqual([1, 2, 3]);
    bench.controller.says(packetOut({ actions: [output(2)], data: frame }));
    expect(ports(bench.sent())).toEqual([2]);
  });

  test('[ES23] NO_FWD: nothing leaves', () => {
    const bench = flooding();
    set(bench, 2, 'noFwd');
    expect(ports(bench.gives(1, frame))).toEqual([3]);
  });

  test('[ES23] NO_RECV: nothing comes in but spanning tree; NO_RECV_STP: only that does not', () => {
    const bench = flooding();
    set(bench, 1, 'noRecv');
    expect(ports(bench.gives(1, frame))).toEqual([]);
    expect(ports(bench.gives(1, llc()))).toEqual([2, 3]);
    set(bench, 2, 'noRecvStp');
    expect(ports(bench.gives(2, frame))).toEqual([1, 3]);
    expect(ports(bench.gives(2, llc()))).toEqual([]);
  });

  test('[ES23] NO_PACKET_IN: a miss goes nowhere, what an entry sends to the controller does', () => {
    const bench = new SwitchBench();
    set(bench, 1, 'noPacketIn');
    bench.port(1).give(frame);
    expect(bench.controller.hears()).toEqual([]);
    bench.controller.says(flowMod({ match: matchOf(), actions: [output(portNumbers.Controller, 0xffff)] }));
    bench.port(1).give(frame);
    expect(bench.controller.hears()).toMatchObject([{ kind: 'packetIn', reason: 'action' }]);
  });

  test('[ES23] PORT_DOWN takes the link down, and nothing passes either way until it is up again', () => {
    const bench = flooding();
    set(bench, 2, 'portDown');
    expect(bench.port(2).isUp).toBe(false);
    expect(bench.sw.ports.map(({ isUp }) => isUp)).toEqual([true, false, true]);
    expect(ports(bench.gives(1, frame))).toEqual([3]);
    expect(ports(bench.gives(2, frame))).toEqual([]);
    bench.controller.says({
      kind: 'portMod',
      xid: 1,
      port: 2,
      mac: macOfPort(2),
      config: [],
      mask: ['portDown'],
      advertise: [],
    });
    expect(bench.port(2).isUp).toBe(true);
    expect(ports(bench.gives(1, frame))).toEqual([2, 3]);
  });

  test('[ES23] a link that is down takes no frames; they are counted as dropped', () => {
    const bench = flooding();
    bench.port(3).setUp(false);
    expect(ports(bench.gives(1, frame))).toEqual([2]);
    const [reply] = bench.controller.asks({
      kind: 'statsRequest',
      xid: 3,
      stats: { kind: 'port', flags: [], port: 3 },
    });
    expect(reply).toMatchObject({ stats: { ports: [{ txPackets: 0n, txDropped: 1n }] } });
  });
});

test('[ES24] fragments are dropped when the controller says so', () => {
  const bench = new SwitchBench();
  bench.controller.says(flowMod({ match: matchOf({ dlType: 0x800 }), actions: [output(2)] }));
  const fragment = udp({ fragment: 0x2000 });
  expect(bench.gives(1, fragment)).toEqual({ 2: [fragment] });
  bench.controller.says({ kind: 'setConfig', xid: 1, fragments: 'drop', missSendLength: 128 });
  expect(bench.gives(1, fragment)).toEqual({});
  expect(Object.keys(bench.gives(1, udp()))).toEqual(['2']);
});
