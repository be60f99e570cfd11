import { parseIpv4 } from '../../codec/addresses.ts';
import { parseRtable, RoutingTable, RtableError } from '../../router/rtable.ts';
import type { KnownRouter } from '../why/expectations.ts';
import { BoundedMap } from './bounded-map.ts';
import type { Finding } from './finding-list.ts';
import type { FindingKind } from './kinds.ts';

/** Destinations whose next hop is remembered. */
const mostHops = 1024;

/** An interface of a router; its address as a signed number and as text. */
export interface RouterPort {
  readonly name: string;
  readonly port: number;
  readonly address: number;
  readonly addressText: string;
  /** '' while it is not known. */
  readonly mac: string;
}

interface NextHop {
  readonly port: RouterPort;
  readonly address: number;
  /** `192.168.2.0/24 via …` as `rtable:3`. */
  readonly where: string;
}

/** What a router is by its lab: interfaces, addresses and routes. */
export interface RouterFacts {
  readonly name: string;
  readonly ports: readonly RouterPort[];
  readonly own: ReadonlySet<number>;
  /** False when the lab's table cannot be used: then nothing is said about routes. */
  readonly hasRoutes: boolean;
  nextHop(destination: number): NextHop | undefined;
}

/** Says something about the frame that is being looked at; `evidence` are records that show it. */
export type Say = (
  kind: FindingKind,
  sentence: string,
  evidence?: readonly number[],
  other?: Partial<Pick<Finding, 'field' | 'requirement'>>,
) => void;

/** What the lab says of a router. */
export function factsOf({ name, interfaces }: KnownRouter, rtable: string): RouterFacts {
  const ports = interfaces.map((each) => ({
    name: each.name,
    port: each.port,
    address: (parseIpv4(each.address) ?? 0) | 0,
    addressText: each.address,
    mac: each.mac,
  }));
  const routes = routesOf(
    ports.map((each) => each.name),
    rtable,
  );
  const hops = new BoundedMap<number, NextHop>(mostHops);
  return {
    name,
    ports,
    own: new Set(ports.map(({ address }) => address)),
    hasRoutes: routes !== undefined,
    nextHop: (destination) => {
      const known = hops.get(destination);
      if (known !== undefined) return known;
      const hop = routes?.find(destination);
      const port = hop && ports[hop.interface];
      if (hop === undefined || port === undefined) return undefined;
      const { gateway, where } = hop.route;
      const next = { port, address: gateway === 0 ? destination : gateway, where };
      hops.set(destination, next);
      return next;
    },
  };
}

function routesOf(names: readonly string[], rtable: string): RoutingTable | undefined {
  try {
    return new RoutingTable(parseRtable(rtable, 'rtable'), names);
  } catch (error) {
    if (error instanceof RtableError) return undefined;
    throw error;
  }
}
