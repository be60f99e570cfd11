import { describe, expect, test } from 'vitest';
import {
  arpReply,
  arpRequest,
  broadcast,
  datagram,
  describeFrame,
  echo,
  ethernet,
  icmpMessage,
  ports,
} from './testing/frames.ts';
import { client, eth1, eth2, eth3, labRtable, server1, server2, TestNetwork } from './testing/network.ts';

/** A network in which the router knows both hosts: it has answered them. */
function acquainted(options?: ConstructorParameters<typeof TestNetwork>[0]): TestNetwork {
  const net = new TestNetwork(options);
  net.hear('eth3', arpRequest(client, '10.0.1.1'));
  net.hear('eth1', arpRequest(server1, '192.168.2.1'));
  return net;
}
const ping = (to: string, sequence = 1, more: { ttl?: number; size?: number } = {}): Uint8Array =>
  datagram({ from: client, via: eth3.mac, to, protocol: 1, payload: echo(sequence, more), ttl: more.ttl ?? 64 });

describe('ARP', () => {
  test('[RT10] a request for its address on that link is answered, any other is not', () => {
    const net = new TestNetwork();
    expect(net.hear('eth3', arpRequest(client, '10.0.1.1'))).toEqual([
      'eth3 to client: arp 10.0.1.1 is at eth3 says to client',
    ]);
    expect(net.hear('eth3', arpRequest(client, '192.168.2.1'))).toEqual([]);
    expect(net.hear('eth3', arpRequest(client, '10.0.1.2'))).toEqual([]);
  });

  test('[RT10] what the target hardware address of a request says does not matter', () => {
    const net = new TestNetwork();
    const unicast = arpRequest(client, '10.0.1.1', { to: eth3.mac, targetMac: eth3.mac });
    const probing = arpRequest(client, '10.0.1.1', { targetMac: broadcast });
    expect(net.hear('eth3', unicast)).toHaveLength(1);
    expect(net.hear('eth3', probing)).toHaveLength(1);
  });

  test('[RT11] who asks the router is known to it from then on, for 15 s', () => {
    const net = acquainted();
    net.pass(14_900);
    expect(net.hear('eth3', ping('192.168.2.2'))).toEqual([
      'eth1 to server1: 10.0.1.100 > 192.168.2.2 ttl 63, echo request 1',
    ]);
    net.pass(100);
    expect(net.hear('eth3', ping('192.168.2.2', 2))).toEqual(['eth1 to all: arp who has 192.168.2.2 tell 192.168.2.1']);
  });

  test('[RT11] an announcement that nobody asked for teaches nothing new, but corrects what is known', () => {
    const net = acquainted();
    const moved = { ...server1, mac: '0a:00:00:00:99:99' };
    net.hear('eth1', arpRequest(moved, '192.168.2.2'));
    expect(net.hear('eth3', ping('192.168.2.2'))[0]).toMatch(/^eth1 to 0a:00:00:00:99:99: /);
    net.hear('eth2', arpRequest(server2, '172.64.3.10'));
    expect(net.hear('eth3', ping('172.64.3.10'))).toEqual(['eth2 to all: arp who has 172.64.3.10 tell 172.64.3.1']);
  });

  test('[RT11] nobody becomes the router by claiming its address, or a group by claiming a host', () => {
    const net = acquainted();
    net.hear('eth1', arpRequest({ mac: server1.mac, address: '10.0.1.1' }, '192.168.2.1'));
    net.hear('eth1', arpRequest({ mac: '01:00:5e:00:00:01', address: '192.168.2.2' }, '192.168.2.1'));
    expect(net.hear('eth3', ping('192.168.2.2'))[0]).toMatch(/^eth1 to server1/);
  });

  test('[RT12] what waits leaves in order when the answer comes', () => {
    const net = new TestNetwork();
    net.hear('eth3', arpRequest(client, '10.0.1.1'));
    expect(net.hear('eth3', ping('192.168.2.2', 1))).toEqual(['eth1 to all: arp who has 192.168.2.2 tell 192.168.2.1']);
    expect(net.hear('eth3', ping('192.168.2.2', 2))).toEqual([]);
    expect(net.hear('eth1', arpReply(server1, eth1))).toEqual([
      'eth1 to server1: 10.0.1.100 > 192.168.2.2 ttl 63, echo request 1',
      'eth1 to server1: 10.0.1.100 > 192.168.2.2 ttl 63, echo request 2',
    ]);
  });

  test('[RT12] asks each second, five times, then everyone who waited is told', () => {
    const net = new TestNetwork();
    net.hear('eth3', arpRequest(client, '10.0.1.1'));
    const asks = 'eth1 to all: arp who has 192.168.2.2 tell 192.168.2.1';
    expect(net.hear('eth3', ping('192.168.2.2', 1))).toEqual([asks]);
    expect(net.hear('eth3', ping('192.168.2.2', 2))).toEqual([]);
    const unreachable = 'eth3 to client: 10.0.1.1 > 10.0.1.100 ttl 64, icmp 3/1 quoting 28 bytes';
    expect(net.pass(5000)).toEqual([
      `1 s: ${asks}`,
      `2 s: ${asks}`,
      `3 s: ${asks}`,
      `4 s: ${asks}`,
      `5 s: ${unreachable}`,
      `5 s: ${unreachable}`,
    ]);
    expect(net.pass(5000)).toEqual([]);
  });

  test('[RT13] at most 2,048 frames wait for a next hop, 8,192 in all, until they are answered or given up', () => {
    const net = new TestNetwork({ rtable: `${labRtable}10.9.0.0 0.0.0.0 255.255.0.0 eth2` });
    net.hear('eth3', arpRequest(client, '10.0.1.1'));
    const fill = (hosts: number) => {
      for (let host = 1; host <= hosts; host++)
        for (let i = 0; i < 2100; i++) net.hear('eth3', ping(`10.9.0.${host}`, i));
    };
    fill(4);
    expect(net.hear('eth3', ping('192.168.2.2', 1))).toEqual([]);
    net.pass(6000);
    fill(4);
    expect(net.hear('eth3', ping('192.168.2.2', 1))).toEqual([]);
    const answer = (host: number) => arpReply({ mac: `02:09:00:00:00:0${host}`, address: `10.9.0.${host}` }, eth2);
    for (const host of [1, 2]) expect(net.hear('eth2', answer(host))).toHaveLength(2048);
    expect(net.hear('eth3', ping('192.168.2.2', 1))).toHaveLength(1);
  });

  test('[RT13] at most 256 next hops are asked for', () => {
    const net = new TestNetwork({ rtable: `${labRtable}10.9.0.0 0.0.0.0 255.255.0.0 eth2` });
    let asked = 0;
    for (let i = 0; i < 1000; i++) asked += net.hear('eth3', ping(`10.9.${i >> 8}.${i & 255}`)).length;
    expect(asked).toBe(256);
  });
});

