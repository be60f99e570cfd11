import { formatMac, parseMac } from '../../codec/addresses.ts';

/** Message types of RFC 2132 §9.6. */
export const dhcpType = {
  discover: 1,
  offer: 2,
  request: 3,
  decline: 4,
  ack: 5,
  nak: 6,
  release: 7,
  inform: 8,
} as const;

/** Options by their code (RFC 2132). */
export const dhcpCode = {
  subnetMask: 1,
  router: 3,
  requestedAddress: 50,
  leaseTime: 51,
  messageType: 53,
  serverId: 54,
  message: 56,
  renewalTime: 58,
  rebindingTime: 59,
  clientId: 61,
} as const;

/** A DHCP message (RFC 2131 §2); addresses are 32-bit numbers, 0 when there is none. */
export interface DhcpMessage {
  readonly isReply: boolean;
  readonly transaction: number;
  readonly seconds: number;
  readonly isBroadcast: boolean;
  readonly client: number;
  readonly yours: number;
  readonly server: number;
  readonly relay: number;
  readonly mac: string;
  readonly options: ReadonlyMap<number, Uint8Array>;
}

const cookieAt = 236;
const optionsAt = 240;
const cookie = 0x63825363;
/** What BOOTP relays and old clients take as the least. */
const minBytes = 300;

/** The value of an option that is a 32-bit number. */
export function u32Option(message: DhcpMessage, code: number): number | undefined {
  const value = message.options.get(code);
  return value?.length === 4 ? new DataView(value.buffer, value.byteOffset, 4).getUint32(0) : undefined;
}
/** UDP ports of both sides (RFC 2131 §4.1). */
export const dhcpPorts = { server: 67, client: 68 } as const;

export const u32Bytes = (value: number): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
};
export const typeOf = (message: DhcpMessage): number | undefined => message.options.get(dhcpCode.messageType)?.[0];

/** Reads a message for Ethernet; undefined when it is none. Options are views on the input. */
export function readDhcp(data: Uint8Array): DhcpMessage | undefined {
  if (data.length < optionsAt || data[1] !== 1 || data[2] !== 6) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (view.getUint32(cookieAt) !== cookie) return undefined;
  const options = new Map<number, Uint8Array>();
  for (let at = optionsAt; at < data.length && data[at] !== 255; ) {
    if (data[at] === 0) {
      at++;
      continue;
    }
    const end = at + 2 + (data[at + 1] ?? data.length);
    if (end > data.length) return undefined;
    options.set(data[at] ?? 0, data.subarray(at + 2, end));
    at = end;
  }
  return {
    isReply: data[0] === 2,
    transaction: view.getUint32(4),
    seconds: view.getUint16(8),
    isBroadcast: view.getUint16(10) >= 0x8000,
    client: view.getUint32(12),
    yours: view.getUint32(16),
    server: view.getUint32(20),
    relay: view.getUint32(24),
    mac: formatMac(data, 28),
    options,
  };
}

/** The bytes of a message, padded to 300. */
export function writeDhcp(message: DhcpMessage): Uint8Array {
  const options = [...message.options].flatMap(([code, value]) => [code, value.length, ...value]);
  const data = new Uint8Array(Math.max(minBytes, optionsAt + options.length + 1));
  const view = new DataView(data.buffer);
  data.set([message.isReply ? 2 : 1, 1, 6, 0]);
  view.setUint32(4, message.transaction);
  view.setUint16(8, message.seconds);
  view.setUint16(10, message.isBroadcast ? 0x8000 : 0);
  for (const [i, address] of [message.client, message.yours, message.server, message.relay].entries()) {
    view.setUint32(12 + i * 4, address);
  }
  data.set(parseMac(message.mac) ?? [], 28);
  view.setUint32(cookieAt, cookie);
  data.set(options, optionsAt);
  data[optionsAt + options.length] = 255;
  return data;
}
