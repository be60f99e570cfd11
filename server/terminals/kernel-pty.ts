import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs';
import { constants as osConstants } from 'node:os';
import { ReadStream } from 'node:tty';
import type { IPty } from 'node-pty';
import { InputQueue } from './input-queue.ts';
import type { ProcessPty, PtyExit, PtySize } from './pty.ts';

/** What is still read after the exit: a background program that keeps on writing must not keep a terminal alive. */
const drainLimitBytes = 1024 * 1024;
const drainChunkBytes = 64 * 1024;
/** Output that is kept for an owner who does not listen yet; then the program waits. */
const earlyLimitBytes = 1024 * 1024;

/** A program in a pseudo-terminal of the kernel, opened by node-pty (TERM1–TERM4). */
export class KernelPty implements ProcessPty {
  readonly pid: number;
  readonly #process: IPty;
  readonly #socket: ReadStream;
  readonly #fd: number;
  readonly #slaveFd: number;
  readonly #input: InputQueue;
  #onData: (data: Uint8Array) => void = () => undefined;
  #onExit: (exit: PtyExit) => void = () => undefined;
  #early: Uint8Array[] | undefined = [];
  #earlyBytes = 0;
  #exit: PtyExit | undefined;

  constructor(process: IPty) {
    this.#process = process;
    this.pid = process.pid;
    const { fd, ptsName, socket } = inside(process);
    this.#fd = fd;
    this.#socket = socket;
    // While somebody holds the slave side, the kernel keeps what the program wrote last.
    this.#slaveFd = openSync(ptsName, constants.O_RDWR | constants.O_NOCTTY);
    // node-pty would close the master 200 ms after the exit, read or not; with this it only tells of the exit.
    Reflect.set(process, '_emittedClose', true);
    this.#input = new InputQueue(fd, () => this.#interrupt());
    // A broken read side ends with the program's exit, which node-pty reports on its own.
    socket.on('error', () => undefined);
    socket.on('data', (data: Buffer) => this.#deliver(data));
    process.onExit(({ exitCode, signal }) => this.#ended(exitCode, signal));
  }

  onData(listener: (data: Uint8Array) => void): void {
    this.#onData = listener;
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const data of early) listener(data);
    if (this.#earlyBytes > earlyLimitBytes) this.#socket.resume();
  }

  onExit(listener: (exit: PtyExit) => void): void {
    this.#onExit = listener;
    const exit = this.#exit;
    if (exit !== undefined) queueMicrotask(() => listener(exit));
  }

  write(data: Uint8Array | string): void {
    this.#input.push(typeof data === 'string' ? Buffer.from(data, 'utf8') : data);
  }

  resize({ cols, rows }: PtySize): void {
    if (this.#exit === undefined) this.#process.resize(cols, rows);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  kill(signal: NodeJS.Signals): void {
    // Its pid may be somebody else's by now.
    if (this.#exit !== undefined) return;
    // A program that has just been started does not lead a group yet: it is alone, and is told itself.
    if (!sendSignal(-this.pid, signal)) sendSignal(this.pid, signal);
  }

  /** Ctrl-C for a program whose input is full: the signal goes to the group in the foreground, as the driver would do. */
  #interrupt(): void {
    const group = foregroundGroup(this.pid);
    if (group !== undefined && this.#exit === undefined) sendSignal(-group, 'SIGINT');
  }

  #deliver(data: Uint8Array): void {
    if (this.#early === undefined) {
      this.#onData(data);
      return;
    }
    this.#early.push(data);
    this.#earlyBytes += data.length;
    if (this.#earlyBytes > earlyLimitBytes) this.#socket.pause();
  }

  #ended(exitCode: number, signal: number | undefined): void {
    this.#input.close();
    // What the stream read ahead while it was paused comes first, then what the kernel still has.
    this.#socket.resume();
    setImmediate(() => {
      this.#socket.pause();
      this.#drain();
      closeSync(this.#slaveFd);
      this.#socket.destroy();
      this.#exit = { exitCode: signal ? null : exitCode, signal: signal ? signalName(signal) : null };
      this.#onExit(this.#exit);
    });
  }

  #drain(): void {
    const chunk = Buffer.allocUnsafe(drainChunkBytes);
    for (let drained = 0; drained < drainLimitBytes; ) {
      let length = 0;
      try {
        length = readSync(this.#fd, chunk);
      } catch {
        // EAGAIN: that was the last byte.
        return;
      }
      if (length === 0) return;
      drained += length;
      this.#deliver(Uint8Array.from(chunk.subarray(0, length)));
    }
  }
}

/** node-pty keeps to itself what is needed for not losing output; its version is pinned, and this says so if it changes. */
function inside(process: IPty): { fd: number; ptsName: string; socket: ReadStream } {
  const fd: unknown = Reflect.get(process, 'fd');
  const ptsName: unknown = Reflect.get(process, 'ptsName');
  const socket: unknown = Reflect.get(process, '_socket');
  if (typeof fd !== 'number' || typeof ptsName !== 'string' || !(socket instanceof ReadStream))
    throw new Error('node-pty has changed inside: expected fd, ptsName and a tty stream');
  return { fd, ptsName, socket };
}

/** Sends a signal to a process, or to the group of a negative number; false when there is nobody of that number. */
function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (fault) {
    if (fault instanceof Error && 'code' in fault && fault.code === 'ESRCH') return false;
    throw fault;
  }
}

/** Field 8 (tpgid) of proc(5) `stat`; undefined where there is no /proc. */
function foregroundGroup(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in brackets may contain anything, brackets too.
    const group = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[5]);
    return group > 1 ? group : undefined;
  } catch {
    return undefined;
  }
}

function signalName(number: number): string {
  const found = Object.entries(osConstants.signals).find(([, value]) => value === number);
  return found?.[0] ?? `signal ${number}`;
}
