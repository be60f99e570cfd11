import { describe, expect, test } from 'vitest';
import { arpReply, arpRequest, datagram, echo, ethernet, ports } from '../../router/testing/frames.ts';
import { client, eth3, server1, server2 } from '../../router/testing/network.ts';
import { toServer } from './testing/frames.ts';
import { Scene, second } from './testing/scene.ts';

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
