import type { Capture } from '../../pcap.ts';
import { type FilterRecord, newFilterRecord } from '../record.ts';

/** The frames of a capture as records of a log: numbered from 1, timed from the first. */
export function recordsOfCapture({ frames }: Capture): FilterRecord[] {
  const firstNs = frames[0]?.timeNs ?? 0n;
  return frames.map(({ frame, length, timeNs }, i) => ({
    ...newFilterRecord(),
    seq: i + 1,
    tUs: Number(timeNs - firstNs) / 1000,
    length,
    bytes: frame,
    start: 0,
    end: frame.length,
  }));
}