describe('forwarding', () => {
  test('[RT4] by gateway where the route has one', () => {
    const net = acquainted({ rtable: `${labRtable}0.0.0.0 192.168.2.2 0.0.0.0 eth1` });
    expect(net.hear('eth3', ping('8.8.8.8'))).toEqual(['eth1 to server1: 10.0.1.100 > 8.8.8.8 ttl 63, echo request 1']);
  });

  test('[RT5] an interface that is down is not used, another route is', () => {
    const net = acquainted({ rtable: `${labRtable}0.0.0.0 172.64.3.10 0.0.0.0 eth2` });
    net.router.setLink(0, false);
    expect(net.hear('eth3', ping('192.168.2.2'))).toEqual(['eth2 to all: arp who has 172.64.3.10 tell 172.64.3.1']);
    expect(net.hear('eth1', arpRequest(server1, '192.168.2.1'))).toEqual([]);
    net.router.setLink(0, true);
    expect(net.hear('eth3', ping('192.168.2.2'))).toHaveLength(1);
  });

  test('[RT6] options and payload stay, padding goes, the header checksum fits the new TTL', () => {
    const net = acquainted();
    const options = [1, 1, 1, 0];
    const payload = ports(5000, 80, 20);
    const frame = datagram({
      from: client,
      via: eth3.mac,
      to: '192.168.2.2',
      protocol: 17,
      payload,
      options,
      padding: 6,
    });
    expect(net.hear('eth3', frame)).toEqual([
      'eth1 to server1: 10.0.1.100 > 192.168.2.2 ttl 63, protocol 17, 20 bytes',
    ]);
    const sent = net.last;
    expect(sent).toHaveLength(frame.length - 6);
    const changed = [...sent].flatMap((byte, at) => (byte === frame[at] ? [] : [at]));
    // Ethernet addresses, TTL, first byte of the checksum.
    expect(changed.filter((at) => at >= 14)).toEqual([22, 24]);
  });

  test('[RT6] for every TTL and checksum the rewritten header sums up', () => {
    for (let id = 0; id < 65_536; id += 37) {
      const net = acquainted();
      const ttl = 2 + (id % 254);
      const [said] = net.hear(
        'eth3',
        datagram({ from: client, via: eth3.mac, to: '192.168.2.2', protocol: 17, payload: [], id, ttl }),
      );
      expect(said).toBe(`eth1 to server1: 10.0.1.100 > 192.168.2.2 ttl ${ttl - 1}, protocol 17, 0 bytes`);
    }
  });

  test('[RT7] a TTL of 1 or 0 goes no further: time exceeded from the interface it came in on', () => {
    for (const ttl of [1, 0]) {
      expect(acquainted().hear('eth3', ping('192.168.2.2', 1, { ttl }))).toEqual([
        'eth3 to client: 10.0.1.1 > 10.0.1.100 ttl 64, icmp 11/0 quoting 28 bytes',
      ]);
    }
  });

  test('[RT8] no route: net unreachable', () => {
    expect(acquainted().hear('eth3', ping('192.168.2.3'))).toEqual([
      'eth3 to client: 10.0.1.1 > 10.0.1.100 ttl 64, icmp 3/0 quoting 28 bytes',
    ]);
  });

  test('[RT9] broadcast and multicast are ignored, whatever says so', () => {
    const net = acquainted({ mask: '255.255.255.0' });
    for (const to of [
      '255.255.255.255',
      '224.0.0.1',
      '10.0.1.255',
      '192.168.2.255',
      '127.0.0.1',
      '0.0.0.0',
      '240.1.1.1',
    ])
      expect(net.hear('eth3', ping(to))).toEqual([]);
    const payload = echo(1);
    expect(
      net.hear('eth3', datagram({ from: client, via: broadcast, to: '192.168.2.2', protocol: 1, payload })),
    ).toEqual([]);
    expect(net.hear('eth3', datagram({ from: client, via: broadcast, to: '10.0.1.1', protocol: 1, payload }))).toEqual(
      [],
    );
  });

  test('[RT9] frames for other stations are ignored', () => {
    const net = acquainted();
    expect(
      net.hear('eth3', datagram({ from: client, via: eth1.mac, to: '192.168.2.2', protocol: 1, payload: echo(1) })),
    ).toEqual([]);
  });

  test('[RT1] what is no good datagram is dropped in silence', () => {
    const net = acquainted();
    const good = ping('192.168.2.2');
    const broken = (change: (frame: Uint8Array) => void): Uint8Array => {
      const frame = good.slice();
      change(frame);
      return frame;
    };
    const faults = [
      broken((frame) => (frame[24] = (frame[24] ?? 0) ^ 1)),
      broken((frame) => (frame[14] = 0x65)),
      broken((frame) => (frame[14] = 0x44)),
      broken((frame) => (frame[14] = 0x4f)),
      broken((frame) => (frame[16] = 0xff)),
      broken((frame) => (frame[17] = 10)),
      good.subarray(0, 30),
      good.subarray(0, 60),
      good.subarray(0, 13),
      good.subarray(0, 0),
      ethernet(client.mac, eth3.mac, 0x86dd, [0x60, 0, 0, 0]),
      ethernet(client.mac, broadcast, 0x0806, [0, 1, 8, 0]),
    ];
    for (const frame of faults) expect(net.hear('eth3', frame)).toEqual([]);
    expect(net.hear('eth3', good)).toHaveLength(1);
  });

  test('[RT1] a source that cannot be answered is dropped in silence', () => {
    const net = acquainted({ mask: '255.255.255.0' });
    for (const address of ['0.0.0.0', '127.0.0.1', '224.0.0.5', '255.255.255.255', '10.0.1.255', '192.168.2.1']) {
      const from = { mac: client.mac, address };
      expect(
        net.hear('eth3', datagram({ from, via: eth3.mac, to: '192.168.2.2', protocol: 1, payload: echo(1) })),
      ).toEqual([]);
    }
  });
});

