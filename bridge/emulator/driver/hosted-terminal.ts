import type { EmulatorTerminal, TerminalSize } from './api.ts';

interface Line {
  input(data: Uint8Array): void;
  resize(size: TerminalSize): void;
  taken(bytes: number): void;
  hangUp(): void;
}

const controlC = Uint8Array.of(3);

/** The owner's end of a terminal: what comes while it is paused waits here, and the window keeps that small. */
export class HostedTerminal implements EmulatorTerminal {
  readonly #line: Line;
  readonly #encoder = new TextEncoder();
  #waiting: Uint8Array[] = [];
  #isPaused = false;
  #exitCode: number | undefined;
  #hasExited = false;
  #onData: ((data: Uint8Array) => void) | undefined;
  #onExit: ((exitCode: number) => void) | undefined;

  constructor(line: Line) {
    this.#line = line;
  }

  onData(listener: (data: Uint8Array) => void): void {
    this.#onData = listener;
    this.#deliver();
  }

  onExit(listener: (exitCode: number) => void): void {
    this.#onExit = listener;
    this.#deliver();
  }

  write(data: Uint8Array | string): void {
    if (this.#exitCode !== undefined) return;
    this.#line.input(typeof data === 'string' ? this.#encoder.encode(data) : data.slice());
  }

  resize(size: TerminalSize): void {
    this.#line.resize(size);
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#deliver();
  }

  interrupt(): void {
    this.#line.input(controlC);
  }

  hangUp(): void {
    if (this.#exitCode === undefined) this.#line.hangUp();
  }

  output(data: Uint8Array): void {
    this.#waiting.push(data);
    this.#deliver();
  }

  exited(exitCode: number): void {
    this.#exitCode ??= exitCode;
    this.#deliver();
  }

  #deliver(): void {
    while (!this.#isPaused && this.#onData !== undefined) {
      const data = this.#waiting.shift();
      if (data === undefined) break;
      this.#line.taken(data.length);
      this.#onData(data);
    }
    if (this.#exitCode === undefined || this.#waiting.length > 0 || this.#hasExited || this.#onExit === undefined)
      return;
    this.#hasExited = true;
    this.#onExit(this.#exitCode);
  }
}
