import type { BridgeSecondBuild } from '../../api.ts';
import { appendVnsPacket, maxVnsFrame, vnsPacket } from '../../protocols/vns/fast.ts';
import { RouterCauses } from '../../trace/causality/router-causes.ts';
import type { AppContext, SecondOutput } from '../app.ts';
import { KnownNeighbors } from './known-neighbors.ts';
import { knowledgeOf } from './router-knowledge.ts';
import type { Onlooker, RouterInterface, RouterPeer, RouterSlot } from './router-slot.ts';

/** What is kept of its output: frames, and bytes of them. */
const kept = { frames: 8192, bytes: 16 * 1024 * 1024 } as const;
/** Frames a second that are looked at, and at once after a rest; the router it stands beside has the bridge to itself. */
const pace = { perSecond: 1000, burst: 2000 } as const;
const ethernetHeader = 14;

/**
 * A second program beside the one that plays a router (WB206): it is given every frame that the router is given, in the
 * same order, and what it sends is kept for the comparison and goes nowhere. One object a connection.
 */
export class SecondBuild implements Onlooker {
  /** The first record that it can have been given; set with HWINFO. */
  sinceSeq = Number.POSITIVE_INFINITY;
  readonly #slot: RouterSlot;
  readonly #peer: RouterPeer;
  readonly #context: AppContext;
  readonly #causes: RouterCauses;
  readonly #neighbors: KnownNeighbors;
  /** By the record of the frame that they came of, oldest first. */
  readonly #outputs = new Map<number, SecondOutput[]>();
  #keptFrames = 0;
  #keptBytes = 0;
  #forgottenSeq = 0;
  #tokens: number = pace.burst;
  #tokensUs: number;
  #last = { seq: 0, tUs: 0 };
  #given = 0;
  #sent = 0;
  #dropped = 0;
  #ignored = 0;
  #answered = 0;
  #unanswered = 0;
  #sentUs: number;
  #endedBecause: string | undefined;
  #until: BridgeSecondBuild['until'];

  constructor(slot: RouterSlot, peer: RouterPeer, context: AppContext) {
    this.#slot = slot;
    this.#peer = peer;
    this.#context = context;
    this.#causes = new RouterCauses(knowledgeOf(slot.config));
    this.#neighbors = new KnownNeighbors(context.log, slot.node);
    this.#tokensUs = context.nowUs();
    this.#sentUs = this.#tokensUs;
  }

  get name(): string {
    return this.#slot.name;
  }
  get hasEnded(): boolean {
    return this.#endedBecause !== undefined;
  }
  get isReady(): boolean {
    return this.#peer.session.isReady && !this.hasEnded;
  }

  get state(): BridgeSecondBuild {
    const isWaited = this.#unanswered > 0 && !this.hasEnded;
    return {
      state: this.hasEnded ? 'ended' : this.isReady ? 'ready' : 'parked',
      peer: this.#peer.connection.peer,
      toRouter: this.#given,
      fromRouter: this.#sent,
      dropped: this.#dropped,
      ignored: this.#ignored,
      answered: this.#answered,
      unanswered: this.#unanswered,
      silentUs: isWaited ? this.#context.nowUs() - this.#sentUs : 0,
      lastToRouter: this.#last,
      endedBecause: this.#endedBecause ?? '',
      until: this.#until,
    };
  }

  /** What it sent because of the frame of a record. */
  outputsOf(seq: number): readonly SecondOutput[] {
    return this.#outputs.get(seq) ?? [];
  }
  /** The first record whose outputs are all kept. */
  get keptFromSeq(): number {
    return Math.max(this.sinceSeq, this.#forgottenSeq + 1);
  }

  /** Sends HWINFO, as the router was or will be sent it. */
  announce(): void {
    const { interfaces, link } = this.#slot;
    this.#slot.onlooker = this;
    this.sinceSeq = this.#context.log.nextSeq;
    this.#peer.session.announce(
      interfaces.map(({ config: { name, port, address, mask } }) => {
        const mac = link?.ports.get(port)?.mac ?? '';
        return { name, mac, address, mask };
      }),
    );
  }