describe('for the router itself', () => {
  test('[RT20] echo requests to each of its addresses are answered from that address, whatever their TTL', () => {
    const net = acquainted();
    for (const to of ['10.0.1.1', '192.168.2.1', '172.64.3.1']) {
      expect(net.hear('eth3', ping(to, 3, { ttl: 1 }))).toEqual([
        `eth3 to client: ${to} > 10.0.1.100 ttl 64, echo reply 3`,
      ]);
    }
  });

  test('[RT20] of any size, odd ones too, with the data untouched', () => {
    const net = acquainted();
    for (const size of [0, 1, 57, 1471, 9000]) {
      const request = ping('10.0.1.1', 1, { size });
      expect(net.hear('eth3', request)).toEqual(['eth3 to client: 10.0.1.1 > 10.0.1.100 ttl 64, echo reply 1']);
      expect(net.last.subarray(38)).toEqual(request.subarray(38));
    }
  });

  test('[RT20] a wrong ICMP checksum is not answered', () => {
    const request = ping('10.0.1.1');
    request[50] = (request[50] ?? 0) ^ 1;
    expect(acquainted().hear('eth3', request)).toEqual([]);
  });

  test('[RT21] a request in fragments is answered in fragments that fit together', () => {
    const net = acquainted();
    const message = echo(1, { size: 2000 });
    const part = (start: number, end: number): Uint8Array =>
      datagram({
        from: client,
        via: eth3.mac,
        to: '10.0.1.1',
        protocol: 1,
        id: 99,
        payload: message.slice(start, end),
        fragment: (end < message.length ? 0x2000 : 0) + start / 8,
      });
    expect(net.hear('eth3', part(1480, 2008))).toEqual([]);
    expect(net.hear('eth3', part(0, 1480))).toEqual([
      'eth3 to client: 10.0.1.1 > 10.0.1.100 ttl 64, fragment at 0, echo reply 1',
    ]);
    const first = net.last.subarray(34);
    expect(net.hear('eth3', part(1480, 2008))).toEqual([
      'eth3 to client: 10.0.1.1 > 10.0.1.100 ttl 64, fragment at 1480',
    ]);
    const whole = [...first, ...net.last.subarray(34)];
    const joined = datagram({ from: eth3, via: client.mac, to: '10.0.1.100', protocol: 1, payload: whole });
    expect(describeFrame(joined)).toMatch(/echo reply 1$/);
  });

  test('[RT22] TCP and UDP to itself: port unreachable, from the address that was asked', () => {
    const net = acquainted();
    for (const protocol of [6, 17]) {
      const frame = datagram({
        from: client,
        via: eth3.mac,
        to: '192.168.2.1',
        protocol,
        payload: ports(40_000, 80, 20),
        ttl: 1,
      });
      expect(net.hear('eth3', frame)).toEqual([
        'eth3 to client: 192.168.2.1 > 10.0.1.100 ttl 64, icmp 3/3 quoting 28 bytes',
      ]);
    }
  });

  test('[RT22] another protocol to itself: protocol unreachable', () => {
    const frame = datagram({ from: client, via: eth3.mac, to: '10.0.1.1', protocol: 132, payload: [1, 2, 3] });
    expect(acquainted().hear('eth3', frame)).toEqual([
      'eth3 to client: 10.0.1.1 > 10.0.1.100 ttl 64, icmp 3/2 quoting 23 bytes',
    ]);
  });
});

