import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { DecodeError } from '../../bridge/codec/errors.ts';
import { openRecording, type RecordedRun } from '../../bridge/index.ts';
import { decodeTraceBatch } from '../../bridge/packet/trace-batch.ts';
import { BundleContent } from '../contract/bundle.ts';
import { RawMessage } from '../contract/flows.ts';
import type { LabMoment } from '../contract/moments.ts';
import { AppError } from '../errors.ts';
import { firstFault } from '../schema-faults.ts';
import { bundleVersions } from './write-bundle.ts';

export interface ReadBundle {
  readonly content: BundleContent;
  /** Everything that can be asked of it. */
  readonly run: RecordedRun;
  readonly records: number;
}

/** Longest line, characters, and most that a bundle may unpack to: the log of a lab is kept within 64 MiB of frames. */
const lineLimit = 32 * 1024 * 1024;
const unpackedLimit = 256 * 1024 * 1024;
const chunkBytes = 256 * 1024;
/** Control messages: as many as a bridge keeps. */
const mostControl = 10_000;
const ControlLine = Type.Array(RawMessage, { maxItems: mostControl });

/** Reads a bundle; throws bad-request (line, what is wrong) and too-large. Everything in it is checked (BUN2). */
export async function readBundle(packed: Uint8Array): Promise<ReadBundle> {
  const reader = new BundleReader();
  let number = 0;
  for await (const line of linesOf(packed)) {
    number += 1;
    try {
      reader.line(line);
    } catch (error) {
      if (error instanceof DecodeError || error instanceof SyntaxError) throw wrong(number, error.message);
      if (error instanceof WrongLine) throw wrong(number, error.message);
      throw error;
    }
  }
  if (!reader.isWhole) throw wrong(number, 'the bundle ends before its last line');
  try {
    return await reader.bundle();
  } catch (error) {
    if (error instanceof RangeError) throw wrong(number, error.message);
    throw error;
  }
}

class WrongLine extends Error {}

const wrong = (line: number, what: string): AppError =>
  new AppError('bad-request', `This is no bundle that can be read: line ${line}: ${what}.`);

async function* linesOf(packed: Uint8Array): AsyncGenerator<string> {
  const unpacked = Readable.from([packed]).pipe(createGunzip({ chunkSize: chunkBytes }));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  // A line's pieces are joined once: together they may be long.
  let pieces: string[] = [];
  let length = 0;
  let bytes = 0;
  try {
    for await (const chunk of unpacked) {
      bytes += chunk.length;
      if (bytes > unpackedLimit) throw new AppError('too-large', 'The bundle unpacks to more than 256 MiB.');
      const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
      pieces.push(first);
      length += first.length;
      for (const piece of others) {
        yield pieces.join('');
        pieces = [piece];
        length = piece.length;
      }
      if (length > lineLimit) throw new AppError('too-large', 'The bundle has a line of more than 32 MiB.');
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    // zlib's errors, and bytes that are no UTF-8.
    const why = error instanceof Error ? error.message : String(error);
    throw new AppError('bad-request', `This is no bundle that can be read: ${why}.`);
  } finally {
    unpacked.destroy();
  }
  if (length > 0) yield pieces.join('');
}

/** Takes a bundle line by line; a line that is not next is a WrongLine. */
class BundleReader {
  #content: BundleContent | undefined;
  #hasHead = false;
  #records = 0;
  #lastSeq = 0;
  #epochMs = 0;
  readonly #batches: Uint8Array[] = [];
  readonly #control: RawMessage[] = [];
  isWhole = false;

  line(text: string): void {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) throw new WrongLine('expected an object');
    if (this.isWhole) throw new WrongLine('there is more behind the last line');
    if (!this.#hasHead) this.#head(value);
    else if (this.#content === undefined) this.#first(value);
    else if ('control' in value) this.#messages(value.control);
    else if ('batch' in value) this.#batch(value.batch);
    else if ('end' in value) this.#end(value.end);
    else throw new WrongLine('expected control messages, a batch or the end');
  }

  /** Throws RangeError for more than can be kept. */
  async bundle(): Promise<ReadBundle> {
    const content = this.#content;
    if (content === undefined) throw new Error('a bundle that is whole has content');
    const { status, rtables, moments = [], flowTables = [], comments = [], writtenMs } = content;
    const us = (ms: number): number => (ms - this.#epochMs) * 1000;
    const run = await openRecording({
      batches: this.#batches,
      control: this.#control,
      flowTables,
      comments,
      routers: status.routers.map(({ name, interfaces }) => ({
        name,
        interfaces,
        rtable: rtables.find(({ router }) => router === name)?.text ?? '',
        sinceUs: us(lastWithout(name, moments)),
      })),
      endUs: us(writtenMs),
    });
    return { content, run, records: this.#records };
  }

  #head(value: object): void {
    if (!('patchbay' in value) || value.patchbay !== 'bundle') throw new WrongLine('expected "patchbay": "bundle"');
    const version = 'version' in value ? value.version : undefined;
    if (!bundleVersions.some((known) => known === version))
      throw new WrongLine(`version ${String(version)}, ${bundleVersions.join(' and ')} are known`);
    this.#hasHead = true;
  }

  #first(value: object): void {
    const content: unknown = 'content' in value ? value.content : undefined;
    if (!Value.Check(BundleContent, content)) {
      throw new WrongLine(firstFault(BundleContent, content, 'content') ?? 'not the content of a bundle');
    }
    this.#content = content;
  }

  #batch(text: unknown): void {
    if (typeof text !== 'string') throw new WrongLine('expected a batch as base64');
    const bytes = new Uint8Array(Buffer.from(text, 'base64'));
    const { records, epochMs } = decodeTraceBatch(bytes);
    if (records.length === 0) throw new WrongLine('a batch without records');
    for (const { seq, tUs } of records) {
      if (!Number.isFinite(tUs)) throw new WrongLine(`record ${seq} at no time`);
      if (seq <= this.#lastSeq) throw new WrongLine(`record ${seq} behind record ${this.#lastSeq}`);
      this.#lastSeq = seq;
    }
    if (this.#batches.length > 0 && epochMs !== this.#epochMs) throw new WrongLine('a batch of another log');
    this.#epochMs = epochMs;
    this.#records += records.length;
    this.#batches.push(bytes);
  }

  #messages(value: unknown): void {
    if (!Value.Check(ControlLine, value))
      throw new WrongLine(firstFault(ControlLine, value, 'control') ?? 'not control messages');
    for (const message of value) {
      const last = this.#control.at(-1)?.id;
      if (last !== undefined && message.id !== last + 1)
        throw new WrongLine(`control message ${message.id} behind ${last}`);
      this.#control.push(message);
    }
    if (this.#control.length > mostControl) throw new WrongLine(`more than ${mostControl} control messages`);
  }

  #end(value: unknown): void {
    const records = typeof value === 'object' && value !== null && 'records' in value ? value.records : undefined;
    if (records !== this.#records) throw new WrongLine(`${String(records)} records announced, ${this.#records} read`);
    this.isWhole = true;
  }
}

/** When a router was last seen to be absent: its last program connected then. Unix ms, 0 when it was always there. */
const lastWithout = (name: string, moments: readonly LabMoment[]): number =>
  moments.findLast(({ routers }) => routers.some((router) => router.name === name && router.state === 'absent'))
    ?.atMs ?? 0;
