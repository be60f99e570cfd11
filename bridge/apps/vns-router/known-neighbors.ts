import { address, arp, ether, etherTypes, putAddress, putMac, putU16, u16 } from '../../packet/header-layout.ts';
import { points } from '../../packet/trace-batch.ts';
import { newLoggedRecord } from '../../trace/logged-record.ts';
import type { PacketLog } from '../../trace/packet-log.ts';

const most = 1024;
/** A neighbour that was last heard of longer ago is asked for anew by the router, too. */
const mostRecords = 20_000;
const at = ether.header;

const isArp = (bytes: Uint8Array, start: number, end: number): boolean =>
  end - start >= at + arp.length && u16(bytes, start + ether.type) === etherTypes.arp;

/**
 * Which neighbours a router has been told of with ARP, and has not asked for since: whoever stands beside it and asks for
 * one of them would get no answer, as its question is never sent (WB213).
 */
export class KnownNeighbors {
  readonly #macs = new Map<string, Uint8Array>();

  /** What the log says of a router's past. */
  constructor(log: PacketLog, node: number) {
    const record = newLoggedRecord();
    for (let seq = Math.max(log.firstSeq, log.nextSeq - mostRecords); seq < log.nextSeq; seq++) {
      if (!log.look(seq, record) || record.node !== node) continue;
      const { port, bytes, start, end } = record;
      if (points[record.point] === 'to_router') this.heard(port, bytes, start, end);
      else if (points[record.point] === 'from_router') this.asked(port, bytes, start, end);
    }
  }

  /** The router was given `bytes[start, end)`: ARP tells who its sender is. */
  heard(port: number, bytes: Uint8Array, start: number, end: number): void {
    if (!isArp(bytes, start, end)) return;
    const key = keyOf(port, address(bytes, start + at + arp.senderAddress));
    const mac = start + at + arp.senderMac;
    this.#macs.delete(key);
    this.#macs.set(key, bytes.slice(mac, mac + 6));
    for (const oldest of this.#macs.keys()) {
      if (this.#macs.size <= most) break;
      this.#macs.delete(oldest);
    }
  }

  /** The router sent `bytes[start, end)`: what it asks for, it does not know any more; the answer serves both. */
  asked(port: number, bytes: Uint8Array, start: number, end: number): void {
    if (isRequest(bytes, start, end)) this.#macs.delete(keyOf(port, address(bytes, start + at + arp.targetAddress)));
  }

  /** The ARP reply to the request `bytes[start, end)`; undefined for another frame and for a neighbour that is not known. */
  answerTo(port: number, bytes: Uint8Array, start: number, end: number): Uint8Array | undefined {
    if (!isRequest(bytes, start, end)) return undefined;
    const target = address(bytes, start + at + arp.targetAddress);
    const mac = this.#macs.get(keyOf(port, target));
    if (mac === undefined) return undefined;
    const reply = bytes.slice(start, start + at + arp.length);
    putMac(reply, ether.destination, bytes, start + at + arp.senderMac);
    putMac(reply, ether.source, mac);
    putU16(reply, at + arp.operation, 2);
    putMac(reply, at + arp.senderMac, mac);
    putAddress(reply, at + arp.senderAddress, target);
    putMac(reply, at + arp.targetMac, bytes, start + at + arp.senderMac);
    putAddress(reply, at + arp.targetAddress, address(bytes, start + at + arp.senderAddress));
    return reply;
  }
}

const keyOf = (port: number, target: number): string => `${port} ${target}`;
const isRequest = (bytes: Uint8Array, start: number, end: number): boolean =>
  isArp(bytes, start, end) && u16(bytes, start + at + arp.operation) === 1;