describe('ICMP errors', () => {
  test('[RT23] quote the header as it came, options included, and 8 bytes', () => {
    const net = acquainted();
    const frame = datagram({
      from: client,
      via: eth3.mac,
      to: '192.168.2.3',
      protocol: 17,
      payload: ports(1, 2, 40),
      options: [1, 1, 1, 0],
    });
    expect(net.hear('eth3', frame)).toEqual([
      'eth3 to client: 10.0.1.1 > 10.0.1.100 ttl 64, icmp 3/0 quoting 32 bytes',
    ]);
    expect(net.last.subarray(42)).toEqual(frame.subarray(14, 14 + 32));
  });

  test('[RT24] never about ICMP errors or later fragments', () => {
    const net = acquainted();
    const about = (more: { payload: number[]; protocol: number; fragment?: number }): string[] =>
      net.hear('eth3', datagram({ from: client, via: eth3.mac, to: '192.168.2.3', ...more }));
    for (const type of [3, 4, 5, 11, 12])
      expect(about({ protocol: 1, payload: icmpMessage(type, 0, [0, 0, 0, 0], []) })).toEqual([]);
    expect(about({ protocol: 17, payload: ports(1, 2), fragment: 100 })).toEqual([]);
    expect(about({ protocol: 17, payload: ports(1, 2), fragment: 0x2000 })).toHaveLength(1);
    expect(about({ protocol: 1, payload: icmpMessage(13, 0, [0, 0, 0, 0], []) })).toHaveLength(1);
  });

  test('[RT25] at most 500 at once and 500 a second', () => {
    const net = acquainted();
    const burst = (): number => {
      let errors = 0;
      for (let i = 0; i < 2000; i++) errors += net.hear('eth3', ping('192.168.2.3', i)).length;
      return errors;
    };
    expect(burst()).toBe(500);
    net.pass(100);
    expect(burst()).toBe(50);
  });

  test('[RT26] who cannot be reached is not told, and nobody waits for that', () => {
    const net = new TestNetwork();
    const stranger = { mac: client.mac, address: '9.9.9.9' };
    expect(
      net.hear('eth3', datagram({ from: stranger, via: eth3.mac, to: '10.0.1.1', protocol: 1, payload: echo(1) })),
    ).toEqual([]);
    expect(net.hear('eth3', ping('10.0.1.1'))).toEqual(['eth3 to all: arp who has 10.0.1.100 tell 10.0.1.1']);
    expect(net.pass(10_000).filter((line) => !line.includes('who has'))).toEqual([]);
  });
});

test('[RT32] the same calls give the same frames', () => {
  const play = (): string[] => {
    const net = new TestNetwork();
    const said = net.hear('eth3', arpRequest(client, '10.0.1.1'));
    for (let i = 0; i < 5; i++) said.push(...net.hear('eth3', ping('192.168.2.2', i)), ...net.pass(700));
    return [...said, ...net.frames.map(({ bytes }) => Buffer.from(bytes).toString('hex'))];
  };
  expect(play()).toEqual(play());
});
