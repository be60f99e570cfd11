import { HostError } from '../host/host-error.ts';
import type { Files, OutputStream } from '../program/program.ts';
import type { InputSource } from './keyboard.ts';

const encoder = new TextEncoder();
const lineFeed = 0x0a;

const bytesOf = (data: string | Uint8Array): Uint8Array => (typeof data === 'string' ? encoder.encode(data) : data);

/** With \r\n at the end of each line, as a terminal wants it. */
export function terminalLines(data: string | Uint8Array): string | Uint8Array {
  if (typeof data === 'string') return data.replaceAll('\n', '\r\n');
  let ends = 0;
  for (const byte of data) if (byte === lineFeed) ends++;
  if (ends === 0) return data;
  const out = new Uint8Array(data.length + ends);
  let at = 0;
  for (const byte of data) {
    if (byte === lineFeed) out[at++] = 0x0d;
    out[at++] = byte;
  }
  return out;
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Nothing comes from it, as from /dev/null. */
export const noInput: InputSource = { read: () => Promise.resolve(undefined) };
export function inputOf(data: Uint8Array): InputSource {
  let rest: Uint8Array | undefined = data.length > 0 ? data : undefined;
  return {
    read: (gone) => {
      const next = gone.aborted ? undefined : rest;
      if (!gone.aborted) rest = undefined;
      return Promise.resolve(next);
    },
  };
}

/** Keeps the first `limitBytes`. */
export class KeptOutput implements OutputStream {
  readonly #limitBytes: number;
  readonly #parts: Uint8Array[] = [];
  #bytes = 0;
  #isTruncated = false;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get truncated(): boolean {
    return this.#isTruncated;
  }
  get text(): string {
    return new TextDecoder().decode(joined(this.#parts));
  }

  write(data: string | Uint8Array): void {
    const bytes = bytesOf(data);
    const room = this.#limitBytes - this.#bytes;
    if (bytes.length > room) this.#isTruncated = true;
    if (room <= 0 || bytes.length === 0) return;
    this.#parts.push(bytes.slice(0, room));
    this.#bytes += Math.min(room, bytes.length);
  }
  drained(): Promise<void> {
    return Promise.resolve();
  }
}

const openLineLimit = 4096;

/** Passes whole lines on; the last one at `end`. */
export class BackgroundOutput implements OutputStream {
  /** Where it goes: the job that comes to the foreground writes straight on. */
  readonly #to: OutputStream;
  #open: Uint8Array[] = [];
  #openBytes = 0;

  constructor(to: OutputStream) {
    this.#to = to;
  }

  write(data: string | Uint8Array): void {
    const bytes = bytesOf(data);
    const end = bytes.lastIndexOf(lineFeed) + 1;
    if (end > 0) {
      this.#keep(bytes.subarray(0, end));
      this.end();
    }
    if (end < bytes.length) this.#keep(bytes.slice(end));
    if (this.#openBytes > openLineLimit) this.end();
  }
  drained(): Promise<void> {
    return this.#to.drained();
  }

  end(): void {
    if (this.#openBytes === 0) return;
    this.#to.write(joined(this.#open));
    this.#open = [];
    this.#openBytes = 0;
  }

  #keep(bytes: Uint8Array): void {
    this.#open.push(bytes);
    this.#openBytes += bytes.length;
  }
}

/** Writes behind what a file holds; what does not fit is said once, by `complain`. */
export class FileOutput implements OutputStream {
  readonly #files: Files;
  readonly #path: string;
  readonly #complain: (text: string) => void;
  #isFull = false;

  constructor(files: Files, path: string, complain: (text: string) => void) {
    this.#files = files;
    this.#path = path;
    this.#complain = complain;
  }

  write(data: string | Uint8Array): void {
    if (this.#isFull) return;
    try {
      this.#files.write(this.#path, bytesOf(data), { append: true });
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      this.#isFull = true;
      this.#complain(`bash: ${this.#path}: ${error.message}\n`);
    }
  }
  drained(): Promise<void> {
    return Promise.resolve();
  }
}

const pipeHighBytes = 64 * 1024;
const pipeLimitBytes = 1024 * 1024;

/** `|`: who writes waits at 64 KiB; who does not wait loses what is beyond 1 MiB, which `complain` says. */
export class Pipe implements OutputStream, InputSource {
  readonly #complain: (text: string) => void;
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #isEnded = false;
  #isBroken = false;
  #isFull = false;
  #onBroken: (() => void) | undefined;
  #readers: (() => void)[] = [];
  #writers: (() => void)[] = [];

  constructor(complain: (text: string) => void) {
    this.#complain = complain;
  }

  write(data: string | Uint8Array): void {
    if (this.#isBroken || this.#isEnded) return;
    const bytes = bytesOf(data);
    if (this.#bytes + bytes.length > pipeLimitBytes) {
      if (!this.#isFull) this.#complain('bash: |: output is lost, who reads it does not keep up\n');
      this.#isFull = true;
      return;
    }
    if (bytes.length === 0) return;
    this.#parts.push(bytes.slice());
    this.#bytes += bytes.length;
    this.#wake(this.#readers);
  }

  async drained(): Promise<void> {
    while (this.#bytes > pipeHighBytes && !this.#isBroken)
      await new Promise<void>((resolve) => this.#writers.push(resolve));
  }

  async read(gone: AbortSignal): Promise<Uint8Array | undefined> {
    while (this.#parts.length === 0 && !this.#isEnded && !gone.aborted) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          gone.removeEventListener('abort', wake);
          resolve();
        };
        this.#readers.push(wake);
        gone.addEventListener('abort', wake);
      });
    }
    if (gone.aborted) return undefined;
    const part = this.#parts.shift();
    this.#bytes -= part?.length ?? 0;
    this.#wake(this.#writers);
    return part;
  }

  /** The writing end is closed. */
  end(): void {
    this.#isEnded = true;
    this.#wake(this.#readers);
  }

  onBroken(listener: () => void): void {
    this.#onBroken = listener;
  }

  /** The reading end is closed: nobody waits for it any more. */
  break(): void {
    if (!this.#isEnded) this.#onBroken?.();
    this.#isBroken = true;
    this.#parts = [];
    this.#bytes = 0;
    this.#wake(this.#writers);
  }

  #wake(waiting: (() => void)[]): void {
    for (const wake of waiting.splice(0)) wake();
  }
}
