import { parseIpv4, parseMac } from '../codec/addresses.ts';
import { address, ether, etherTypes, ip, u16 } from '../packet/header-layout.ts';
import { Provenance } from '../router/provenance.ts';
import { Router } from '../router/router.ts';
import { parseRtable, RoutingTable } from '../router/rtable.ts';

export interface OracleOptions {
  /** As the router was told by HWINFO; addresses and masks dotted, MACs with colons. */
  readonly interfaces: readonly {
    readonly name: string;
    readonly mac: string;
    readonly address: string;
    readonly mask: string;
  }[];
  readonly rtable: string;
  /** Hears every frame that the reference would have sent. */
  readonly onOutput: (output: OracleOutput) => void;
}

/** A frame that the reference would have sent; nobody ever sends it. */
export interface OracleOutput {
  readonly tUs: number;
  readonly interface: number;
  readonly frame: Uint8Array;
  /** Keys of the frames that it comes from, as they were fed. */
  readonly because: readonly number[];
}

const isIpv4 = (frame: Uint8Array): boolean =>
  frame.length >= ether.header + ip.header && u16(frame, ether.type) === etherTypes.ipv4;

const tickUs = 100_000;
/** After a longer silence nothing more changes in a router: neighbours are forgotten, waiting frames given up. */
const quietUs = 30_000_000;

/**
 * The reference router beside a student's: given the same frames at the same times, it says what should have been sent
 * (WB95). It has the time of what it is fed and no other, so a log can be fed to it long afterwards.
 */
export class Oracle {
  readonly #router: Router;
  readonly #provenance = new Provenance();
  #nowUs: number | undefined;
  #tickedUs = 0;

  /** Throws RtableError for a routing table that cannot be used. */
  constructor({ interfaces, rtable, onOutput }: OracleOptions) {
    const names = interfaces.map(({ name }) => name);
    this.#router = new Router({
      interfaces: interfaces.map(({ name, mac, address, mask }) => ({
        name,
        mac: parseMac(mac) ?? new Uint8Array(6),
        address: (parseIpv4(address) ?? 0) | 0,
        mask: (parseIpv4(mask) ?? 0) | 0,
      })),
      routes: new RoutingTable(parseRtable(rtable, 'rtable'), names),
      journal: this.#provenance,
      send: (index, bytes, start, end) =>
        onOutput({
          tUs: this.#nowUs ?? 0,
          interface: index,
          frame: bytes.slice(start, end),
          because: this.#provenance.parents,
        }),
    });
  }

  /**
   * Gives it a frame as `key`, after letting time pass until `tUs`. Whoever sends a packet counts as a neighbour that it
   * knows: what it would say to him is told at once, and not that it would ask for his MAC first.
   * The frame is kept: pass a copy. Returns why the
   * reference throws it away, undefined when it does not.
   */
  feed(key: number, interfaceIndex: number, frame: Uint8Array, tUs: number): string | undefined {
    this.tick(tUs);
    if (isIpv4(frame))
      this.#router.know(interfaceIndex, address(frame, ether.header + ip.source), frame.slice(6, 12), tUs / 1000);
    this.#provenance.begin({ key, frame });
    this.#router.receive(interfaceIndex, frame, 0, frame.length, tUs / 1000);
    return this.#provenance.ignoredBecause;
  }

  /** Lets time pass until `tUs`: what waits is asked for again and given up, each at its own time. */
  tick(tUs: number): void {
    if (this.#nowUs === undefined || tUs - this.#nowUs > 2 * quietUs) {
      // The end of a long silence is enough: what waited is given up before it.
      this.#tickTo(Math.min(tUs, (this.#nowUs ?? tUs) + quietUs));
      this.#tickedUs = tUs;
    }
    this.#tickTo(tUs);
    this.#nowUs = Math.max(this.#nowUs ?? 0, tUs);
  }

  #tickTo(tUs: number): void {
    if (this.#nowUs === undefined) this.#tickedUs = tUs;
    while (this.#tickedUs + tickUs <= tUs) {
      this.#tickedUs += tickUs;
      this.#nowUs = this.#tickedUs;
      this.#provenance.begin(undefined);
      this.#router.tick(this.#tickedUs / 1000);
    }
  }
}
