import type { Endpoint, TcpSocket } from '../host/api.ts';
import { HostError } from '../host/host-error.ts';
import type { Connection } from './connection.ts';
import type { ConnectionOwner } from './connection-owner.ts';

interface Writing {
  readonly data: Uint8Array;
  written: number;
  readonly resolve: () => void;
  readonly reject: (error: HostError) => void;
}
interface Reading {
  readonly resolve: (data: Uint8Array | undefined) => void;
  readonly reject: (error: HostError) => void;
}

/** A connection as a program holds it: what is not there yet is waited for, in the order in which it was asked. */
export class Socket implements TcpSocket, ConnectionOwner {
  readonly #connection: Connection;
  #readings: Reading[] = [];
  #writings: Writing[] = [];
  #error: HostError | undefined;
  #isEnding = false;
  #isClosed = false;
  #isGone = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get local(): Endpoint {
    return this.#connection.local;
  }
  get remote(): Endpoint {
    return this.#connection.remote;
  }
  get info(): TcpSocket['info'] {
    return this.#connection.info;
  }

  async read(): Promise<Uint8Array | undefined> {
    const isFirst = this.#readings.length === 0;
    const data = isFirst && !this.#isClosed ? this.#connection.read() : undefined;
    if (data !== undefined) return data;
    if (this.#isClosed || this.#connection.isAtEnd) return undefined;
    if (this.#error !== undefined) throw this.#error;
    if (this.#isGone) return undefined;
    return new Promise((resolve, reject) => this.#readings.push({ resolve, reject }));
  }

  async write(data: Uint8Array): Promise<void> {
    if (this.#error !== undefined) throw this.#error;
    if (this.#isEnding || this.#isGone) throw new HostError('EPIPE');
    const written = this.#writings.length === 0 ? this.#connection.write(data, 0) : 0;
    if (written === data.length) return;
    await new Promise<void>((resolve, reject) => this.#writings.push({ data, written, resolve, reject }));
  }

  end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    if (this.#writings.length === 0) this.#connection.finish();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const { resolve } of this.#readings.splice(0)) resolve(undefined);
    // First, since a reset because of unread bytes must not come behind a FIN.
    this.#connection.detach();
    this.end();
  }

  abort(): void {
    this.#connection.abort();
  }

  mayEstablish(): boolean {
    return true;
  }

  established(): void {}

  readable(): void {
    while (this.#readings.length > 0) {
      const data = this.#connection.read();
      if (data === undefined && !this.#connection.isAtEnd) return;
      this.#readings.shift()?.resolve(data);
    }
  }

  writable(): void {
    for (let writing = this.#writings[0]; writing !== undefined; writing = this.#writings[0]) {
      writing.written += this.#connection.write(writing.data, writing.written);
      if (writing.written < writing.data.length) return;
      this.#writings.shift();
      writing.resolve();
    }
    if (this.#isEnding) this.#connection.finish();
  }

  ended(error: HostError | undefined): void {
    this.#isGone = true;
    this.#error = error;
    for (const { resolve, reject } of this.#readings.splice(0)) {
      if (error === undefined) resolve(undefined);
      else reject(error);
    }
    for (const { reject } of this.#writings.splice(0)) reject(error ?? new HostError('EPIPE'));
  }
}
