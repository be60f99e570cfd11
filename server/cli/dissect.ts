import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { DecodeError } from '../../bridge/codec/errors.ts';
import { readCapture } from '../../bridge/packet/pcapng/read-capture.ts';
import type { CaptureFile } from '../../bridge/packet/pcapng/reader.ts';
import { packetFilter } from '../captures/record-filter.ts';
import { packetJson, packetLine } from './dissect-lines.ts';

const help = `npm run lab -- dissect FILE [options]

Prints the packets of a capture, pcap or pcapng: number, seconds since the first, source, destination, protocol, length
and what it says.

  --filter EXPR  only packets that pass, in the language of Wireshark's display filters
  --json         one JSON object a packet and line: every field by its Wireshark name
  --help         this text

Exit code: 0, or 2 when the file cannot be read or the filter is wrong.
`;

/** What is wrong with the command line or its file. */
class UsageError extends Error {}

const chunkCharacters = 64 * 1024;

/** `npm run lab -- dissect …`; resolves with the exit code. */
export async function dissectCommand(args: readonly string[], out: Writable = process.stdout): Promise<number> {
  try {
    const options = readOptions(args);
    if (options === 'help') out.write(help);
    else await print(options, await readFileOf(options.path), out);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`dissect: ${error.message}`);
    return 2;
  }
}

interface DissectOptions {
  readonly path: string;
  readonly json: boolean;
  readonly passes: ReturnType<typeof packetFilter>;
}

function readOptions(args: readonly string[]): DissectOptions | 'help' {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        filter: { type: 'string', default: '' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return 'help';
    const [path] = positionals;
    if (path === undefined || positionals.length > 1) throw new UsageError('expected the path of one capture file.');
    return { path, json: values.json, passes: packetFilter(values.filter) };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function readFileOf(path: string): Promise<CaptureFile> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  try {
    return readCapture(bytes);
  } catch (error) {
    if (error instanceof DecodeError) throw new UsageError(`${path}: ${error.message}.`);
    throw error;
  }
}

async function print({ json, passes }: DissectOptions, file: CaptureFile, out: Writable): Promise<void> {
  const line = json ? packetJson : packetLine;
  // Whoever reads may have seen enough (`| head`).
  let isClosed = false;
  const onError = (): void => {
    isClosed = true;
  };
  out.on('error', onError);
  let text = '';
  const firstNs = file.frames[0]?.timeNs ?? 0n;
  const flush = async (): Promise<void> => {
    const isFull = !out.write(text);
    text = '';
    if (isFull && !isClosed) await Promise.race([once(out, 'drain'), once(out, 'close')]).catch(onError);
  };
  for (const [i, packet] of file.frames.entries()) {
    if (isClosed) break;
    if (!passes(packet, i + 1, packet.timeNs - firstNs)) continue;
    text += `${line(file, packet, i + 1)}\n`;
    if (text.length >= chunkCharacters) await flush();
  }
  if (text !== '' && !isClosed) await flush();
}
