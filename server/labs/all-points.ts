import type { BridgeHandle } from '../../bridge/index.ts';
import type { PointsStatus } from '../contract/status.ts';
import type { Network, PointsWatch } from './runtimes/runtime.ts';

export interface AllPointsDeps {
  readonly network: Pick<Network, 'watchPoints'>;
  readonly bridge: Pick<BridgeHandle, 'watchPoints' | 'state'>;
  readonly onChange: () => void;
}

/** Whether hosts and switches of a running lab are watched: while it is asked for and a page looks (RUN13). */
export class AllPoints {
  readonly #deps: AllPointsDeps;
  #isAsked = false;
  #viewers = 0;
  #isClosed = false;
  #watch: PointsWatch | undefined;
  /** Why it is not to be had; asked for again, it is tried again. */
  #why = '';
  #work: Promise<void> = Promise.resolve();

  constructor(deps: AllPointsDeps) {
    this.#deps = deps;
  }

  get status(): PointsStatus {
    const { points } = this.#deps.bridge.state;
    const { seen, missed, bypassed } = points ?? { seen: 0, missed: 0, bypassed: 0 };
    return { asked: this.#isAsked, watching: this.#watch !== undefined, seen, missed, bypassed, why: this.#why };
  }

  /** Resolves when it is so, or `status.why` says why not. */
  ask(isAsked: boolean): Promise<void> {
    this.#isAsked = isAsked;
    this.#why = '';
    return this.#look();
  }

  set viewers(viewers: number) {
    this.#viewers = viewers;
    void this.#look();
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return this.#look();
  }

  /** One step after the other: what begins has begun before it ends. */
  #look(): Promise<void> {
    this.#work = this.#work.then(() => this.#step());
    return this.#work;
  }

  async #step(): Promise<void> {
    const isWanted = this.#isAsked && this.#viewers > 0 && !this.#isClosed && this.#why === '';
    if (isWanted === (this.#watch !== undefined)) return;
    try {
      if (isWanted) await this.#begin();
      else await this.#end();
    } catch (error) {
      this.#why = error instanceof Error ? error.message : String(error);
    }
    this.#deps.onChange();
  }

  async #begin(): Promise<void> {
    const { network, bridge } = this.#deps;
    const watch = await network.watchPoints(bridge);
    this.#watch = watch;
    watch.onLost((why) => {
      if (this.#watch !== watch) return;
      this.#watch = undefined;
      this.#why = why;
      // What it leaves is put away before another one begins; why it ended is known already.
      this.#work = this.#work.then(() => watch.close()).catch(() => undefined);
      this.#deps.onChange();
    });
  }

  async #end(): Promise<void> {
    try {
      await this.#watch?.close();
    } finally {
      this.#watch = undefined;
    }
  }
}
