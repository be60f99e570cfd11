import { Buffer } from 'node:buffer';
import { WorkbenchError } from './method.ts';

const ethernetHeader = 14;
const base64Pattern = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A frame that came as base64. Throws bad-request for what is none, shorter than an Ethernet header or too long. */
export function frameOfBase64(text: string, longest: number): Uint8Array {
  if (!base64Pattern.test(text)) throw new WorkbenchError('bad-request', 'The bytes of a frame are not base64');
  // A copy: small Buffers share their memory.
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  if (bytes.length < ethernetHeader || bytes.length > longest)
    throw new WorkbenchError(
      'bad-request',
      `A frame has ${ethernetHeader} to ${longest} bytes (without checksum), this one ${bytes.length}`,
    );
  return bytes;
}
