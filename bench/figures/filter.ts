import { readFilter } from '../../bridge/packet/filter/filter.ts';
import { noContext } from '../../bridge/packet/filter/record.ts';
import { newLoggedRecord } from '../../bridge/trace/logged-record.ts';
import { PacketLog } from '../../bridge/trace/packet-log.ts';
import { type Figure, figure } from '../figure.ts';

const records = 1_000_000;
/** As people ask: a protocol, an address, a handshake, what was dropped, and bytes. */
const filters: Readonly<Record<string, string>> = {
  protocol: 'icmp or arp',
  address: 'ip.addr == 10.0.1.0/24 and tcp.port == 80',
  handshake: 'tcp.flags.syn == 1 and not tcp.flags.ack == 1 and ip.ttl < 64',
  dropped: 'lab.verdict == "dropped" or lab.node == "vhost"',
  bytes: 'frame contains "GET"',
};

/** Milliseconds to ask one filter about a million records of the log, without yielding. */
export function measureFilter(runs: number): Figure[] {
  const log = fullLog();
  return Object.entries(filters).map(([name, text]) =>
    figure(
      `filter-1m-${name}`,
      'ms',
      Array.from({ length: runs }, () => timeOf(log, text)),
      { goal: { atMost: 1000 } },
    ),
  );
}

function timeOf(log: PacketLog, text: string): number {
  const read = readFilter(text);
  if (!read.ok) throw new Error(read.fault.message);
  const passes = read.filter.over({ ...noContext, nodeName: (node) => log.nodeName(node) });
  const record = newLoggedRecord();
  let matched = 0;
  const start = performance.now();
  for (let seq = log.firstSeq; seq < log.nextSeq; seq++) if (log.look(seq, record) && passes(record)) matched++;
  const took = performance.now() - start;
  if (matched === 0) throw new Error(`nothing passed ${text}`);
  return took;
}

/** A million records of pings, ARP, handshakes and pages, as a lab with a router makes them. */
function fullLog(): PacketLog {
  const log = new PacketLog({
    records,
    frameBytes: 128 * 1024 * 1024,
    snapLength: 256,
    nowUs: () => 0,
    epochMs: 0,
  });
  const nodes = [log.node('sw0'), log.node('vhost')];
  const frames = [
    echo(),
    arp(),
    segment(0x02, ''),
    segment(0x18, 'GET / HTTP/1.1\r\nHost: server1\r\n\r\n'),
    segment(0x10, ''),
  ];
  for (let i = 0; i < records / 4; i++) {
    const frame = frames[i % frames.length] ?? echo();
    const seq = log.append('packet_in', nodes[0] ?? 0, 1, frame, 0, frame.length);
    const atRouter = log.follow(seq, 'to_router', nodes[1] ?? 0, 1);
    const back = log.append('from_router', nodes[1] ?? 0, 2, frame, 0, frame.length);
    if (i % 10 === 0) log.drop(atRouter, nodes[1] ?? 0, 1, 'no router');
    else log.follow(back, 'packet_out', nodes[0] ?? 0, 2);
  }
  return log;
}

function packet(protocol: number, payload: readonly number[]): Uint8Array {
  const total = 20 + payload.length;
  const header = [0x45, 0, total >>> 8, total & 255, 0, 1, 0x40, 0, 63, protocol, 0, 0, 10, 0, 1, 100, 192, 168, 2, 2];
  return Uint8Array.from([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, ...header, ...payload]);
}
const echo = (): Uint8Array => packet(1, [8, 0, 0, 0, 0, 1, 0, 1, ...Array.from({ length: 56 }, (_, i) => i)]);
const segment = (flags: number, text: string): Uint8Array =>
  packet(6, [0xa3, 0x5e, 0, 80, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, flags, 255, 255, 0, 0, 0, 0, ...Buffer.from(text)]);
const arp = (): Uint8Array =>
  Uint8Array.from([
    ...[255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1, 8, 6],
    ...[0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 0, 1, 100, 0, 0, 0, 0, 0, 0, 10, 0, 1, 1],
  ]);
