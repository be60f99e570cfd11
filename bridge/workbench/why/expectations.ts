import type { BridgeRouter } from '../../api.ts';
import { points } from '../../packet/trace-batch.ts';
import { RtableError } from '../../router/rtable.ts';
import { newLoggedRecord } from '../../trace/logged-record.ts';
import type { PacketLog } from '../../trace/packet-log.ts';
import { Oracle } from '../oracle.ts';

/** What must be known of a student's router to ask the reference in its place. */
export type KnownRouter = Pick<BridgeRouter, 'name' | 'interfaces'>;

/** What the reference would have sent because of a frame. */
export interface Expected {
  readonly tUs: number;
  /** Name of the interface. */
  readonly interface: string;
  readonly frame: Uint8Array;
}
/** What the reference made of a frame that the student's router was given. */
export interface Expectation {
  readonly given: Uint8Array;
  readonly outputs: readonly Expected[];
  readonly ignoredBecause: string | undefined;
}

/** Frames whose expectation is remembered, and records worked through in one go: some tens of milliseconds. */
const limits = { remembered: 8192, records: 80_000 } as const;

interface Noted {
  readonly given: Uint8Array;
  readonly outputs: Expected[];
  ignoredBecause: string | undefined;
}

/**
 * What the reference router expects of one student's router. It reads the log when it is asked, and only then: packets on
 * their way cost nothing for it. After a long time without a question it begins with the last 80,000 records.
 */
export class Expectations {
  readonly #log: PacketLog;
  readonly #node: number;
  readonly #interfaces: BridgeRouter['interfaces'];
  readonly #oracle: Oracle;
  readonly #noted = new Map<number, Noted>();
  #nextSeq: number;

  /** Throws RtableError. `sinceSeq` is the first record that this router can have been given. */
  constructor(log: PacketLog, { name, interfaces }: KnownRouter, rtable: string, sinceSeq: number) {
    this.#log = log;
    this.#node = log.node(name);
    this.#interfaces = interfaces;
    this.#nextSeq = sinceSeq;
    this.#oracle = new Oracle({
      interfaces,
      rtable,
      onOutput: ({ tUs, interface: index, frame, because: [first] }) => {
        const output = { tUs, interface: interfaces[index]?.name ?? '', frame };
        if (first !== undefined) this.#noted.get(first)?.outputs.push(output);
      },
    });
  }

  /** Of a frame at `to_router`; undefined when it was not fed, or is forgotten. `nowUs` is the time of the question. */
  of(seq: number, nowUs: number): Expectation | undefined {
    this.#catchUp();
    this.#oracle.tick(nowUs);
    return this.#noted.get(seq);
  }

  #catchUp(): void {
    const log = this.#log;
    const record = newLoggedRecord();
    const end = log.nextSeq;
    for (let seq = Math.max(this.#nextSeq, log.firstSeq, end - limits.records); seq < end; seq++) {
      if (!log.look(seq, record) || points[record.point] !== 'to_router' || record.node !== this.#node) continue;
      const index = this.#interfaces.findIndex(({ port }) => port === record.port);
      if (index < 0) continue;
      // What the log did not keep of a frame is made up with zeros; headers are always kept.
      const given = new Uint8Array(record.length);
      given.set(record.bytes.subarray(record.start, record.end));
      const noted: Noted = { given, outputs: [], ignoredBecause: undefined };
      this.#note(seq, noted);
      noted.ignoredBecause = this.#oracle.feed(seq, index, given, record.tUs);
    }
    this.#nextSeq = end;
  }

  #note(seq: number, noted: Noted): void {
    if (this.#noted.size >= limits.remembered) {
      const oldest = this.#noted.keys().next();
      if (!oldest.done) this.#noted.delete(oldest.value);
    }
    this.#noted.set(seq, noted);
  }
}

/** The expectations of a lab's routers; a router that connects again, or has other MACs, begins anew. */
export class RouterExpectations {
  readonly #log: PacketLog;
  readonly #routers: () => readonly KnownRouter[];
  readonly #rtables: ReadonlyMap<string, string>;
  readonly #since = new Map<string, number>();
  readonly #known = new Map<string, { readonly identity: string; readonly expectations: Expectations | undefined }>();

  constructor(log: PacketLog, routers: () => readonly KnownRouter[], rtables: ReadonlyMap<string, string>) {
    this.#log = log;
    this.#routers = routers;
    this.#rtables = rtables;
  }

  /** Another program plays the router from now on, or from a record of the past. */
  connected(name: string, sinceSeq = this.#log.nextSeq): void {
    this.#since.set(name, sinceSeq);
    this.#known.delete(name);
  }

  /** The first record that a router's program can have been given. */
  sinceOf(name: string): number {
    return this.#since.get(name) ?? this.#log.firstSeq;
  }

  /** Undefined for what is no router, and for one whose table cannot be used. */
  of(name: string): Expectations | undefined {
    const router = this.#routers().find((each) => each.name === name);
    if (router === undefined) return undefined;
    const identity = router.interfaces.map(({ mac }) => mac).join(' ');
    const known = this.#known.get(name);
    if (known?.identity === identity) return known.expectations;
    const expectations = this.#make(router);
    this.#known.set(name, { identity, expectations });
    return expectations;
  }

  #make(router: KnownRouter): Expectations | undefined {
    try {
      const since = this.sinceOf(router.name);
      return new Expectations(this.#log, router, this.#rtables.get(router.name) ?? '', since);
    } catch (error) {
      if (error instanceof RtableError) return undefined;
      throw error;
    }
  }
}
