import { joined } from '../program/http/byte-stream.ts';
import type { IperfInterval } from './iperf-report.ts';

/** Head of an iperf datagram: id (negative in the last one), seconds and microseconds of its sending. */
const datagramHeadBytes = 12;
const reportBytes = 40;
const hasReport = 0x8000_0000;

/** Writes the head in place; the datagram is the caller's own. */
export function writeHead(datagram: Uint8Array, id: number, sentUs: number): void {
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  view.setInt32(0, id);
  view.setUint32(4, Math.floor(sentUs / 1_000_000));
  view.setUint32(8, Math.floor(sentUs % 1_000_000));
}

/** Undefined when it is too short to be one. */
export function readHead(datagram: Uint8Array): { readonly id: number; readonly sentUs: number } | undefined {
  if (datagram.length < datagramHeadBytes) return undefined;
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  return { id: view.getInt32(0), sentUs: view.getUint32(4) * 1_000_000 + view.getUint32(8) };
}

/** The server's answer to the last datagram: its head, and behind it what arrived (iperf 2's server_hdr). */
export function reportDatagram(last: Uint8Array, total: IperfInterval): Uint8Array {
  const report = new Uint8Array(reportBytes);
  const view = new DataView(report.buffer);
  const seconds = total.to - total.from;
  const jitter = (total.datagrams?.jitterMs ?? 0) / 1000;
  const words = [
    hasReport,
    Math.floor(total.bytes / 0x1_0000_0000),
    total.bytes % 0x1_0000_0000,
    Math.floor(seconds),
    Math.round((seconds % 1) * 1_000_000),
    total.datagrams?.lost ?? 0,
    0,
    total.datagrams?.total ?? 0,
    Math.floor(jitter),
    Math.round((jitter % 1) * 1_000_000),
  ];
  for (const [i, word] of words.entries()) view.setUint32(i * 4, word);
  return joined(last.subarray(0, datagramHeadBytes), report);
}

/** What the server says it got; undefined when the datagram does not tell. */
export function readReport(datagram: Uint8Array): IperfInterval | undefined {
  if (datagram.length < datagramHeadBytes + reportBytes) return undefined;
  const view = new DataView(datagram.buffer, datagram.byteOffset + datagramHeadBytes, reportBytes);
  if (view.getUint32(0) !== hasReport) return undefined;
  return {
    from: 0,
    to: view.getUint32(12) + view.getUint32(16) / 1_000_000,
    bytes: view.getUint32(4) * 0x1_0000_0000 + view.getUint32(8),
    datagrams: {
      lost: view.getUint32(20),
      total: view.getUint32(28),
      jitterMs: view.getUint32(32) * 1000 + view.getUint32(36) / 1000,
    },
  };
}
