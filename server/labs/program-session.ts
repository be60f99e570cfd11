import type { BridgeHandle, BridgeRouter } from '../../bridge/index.ts';
import type { LabRouter } from '../contract/lab.ts';

/** What a bridge knows of the connection of a program. */
interface SeenSession {
  readonly isConnected: boolean;
  readonly fromRouter: number;
  readonly lastToRouter: BridgeRouter['lastToRouter'];
}

/** What a program's owner hears of its part in the lab. */
interface SessionListener {
  connected(): void;
  /** Its connection is over. */
  ended(): void;
  /** It is to be killed, as a fault. */
  kill(): void;
  /** It is to stand still, or to go on. */
  stop(isWanted: boolean): void;
}

/** The part that a program plays in a lab, as the bridge sees it. */
export interface ProgramSession {
  /** How people are told of it: `router`. */
  readonly title: string;
  /** Where it connects. */
  readonly vns: { readonly host: string; readonly port: number };
  readonly seen: SeenSession | undefined;
  /** Ends the connection with a CLOSE that says why. */
  close(reason: string): Promise<void>;
  /** Tells a listener; the function returned ends that. */
  follow(listener: SessionListener): () => void;
}

type Place = ProgramSession['vns'];
const stateOf = (bridge: BridgeHandle, name: string): BridgeRouter | undefined =>
  bridge.state.routers.find((each) => each.name === name);

/** A program that plays a router. */
export function routerSession(bridge: BridgeHandle, { name }: LabRouter, vns: Place): ProgramSession {
  return {
    title: name,
    vns,
    get seen() {
      const seen = stateOf(bridge, name);
      return seen && { ...seen, isConnected: seen.state !== 'absent' };
    },
    close: (reason) => bridge.closeRouter(name, reason),
    follow: (listener) => {
      const ends = [
        bridge.onState(({ workbench }) => listener.stop(workbench.stopsRouter)),
        bridge.onEvent(({ kind, node }) => {
          if (node !== name) return;
          if (kind === 'router:kill') listener.kill();
          if (kind === 'router:disconnected') listener.ended();
          if (kind === 'router:connected' || kind === 'router:ready') listener.connected();
        }),
      ];
      return () => {
        for (const end of ends) end();
      };
    },
  };
}

/** A program that stands beside a router: what befalls the router does not befall it (LAB20). */
export function secondSession(bridge: BridgeHandle, { name }: LabRouter, vns: Place): ProgramSession {
  const seenNow = (): SeenSession | undefined => {
    const second = stateOf(bridge, name)?.second;
    return second && { ...second, isConnected: second.state !== 'ended' };
  };
  return {
    title: `The other build of ${name}`,
    vns,
    get seen() {
      return seenNow();
    },
    close: async (reason) => {
      await bridge.call('shadow:close', { router: name, reason });
    },
    follow: (listener) => {
      let wasConnected = false;
      return bridge.onState(() => {
        const isConnected = seenNow()?.isConnected === true;
        if (isConnected === wasConnected) return;
        wasConnected = isConnected;
        if (isConnected) listener.connected();
        else listener.ended();
      });
    },
  };
}
