/**
 * The far side of a command line: a page's terminal through the server's PTY interface, or the terminal that `emulate` was
 * typed in. Bytes both ways; it is a terminal in raw mode, so the command line does echo, editing and Ctrl-C itself.
 */
export interface TerminalLine {
  /** UTF-8; lines end with \r\n. */
  write(data: Uint8Array | string): void;
  /** Resolves when the reader keeps up: at most 256 KiB wait. */
  drained(): Promise<void>;
  onInput(listener: (data: Uint8Array) => void): void;
  onResize(listener: (size: { readonly cols: number; readonly rows: number }) => void): void;
  readonly size: { readonly cols: number; readonly rows: number };
}
