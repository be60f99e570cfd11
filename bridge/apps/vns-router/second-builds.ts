import { VnsSession, type VnsSessionOptions } from '../../sessions/vns-session.ts';
import type { AppContext, RouterConnection, RouterSide, SecondSide } from '../app.ts';
import type { RouterPeer, RouterSlot } from './router-slot.ts';
import { SecondBuild } from './second-build.ts';

export interface SecondBuildsDeps {
  readonly context: AppContext;
  /** The router of a virtual host's name. */
  readonly slotFor: (virtualHost: string) => RouterSlot | undefined;
  /** Of a new session: what routers must know, others must know, too. */
  readonly sessionOptions: () => VnsSessionOptions;
}

/** The programs that stand beside those that play the routers, at most one a router; the last one stays known (WB206–). */
export class SecondBuilds implements SecondSide {
  readonly #deps: SecondBuildsDeps;
  readonly #builds = new Map<string, SecondBuild>();
  readonly #peers = new Set<RouterPeer>();
  #changed: () => void = () => undefined;

  constructor(deps: SecondBuildsDeps) {
    this.#deps = deps;
  }

  onChange(changed: () => void): void {
    this.#changed = changed;
  }

  connected(connection: RouterConnection): ReturnType<RouterSide['connected']> {
    const { sessionOptions } = this.#deps;
    let build: SecondBuild | undefined;
    const session: VnsSession = new VnsSession(
      connection,
      {
        output: (output) => {
          if (output.kind === 'open') build = this.#opened(output.virtualHost, peer);
          if (output.kind !== 'close') return;
          this.#peers.delete(peer);
          connection.end();
          build?.ended(output.reason);
          this.#changed();
        },
        packet: (bytes, start, end, isReady) => build?.packet(bytes, start, end, isReady),
      },
      sessionOptions(),
    );
    const peer: RouterPeer = { session, connection };
    this.#peers.add(peer);
    return { session, onQueue: () => undefined };
  }

  of(name: string): SecondBuild | undefined {
    return this.#builds.get(name);
  }

  close(name: string, reason: string): void {
    this.#builds.get(name)?.close(reason);
  }

  closeAll(reason: string): void {
    for (const { session } of [...this.#peers]) session.close(reason);
  }

  /** HWINFO as soon as it can be sent; it goes on with the router's own. */
  announce(slot: RouterSlot): void {
    const build = this.#builds.get(slot.name);
    if (build === undefined || build.hasEnded || build.isReady || slot.waitsFor !== undefined) return;
    build.announce();
    this.#changed();
  }

  #opened(virtualHost: string, peer: RouterPeer): SecondBuild | undefined {
    const slot = this.#deps.slotFor(virtualHost);
    const other = slot && this.#builds.get(slot.name);
    if (slot === undefined || (other !== undefined && !other.hasEnded)) {
      const why = slot === undefined ? `There is no virtual host "${virtualHost}" in this lab` : `${slot.name} has one`;
      peer.session.refuse(`No second build can be taken: ${why}`);
      return undefined;
    }
    const build = new SecondBuild(slot, peer, this.#deps.context);
    this.#builds.set(slot.name, build);
    peer.session.accept(slot.config.rtable);
    this.announce(slot);
    return build;
  }
}
