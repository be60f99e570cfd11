import { dissect, type FieldValue, fieldValues, summarize } from '../../bridge/packet/dissect.ts';
import { ethernet } from '../../bridge/packet/pcapng/blocks.ts';
import type { CapturedPacket, CaptureFile } from '../../bridge/packet/pcapng/reader.ts';

const nsPerSecond = 1_000_000_000n;

/** Seconds with their fraction, exact: `-0.000000007`. */
function secondsText(ns: bigint, digits: number): string {
  const sign = ns < 0n ? '-' : '';
  const whole = ns < 0n ? -ns : ns;
  const fraction = (whole % nsPerSecond).toString().padStart(9, '0').slice(0, digits);
  return `${sign}${whole / nsPerSecond}.${fraction}`;
}

/** Number, seconds since the first packet, source, destination, protocol, length, and what it says. */
export function packetLine(file: CaptureFile, packet: CapturedPacket, number: number): string {
  const { source, destination, protocol, info } = summaryOf(file, packet);
  const time = secondsText(packet.timeNs - (file.frames[0]?.timeNs ?? 0n), 6);
  const ends = `${source.padEnd(17)} → ${destination.padEnd(17)}`;
  return `${String(number).padStart(5)} ${time.padStart(11)} ${ends} ${protocol.padEnd(9)} ${String(packet.length).padStart(5)} ${info}`.trimEnd();
}

function summaryOf(file: CaptureFile, { frame, length, interface: number }: CapturedPacket) {
  const linkType = file.interfaces[number]?.linkType ?? 0;
  if (linkType === ethernet) return summarize(frame, length);
  return { source: '', destination: '', protocol: `link ${linkType}`, info: `${frame.length} bytes, not of Ethernet` };
}

/**
 * A packet as one JSON object: what stands around it (`frame.…`), its `summary`, and a list of values for every field by
 * its Wireshark name. Integers above 2⁵³ are strings.
 */
export function packetJson(file: CaptureFile, packet: CapturedPacket, number: number): string {
  const { frame, length, timeNs, comments, interface: interfaceNumber } = packet;
  const place = file.interfaces[interfaceNumber];
  const isEthernet = place?.linkType === ethernet;
  const values: Iterable<[string, readonly FieldValue[]]> = isEthernet
    ? fieldValues(dissect(frame, { length }).layers)
    : [];
  const { protocol, info } = summaryOf(file, packet);
  return JSON.stringify({
    'frame.number': number,
    'frame.time_epoch': secondsText(timeNs, 9),
    'frame.time_relative': secondsText(timeNs - (file.frames[0]?.timeNs ?? 0n), 9),
    'frame.len': length,
    'frame.cap_len': frame.length,
    'frame.interface_id': interfaceNumber,
    ...(place === undefined || place.name === '' ? {} : { 'frame.interface_name': place.name }),
    ...(comments.length === 0 ? {} : { 'frame.comment': comments }),
    protocol,
    summary: info,
    ...Object.fromEntries([...values].map(([name, list]) => [name, list.map(jsonValue)])),
  });
}

function jsonValue(value: FieldValue): string | number | boolean {
  if (typeof value !== 'bigint') return value;
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();
}
