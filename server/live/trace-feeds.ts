import type { BridgeHandle } from '../../bridge/index.ts';
import { traceBatchRange } from '../../bridge/packet/trace-batch.ts';
import type { Labs } from '../labs/lab-service.ts';
import type { TraceFollower, TraceSource } from './trace-follower.ts';

/** The logs of all labs, for the pages that follow them; a feed goes on when its lab is started again (LIVE5). */
export class TraceFeeds {
  readonly #labs: Labs;
  readonly #feeds = new Map<string, TraceFeed>();
  readonly #stop: () => void;

  constructor(labs: Labs) {
    this.#labs = labs;
    this.#stop = labs.onStatus(({ lab }) => this.#feeds.get(lab)?.attach(this.#bridge(lab)));
  }

  /** The lab must exist. */
  of(lab: string): TraceFeed {
    const feed = this.#feeds.get(lab) ?? new TraceFeed();
    this.#feeds.set(lab, feed);
    feed.attach(this.#bridge(lab));
    return feed;
  }

  close(): void {
    this.#stop();
    for (const feed of this.#feeds.values()) feed.attach(undefined);
  }

  #bridge(lab: string): BridgeHandle | undefined {
    const { phase } = this.#labs.status(lab);
    return phase === 'starting' || phase === 'running' ? runningBridge(this.#labs, lab) : undefined;
  }
}

/** One lab's log and who follows it. While nobody does, the bridge makes no batches. */
export class TraceFeed {
  readonly #followers = new Set<TraceFollower>();
  #bridge: BridgeHandle | undefined;
  #source: (TraceSource & { batchedSeq: number; lastSeq: number }) | undefined;
  #unlisten: (() => void) | undefined;

  /** The bridge of the running lab; another one than before is a new log, which everybody gets from its beginning. */
  attach(bridge: BridgeHandle | undefined): void {
    if (bridge === this.#bridge) return;
    this.#unlisten?.();
    this.#unlisten = undefined;
    this.#bridge = bridge;
    this.#source = bridge && {
      batchedSeq: 0,
      lastSeq: 0,
      readTrace: (fromSeq, limit) => bridge.readTrace(fromSeq, limit),
    };
    this.#listen();
    for (const follower of this.#followers) follower.follow(this.#source, 0);
  }

  /** First seq still kept and the seq that comes next; 1 and 1 for a lab that does not run. */
  get range(): { firstSeq: number; nextSeq: number } {
    const counters = this.#bridge?.state.counters;
    // The pushed state may be a little older than the batches.
    const nextSeq = Math.max(counters?.logged ?? 0, this.#source?.lastSeq ?? 0) + 1;
    return { firstSeq: Math.min((counters?.forgotten ?? 0) + 1, nextSeq), nextSeq };
  }

  add(follower: TraceFollower, fromSeq: number): void {
    this.#followers.add(follower);
    this.#listen();
    follower.follow(this.#source, fromSeq);
  }

  remove(follower: TraceFollower): void {
    if (!this.#followers.delete(follower)) return;
    follower.follow(undefined, 0);
    if (this.#followers.size > 0) return;
    this.#unlisten?.();
    this.#unlisten = undefined;
  }

  #listen(): void {
    const source = this.#source;
    if (source === undefined || this.#followers.size === 0 || this.#unlisten !== undefined) return;
    // What was logged while nobody listened comes in no batch.
    source.batchedSeq = 0;
    this.#unlisten = this.#bridge?.onTrace((batch) => {
      const range = traceBatchRange(batch);
      if (range.count === 0) return;
      source.batchedSeq = range.lastSeq;
      source.lastSeq = Math.max(source.lastSeq, range.lastSeq);
      for (const follower of this.#followers) follower.offer(batch, range);
    });
  }
}

function runningBridge(labs: Labs, lab: string): BridgeHandle | undefined {
  try {
    return labs.run(lab).bridge;
  } catch {
    // Starting, but its bridge is not there yet: the next status tells.
    return undefined;
  }
}
