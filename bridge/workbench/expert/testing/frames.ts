import { type DatagramOptions, datagram, echo, icmpMessage } from '../../../router/testing/frames.ts';
import { client, eth1, eth3, server1 } from '../../../router/testing/network.ts';

const udp = { protocol: 17, payload: [0xd0, 1, 0xd0, 2, 0, 12, 0, 0, 1, 2, 3, 4] };
/** A datagram of the client's, as the router gets it. */
export const toServer = (change: Partial<DatagramOptions> = {}) =>
  datagram({ from: client, via: eth3.mac, to: server1.address, id: 5, ...udp, ...change });
/** The same as it must leave the router. */
export const onward = (change: Partial<DatagramOptions> = {}) =>
  toServer({ from: { ...client, mac: eth1.mac }, via: server1.mac, ttl: 63, ...change });
/** A frame with other bytes from `at` on, the rest as it is. */
export const patched = (frame: Uint8Array, at: number, ...bytes: number[]): Uint8Array => {
  const copy = frame.slice();
  copy.set(bytes, at);
  return copy;
};
/** What an ICMP error quotes of a frame. */
export const quoted = (frame: Uint8Array, bytes = 28) => frame.subarray(14, 14 + bytes);
/** An ICMP error of the router's to the client. */
export const complaint = (type: number, code: number, quote: Iterable<number>, change: Partial<DatagramOptions> = {}) =>
  datagram({
    from: eth3,
    via: client.mac,
    to: client.address,
    protocol: 1,
    payload: icmpMessage(type, code, [0, 0, 0, 0], quote),
    ...change,
  });
/** An echo request of the client's to the router. */
export const ping = (change: Partial<DatagramOptions> = {}) =>
  toServer({ to: eth3.address, protocol: 1, payload: echo(1), ...change });
/** What the router answers to it. */
export const pong = (payload = echo(1, { type: 0 })) =>
  datagram({ from: eth3, via: client.mac, to: client.address, protocol: 1, payload, id: 9 });
