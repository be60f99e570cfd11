import type { Point } from '../../../packet/trace-batch.ts';
import { arpReply, arpRequest } from '../../../router/testing/frames.ts';
import { client, eth1, eth3, labRtable, server1 } from '../../../router/testing/network.ts';
import { RouterCauses } from '../../../trace/causality/router-causes.ts';
import { PacketLog } from '../../../trace/packet-log.ts';
import { labRouter as router } from '../../testing/lab-router.ts';
import { Expert } from '../expert.ts';
import { factsOf } from '../router-facts.ts';

/** Microseconds. */
export const second = 1_000_000;

/** A router that is given frames and does what a test says; what came of what is inferred as in a bridge. */
export class Scene {
  us = 0;
  readonly log: PacketLog;
  readonly expert: Expert;
  readonly #node: number;
  readonly #switch: number;
  readonly #causes: RouterCauses;

  constructor(records = 1000) {
    this.log = new PacketLog({
      records,
      frameBytes: 1_000_000,
      snapLength: 1500,
      nowUs: () => this.us,
      epochMs: 0,
    });
    this.#switch = this.log.node('sw0');
    this.#node = this.log.node('r0');
    const facts = factsOf(router, labRtable);
    this.#causes = new RouterCauses({
      addresses: [...facts.own],
      nextHop: (destination) => facts.nextHop(destination)?.address,
    });
    this.expert = new Expert({
      log: this.log,
      routers: () => [router],
      rtables: new Map([['r0', labRtable]]),
      nowUs: () => this.us,
    });
  }

  connects(): void {
    this.expert.connected('r0', this.log.nextSeq);
    this.#causes.clear();
  }
  at(point: Point, frame: Uint8Array, port = 3): number {
    this.us += 10;
    return this.log.append(point, this.#switch, port, frame, 0, frame.length);
  }
  /** Comes from the network and is given to the router. */
  given(frame: Uint8Array, port = 3): number {
    const seq = this.log.follow(this.at('packet_in', frame, port), 'to_router', this.#node, port);
    this.#causes.heard(seq, this.us, port, frame, 0, frame.length);
    return seq;
  }
  sent(frame: Uint8Array, port: number): number {
    this.us += 10;
    const seq = this.log.append('from_router', this.#node, port, frame, 0, frame.length);
    const causes = this.#causes;
    if (causes.explain(this.us, port, frame, 0, frame.length))
      this.log.infer(seq, causes.rule, causes.confidence, causes.parents, causes.parentCount);
    this.log.follow(seq, 'packet_out', this.#switch, port);
    return seq;
  }
  async found() {
    return (await this.expert.findings({ after: 0, limit: 2000 })).findings;
  }
  async kinds() {
    return (await this.found()).map(({ kind }) => kind);
  }
  /** Both neighbours are known to the router. */
  introduced(): this {
    this.given(arpRequest(client, eth3.address));
    this.sent(arpReply(eth3, client), 3);
    this.sent(arpRequest(eth1, server1.address), 1);
    this.given(arpReply(server1, eth1), 1);
    return this;
  }
}
