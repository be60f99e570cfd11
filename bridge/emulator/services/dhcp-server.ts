import type { Datagram, Host } from '../host/api.ts';
import { HostError } from '../host/host-error.ts';
import { DhcpLeases } from './dhcp-leases.ts';
import {
  type DhcpMessage,
  dhcpCode,
  dhcpPorts,
  dhcpType,
  readDhcp,
  typeOf,
  u32Bytes,
  u32Option,
  writeDhcp,
} from './dhcp-message.ts';

const broadcast = 0xffff_ffff;
const leaseSeconds = 3600;
const offerUs = 60_000_000;
const declinedUs = 3_600_000_000;

/** A DHCP server (RFC 2131, EP62–EP64) for addresses from `first` to `last`, both included. Throws HostError EADDRINUSE. */
export function startDhcpServer(
  host: Host,
  { first, last, gateway }: { readonly first: number; readonly last: number; readonly gateway: number },
): { close(): void } {
  const own = host.interfaces.slice(1).flatMap(({ name, addresses }) => addresses.map((one) => ({ name, ...one })));
  const served = own.find(
    ({ address, prefix }) => (address ^ first) >>> (32 - prefix) === 0 && prefix > 0 && prefix < 32,
  );
  const { name, address: server, prefix } = served ?? own[0] ?? { name: undefined, address: 0, prefix: 24 };
  const leases = new DhcpLeases(first, last, [server, gateway]);
  const socket = host.udp.bind({ port: dhcpPorts.server, ...(name === undefined ? {} : { interface: name }) });
  const mask = prefix === 0 ? 0 : (0xffff_ffff << (32 - prefix)) >>> 0;

  const reply = (message: DhcpMessage, type: number, yours: number, withLease: boolean): void => {
    const options = new Map<number, Uint8Array>();
    options.set(dhcpCode.messageType, Uint8Array.of(type));
    options.set(dhcpCode.serverId, u32Bytes(server));
    if (withLease) {
      options.set(dhcpCode.leaseTime, u32Bytes(leaseSeconds));
      options.set(dhcpCode.renewalTime, u32Bytes(leaseSeconds / 2));
      options.set(dhcpCode.rebindingTime, u32Bytes((leaseSeconds * 7) / 8));
    }
    if (type !== dhcpType.nak) {
      options.set(dhcpCode.subnetMask, u32Bytes(mask));
      if (gateway !== 0) options.set(dhcpCode.router, u32Bytes(gateway));
    }
    const answer = { ...message, isReply: true, yours, server: 0, options };
    // Who has no address yet cannot be asked by ARP for it: a broadcast reaches it (§4.1).
    const isReachable = message.client !== 0 && type !== dhcpType.nak;
    const to = message.relay !== 0 ? message.relay : isReachable ? message.client : broadcast;
    try {
      socket.send({ address: to, port: message.relay === 0 ? dhcpPorts.client : dhcpPorts.server }, writeDhcp(answer));
    } catch (fault) {
      if (!(fault instanceof HostError)) throw fault;
    }
  };

  const request = (message: DhcpMessage, client: string, nowUs: number): void => {
    const chosen = u32Option(message, dhcpCode.serverId);
    if (chosen !== undefined && chosen !== server) {
      leases.withdraw(client);
      return;
    }
    const wanted = u32Option(message, dhcpCode.requestedAddress) ?? message.client;
    // Without our name it comes back with what it had, or renews: only what this server knows of may be confirmed.
    const isGranted =
      chosen === undefined ? leases.isBound(wanted, client, nowUs) : leases.isFreeFor(wanted, client, nowUs);
    if (isGranted) leases.bind(wanted, client, nowUs + leaseSeconds * 1_000_000);
    reply(message, isGranted ? dhcpType.ack : dhcpType.nak, isGranted ? wanted : 0, isGranted);
  };

  const take = ({ data }: Datagram): void => {
    const message = readDhcp(data);
    if (message === undefined || message.isReply) return;
    const nowUs = host.scheduler.nowUs();
    const client = message.options.get(dhcpCode.clientId)?.join('.') ?? message.mac;
    const wanted = u32Option(message, dhcpCode.requestedAddress);
    const isForUs = u32Option(message, dhcpCode.serverId) === server;
    switch (typeOf(message)) {
      case dhcpType.discover: {
        const offered = leases.offer(client, wanted, nowUs, offerUs);
        if (offered !== undefined) reply(message, dhcpType.offer, offered, true);
        return;
      }
      case dhcpType.request:
        request(message, client, nowUs);
        return;
      case dhcpType.release:
        if (isForUs) leases.release(message.client, client);
        return;
      case dhcpType.decline:
        if (isForUs && wanted !== undefined) leases.decline(wanted, client, nowUs + declinedUs);
        return;
      case dhcpType.inform:
        reply(message, dhcpType.ack, 0, false);
        return;
    }
  };
  const read = async () => {
    for (let datagram = await socket.receive(); datagram !== undefined; datagram = await socket.receive())
      take(datagram);
  };
  void read();
  return socket;
}
