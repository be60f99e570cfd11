import { DecodeError } from '../../bridge/codec/errors.ts';
import { summarize } from '../../bridge/packet/dissect.ts';
import { ethernet } from '../../bridge/packet/pcapng/blocks.ts';
import { readCapture } from '../../bridge/packet/pcapng/read-capture.ts';
import type { CaptureFile } from '../../bridge/packet/pcapng/reader.ts';
import type { Upload, UploadedPacket } from '../contract/captures.ts';
import { AppError } from '../errors.ts';

/** Largest file that is taken, bytes. */
export const uploadBytes = 16 * 1024 * 1024;
const uploadsPerLab = 2;
const mostPackets = 200_000;

/** A frame to send again: µs since the first of its file. */
export interface UploadedFrame {
  readonly tUs: number;
  readonly bytes: Uint8Array;
}
interface Kept {
  readonly upload: Upload;
  readonly file: CaptureFile;
}

/** Uploaded captures in memory, the last two of each lab (API22). */
export class Uploads {
  readonly #kept = new Map<string, Kept[]>();
  readonly #now: () => number;
  #lastId = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Reads a file; the lab's oldest goes when it has two. Throws bad-request (what is wrong, at which byte), too-large. */
  add(lab: string, name: string, bytes: Uint8Array): Upload {
    const file = read(bytes);
    const { frames, format } = file;
    if (frames.length > mostPackets) {
      throw new AppError('too-large', `The file has ${frames.length} packets; at most ${mostPackets} are taken.`);
    }
    const first = frames[0]?.timeNs ?? 0n;
    let last = first;
    for (const { timeNs } of frames) if (timeNs > last) last = timeNs;
    this.#lastId += 1;
    const upload: Upload = {
      id: this.#lastId,
      name,
      format,
      bytes: bytes.length,
      packets: frames.length,
      interfaces: file.interfaces.map((one, i) => one.name || `interface ${i}`),
      firstMs: Number(first / 1000n) / 1000,
      durationUs: microseconds(last - first),
      uploadedMs: this.#now(),
    };
    this.#kept.set(lab, [...(this.#kept.get(lab) ?? []), { upload, file }].slice(-uploadsPerLab));
    return upload;
  }

  list(lab: string): Upload[] {
    return (this.#kept.get(lab) ?? []).map(({ upload }) => upload);
  }

  remove(lab: string, id: number): void {
    this.#of(lab, id);
    this.#kept.set(
      lab,
      (this.#kept.get(lab) ?? []).filter(({ upload }) => upload.id !== id),
    );
  }

  /** Up to `limit` packets in one line each, from number `from` on. */
  packets(lab: string, id: number, from: number, limit: number): UploadedPacket[] {
    const { file } = this.#of(lab, id);
    const first = file.frames[0]?.timeNs ?? 0n;
    return file.frames.slice(from - 1, from - 1 + limit).map((packet, i) => {
      const { frame, length, timeNs, comments, interface: number } = packet;
      const linkType = file.interfaces[number]?.linkType;
      const summary =
        linkType === ethernet
          ? summarize(frame, length)
          : { source: '', destination: '', protocol: `link ${linkType}`, kind: 'other', info: 'not of Ethernet' };
      return {
        number: from + i,
        tUs: microseconds(timeNs - first),
        interface: number,
        length,
        ...summary,
        comments: [...comments],
        hex: Buffer.from(frame).toString('hex'),
      };
    });
  }

  /**
   * Frames `from` to `to` (numbers of the file) for sending again. Throws too-large above `most`, not-possible for what
   * was not captured whole, is not of Ethernet or is not there.
   */
  frames(lab: string, id: number, from: number, to: number, most: number): UploadedFrame[] {
    const { file } = this.#of(lab, id);
    const chosen = file.frames.slice(from - 1, to);
    if (chosen.length > most) throw new AppError('too-large', `At most ${most} packets are sent again at once.`);
    if (chosen.length === 0)
      throw new AppError('not-possible', `The file has ${file.frames.length} packets, none from ${from} to ${to}.`);
    const first = chosen[0]?.timeNs ?? 0n;
    return chosen.map(({ frame, length, timeNs, interface: number }, i) => {
      const linkType = file.interfaces[number]?.linkType;
      if (linkType !== ethernet) {
        throw new AppError('not-possible', `Packet ${from + i} is of link type ${linkType}, not of Ethernet.`);
      }
      if (frame.length < length) {
        throw new AppError(
          'not-possible',
          `Packet ${from + i} has ${length} bytes, of which ${frame.length} were captured.`,
        );
      }
      return { tUs: microseconds(timeNs - first), bytes: frame };
    });
  }

  #of(lab: string, id: number): Kept {
    const kept = this.#kept.get(lab)?.find(({ upload }) => upload.id === id);
    if (kept === undefined) {
      throw new AppError('not-found', `The lab has no upload ${id}; it keeps the last ${uploadsPerLab}.`);
    }
    return kept;
  }
}

function read(bytes: Uint8Array): CaptureFile {
  try {
    return readCapture(bytes);
  } catch (error) {
    if (error instanceof DecodeError)
      throw new AppError('bad-request', `This is no capture that can be read: ${error.message}.`);
    throw error;
  }
}

const microseconds = (ns: bigint): number => Number(ns) / 1000;
