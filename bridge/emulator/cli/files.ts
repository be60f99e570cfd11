import { HostError } from '../host/host-error.ts';
import type { Files } from '../program/program.ts';
import { joined } from './output.ts';

/** Where a shell of an emulated host is. */
export const homeFolder = '/root';
const limitBytes = 16 * 1024 * 1024;
/** A file costs this much beside its bytes, so that empty ones are bounded, too. */
const entryBytes = 512;
const nullDevice = '/dev/null';

interface Entry {
  parts: Uint8Array[];
  bytes: number;
}

/** The files of a host in memory (EC9). */
export class MemoryFiles implements Files {
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  read(path: string): Uint8Array | undefined {
    const full = fullPath(path);
    if (full === nullDevice) return new Uint8Array(0);
    const entry = this.#entries.get(full);
    if (entry === undefined) return undefined;
    // Joined once, not at each reading.
    if (entry.parts.length > 1) entry.parts = [joined(entry.parts)];
    return entry.parts[0]?.slice() ?? new Uint8Array(0);
  }

  write(path: string, data: Uint8Array, options: { readonly append?: boolean } = {}): void {
    const full = fullPath(path);
    if (full === nullDevice) return;
    if (full === '/' || path.endsWith('/') || this.#isFolder(full)) throw new HostError('EACCES');
    const old = this.#entries.get(full);
    const kept = options.append === true ? (old?.bytes ?? 0) : 0;
    const before = old === undefined ? 0 : old.bytes + entryBytes + full.length;
    const after = kept + data.length + entryBytes + full.length;
    if (this.#bytes - before + after > limitBytes) throw new HostError('EACCES');
    this.#bytes += after - before;
    const entry = old !== undefined && kept > 0 ? old : { parts: [], bytes: 0 };
    if (data.length > 0) entry.parts.push(data.slice());
    entry.bytes = kept + data.length;
    this.#entries.set(full, entry);
  }

  remove(path: string): boolean {
    const full = fullPath(path);
    const entry = this.#entries.get(full);
    if (entry === undefined) return false;
    this.#bytes -= entry.bytes + entryBytes + full.length;
    return this.#entries.delete(full);
  }

  /** By path, which is absolute. */
  list(): readonly { readonly path: string; readonly bytes: number }[] {
    return [...this.#entries].map(([path, { bytes }]) => ({ path, bytes })).sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  #isFolder(full: string): boolean {
    return full === homeFolder || [...this.#entries.keys()].some((path) => path.startsWith(`${full}/`));
  }
}

/** Absolute, without `.` and `..`; a relative path starts in the home folder. */
export function fullPath(path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${homeFolder}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