  close(reason: string): void {
    this.#peer.session.close(reason);
  }

  /** Its connection is over. */
  ended(reason: string): void {
    if (this.hasEnded) return;
    this.#endedBecause = reason;
    if (this.#slot.onlooker === this) this.#slot.onlooker = undefined;
    this.#cut(this.#context.log.nextSeq, 'ended');
  }

  given(seq: number, target: RouterInterface, bytes: Uint8Array, start: number, end: number): void {
    if (!this.isReady) return;
    const { connection } = this.#peer;
    if (!connection.hasRoom(vnsPacket.frameOffset + end - start)) {
      this.#dropped += 1;
      this.#cut(seq, 'queue full');
      return;
    }
    const { port } = target.config;
    const tUs = this.#context.log.timeOf(seq);
    appendVnsPacket(connection.writer, target.field, bytes, start, end);
    connection.flush();
    if (this.#unanswered === 0) this.#sentUs = tUs;
    this.#given += 1;
    this.#unanswered += 1;
    this.#last = { seq, tUs };
    this.#causes.heard(seq, tUs, port, bytes, start, end);
    this.#neighbors.heard(port, bytes, start, end);
  }

  sent(port: number, bytes: Uint8Array, start: number, end: number): void {
    this.#neighbors.asked(port, bytes, start, end);
  }

  /** A PACKET of it at `bytes[start, end)`. */
  packet(bytes: Uint8Array, start: number, end: number, isReady: boolean): void {
    const first = start + vnsPacket.frameOffset;
    const length = end - first;
    const source = this.#slot.interfaces.find(({ field }) => vnsPacket.isFor(bytes, start, field));
    const tUs = this.#context.nowUs();
    this.#sent += 1;
    this.#unanswered = 0;
    if (!this.#isInPace(tUs)) {
      this.#ignored += 1;
      this.#cut(this.#context.log.nextSeq, 'flood');
      return;
    }
    if (!isReady || source === undefined || length < ethernetHeader || length > maxVnsFrame) {
      this.#ignored += 1;
      return;
    }
    const { port, name } = source.config;
    const isExplained = this.#causes.explain(tUs, port, bytes, first, end);
    if (isExplained) this.#keep(this.#causes.parents[0] ?? 0, { tUs, interface: name, frame: bytes.slice(first, end) });
    else this.#ignored += 1;
    this.#answer(source, bytes, first, end);
  }

  /** Its questions are never sent: those that the router has no need to ask are answered here (WB213). */
  #answer(source: RouterInterface, bytes: Uint8Array, start: number, end: number): void {
    const { connection } = this.#peer;
    const reply = this.#neighbors.answerTo(source.config.port, bytes, start, end);
    if (reply === undefined || !connection.hasRoom(vnsPacket.frameOffset + reply.length)) return;
    appendVnsPacket(connection.writer, source.field, reply, 0, reply.length);
    connection.flush();
    this.#answered += 1;
  }

  #keep(cause: number, output: SecondOutput): void {
    const outputs = this.#outputs.get(cause) ?? [];
    this.#outputs.set(cause, outputs);
    outputs.push(output);
    this.#keptFrames += 1;
    this.#keptBytes += output.frame.length;
    for (const [oldest, frames] of this.#outputs) {
      if (this.#keptFrames <= kept.frames && this.#keptBytes <= kept.bytes) break;
      this.#outputs.delete(oldest);
      this.#forgottenSeq = Math.max(this.#forgottenSeq, oldest);
      this.#keptFrames -= frames.length;
      for (const { frame } of frames) this.#keptBytes -= frame.length;
    }
  }

  #isInPace(tUs: number): boolean {
    this.#tokens = Math.min(pace.burst, this.#tokens + ((tUs - this.#tokensUs) / 1e6) * pace.perSecond);
    this.#tokensUs = tUs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** From this record on it is another story than the router's: only the first reason counts. */
  #cut(seq: number, why: NonNullable<BridgeSecondBuild['until']>['why']): void {
    this.#until ??= { seq, why };
  }
}
