import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import type { Lab } from '../../../server/contract/lab.ts';
import type { LabStatus } from '../../../server/contract/status.ts';
import type { TraceLog } from '../state/trace-log.ts';

/** An entry that somebody must have learned: nobody looked into its table (SCRUB6). */
interface InferredArp {
  readonly address: string;
  readonly mac: string;
  /** The packet that taught it. */
  readonly seq: number;
  readonly tUs: number;
}

const arpFrame = { etherType: 0x0806, bytes: 42 };

interface Arp {
  readonly sender: string;
  readonly senderMac: string;
  readonly target: string;
}

function arpOf({ frame }: TraceRecord): Arp | undefined {
  if (frame.length < arpFrame.bytes || ((frame[12] ?? 0) << 8) + (frame[13] ?? 0) !== arpFrame.etherType)
    return undefined;
  const address = (at: number) => frame.subarray(at, at + 4).join('.');
  const mac = Array.from(frame.subarray(22, 28), (byte) => byte.toString(16).padStart(2, '0')).join(':');
  return { sender: address(28), senderMac: mac, target: address(38) };
}

/** How a node hears ARP: a host at its switch's port, a router at its interfaces; and the addresses that are its own. */
interface Ear {
  readonly point: TraceRecord['point'];
  readonly node: string;
  /** Undefined: all of its ports. */
  readonly port: number | undefined;
  readonly own: ReadonlySet<string>;
}

function earOf(name: string, lab: Lab, status: LabStatus | undefined): Ear | undefined {
  const host = lab.hosts.find((each) => each.name === name);
  if (host !== undefined) {
    const link = lab.links.find(({ a, b }) => a.node === name || b.node === name);
    const end = link?.a.node === name ? link.b : link?.a;
    if (end?.port === undefined) return undefined;
    return { point: 'packet_out', node: end.node, port: end.port, own: new Set([host.address.split('/')[0] ?? '']) };
  }
  const router = lab.routers.find((each) => each.name === name);
  if (router === undefined) return undefined;
  const interfaces = status?.routers.find((each) => each.name === name)?.interfaces ?? router.interfaces;
  return { point: 'to_router', node: name, port: undefined, own: new Set(interfaces.map(({ address }) => address)) };
}

/**
 * What a host or router must have learned from the ARP packets that reached it until `untilUs`: whoever is asked, or
 * answered, learns the sender (RFC 826). By address; the newest entry counts. Undefined for what has no ARP table.
 */
export function inferredArp(
  name: string,
  lab: Lab,
  status: LabStatus | undefined,
  log: TraceLog,
  untilUs: number,
): readonly InferredArp[] | undefined {
  const ear = earOf(name, lab, status);
  if (ear === undefined) return undefined;
  const { ring } = log;
  const table = new Map<string, InferredArp>();
  const end = ring.indexAfter(untilUs);
  for (let index = ring.first; index < end; index++) {
    const record = ring.at(index);
    if (record.point !== ear.point || record.node !== ear.node || record.verdict !== 'passed') continue;
    if (ear.port !== undefined && record.port !== ear.port) continue;
    const arp = arpOf(record);
    if (arp === undefined || !ear.own.has(arp.target) || ear.own.has(arp.sender)) continue;
    table.set(arp.sender, { address: arp.sender, mac: arp.senderMac, seq: record.seq, tUs: record.tUs });
  }
  return [...table.values()].sort((a, b) => a.tUs - b.tUs);
}
