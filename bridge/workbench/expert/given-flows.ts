import { address, ip, u16 } from '../../packet/header-layout.ts';
import { RecentTable } from './recent-table.ts';

const most = 16_384;

/** Datagrams that a router was given, by what it leaves as it is: addresses, protocol and IP id (RFC 791). */
export class GivenFlows {
  readonly #table = new RecentTable(most);
  readonly #seqs = new Float64Array(most);

  /** The datagram at `at` was given as record `seq`. Those without an id are alike, and not told apart. */
  add(bytes: Uint8Array, at: number, seq: number): void {
    const rest = restOf(bytes, at);
    if (rest !== 0)
      this.#seqs[this.#table.add(address(bytes, at + ip.source), address(bytes, at + ip.destination), rest)] = seq;
  }

  /** The newest such record; 0 when there is none, undefined when it cannot be told. */
  find(bytes: Uint8Array, at: number): number | undefined {
    const rest = restOf(bytes, at);
    if (rest === 0) return undefined;
    const found = this.#table.find(address(bytes, at + ip.source), address(bytes, at + ip.destination), rest);
    if (found >= 0) return this.#seqs[found];
    return this.#table.isFull ? undefined : 0;
  }

  clear(): void {
    this.#table.clear();
  }
}

/** Protocol and IP id; 0 when there is no id. */
function restOf(bytes: Uint8Array, at: number): number {
  const id = u16(bytes, at + ip.id);
  return id === 0 ? 0 : ((bytes[at + ip.protocol] ?? 0) << 16) | id;
}
