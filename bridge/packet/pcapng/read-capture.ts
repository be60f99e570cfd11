import { DecodeError } from '../../codec/errors.ts';
import { isPcap, readPcap } from '../pcap.ts';
import { blockTypes } from './blocks.ts';
import { type CaptureFile, readPcapng } from './reader.ts';

/** Reads a capture file of either format, told by its first bytes. DecodeError, with the offset, when it is none or is cut (PK42). */
export function readCapture(bytes: Uint8Array): CaptureFile {
  if (bytes.length < 4) throw new DecodeError(`${bytes.length} bytes are no capture file`, bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) === blockTypes.section) return readPcapng(bytes);
  if (!isPcap(bytes)) throw new DecodeError('neither a pcap nor a pcapng file', 0);
  const { linkType, snapLength, frames } = readPcap(bytes);
  return {
    format: 'pcap',
    interfaces: [{ name: '', description: '', linkType, snapLength }],
    frames: frames.map((frame) => ({ ...frame, interface: 0, direction: 'unknown', comments: [] })),
    names: [],
  };
}
