import { readCapture } from '../../../bridge/packet/pcapng/read-capture.ts';
import { toBase64 } from '../state/base64.ts';
import type { FramePlace, InterceptPoint, ReplayRequest } from '../state/interventions.ts';

/** A capture file as far as a replay needs it. */
export interface Capture {
  readonly name: string;
  readonly frames: readonly { readonly atUs: number; readonly bytes: Uint8Array }[];
  /** Packets that are cut short or no Ethernet. */
  readonly skipped: number;
}
const mostFrames = 10_000;
const ethernetLink = 1;
const shortest = 14;

/** The whole Ethernet frames of a pcap or pcapng file. Throws DecodeError for another file. */
export function captureOf(name: string, file: Uint8Array): Capture {
  const { frames, interfaces } = readCapture(file);
  const fine = frames.filter(
    (frame) =>
      interfaces[frame.interface]?.linkType === ethernetLink &&
      frame.frame.length >= shortest &&
      frame.frame.length === frame.length,
  );
  const taken = fine.slice(0, mostFrames);
  const zeroNs = taken[0]?.timeNs ?? 0n;
  return {
    name,
    frames: taken.map(({ timeNs, frame }) => ({ atUs: Number(timeNs - zeroNs) / 1000, bytes: frame })),
    skipped: frames.length - taken.length,
  };
}

/** A replay of a capture's frames, all put in at one place. */
export const replayOfCapture = (capture: Capture, at: FramePlace, speed: number): ReplayRequest => ({
  from: {
    kind: 'frames',
    at,
    frames: capture.frames.map(({ atUs, bytes }) => ({ atUs, bytes: toBase64(bytes) })),
  },
  speed,
});

/** One frame, many times at a steady pace. */
export const replayOfOne = (bytes: Uint8Array, at: FramePlace, times: number, everyMs: number): ReplayRequest => {
  const text = toBase64(bytes);
  const frames = Array.from({ length: times }, (_, i) => ({ atUs: i * everyMs * 1000, bytes: text }));
  return { from: { kind: 'frames', at, frames }, speed: everyMs === 0 ? 0 : 1 };
};

/** Records of the log at a point, each to where it was seen. */
export const replayOfRange = (fromSeq: number, toSeq: number, point: InterceptPoint, speed: number): ReplayRequest => ({
  from: { kind: 'log', fromSeq, toSeq, point },
  speed,
});

/** A number of a form: undefined when it is none or out of range. */
export function numberIn(text: string, least: number, most: number): number | undefined {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}
