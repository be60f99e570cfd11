import type { RouterConfig } from '../../api.ts';
import { parseIpv4 } from '../../codec/addresses.ts';
import { parseRtable, RoutingTable, RtableError } from '../../router/rtable.ts';
import type { RouterKnowledge } from '../../trace/causality/router-causes.ts';

/** What the lab's description says of a router: its addresses and where its table sends packets. */
export function knowledgeOf({ interfaces, rtable }: RouterConfig): RouterKnowledge {
  const routes = routesOf(interfaces, rtable);
  return {
    addresses: interfaces.map(({ address }) => (parseIpv4(address) ?? 0) | 0),
    nextHop: (destination) => {
      // Without a table every neighbour is taken to be on the link.
      if (routes === undefined) return destination;
      const route = routes.find(destination)?.route;
      return route && (route.gateway === 0 ? destination : route.gateway);
    },
  };
}

/** The table is the lab's to write wrongly: then less can be said about its router, and nothing else happens. */
function routesOf(interfaces: RouterConfig['interfaces'], rtable: string): RoutingTable | undefined {
  try {
    return new RoutingTable(
      parseRtable(rtable, 'rtable'),
      interfaces.map(({ name }) => name),
    );
  } catch (error) {
    if (error instanceof RtableError) return undefined;
    throw error;
  }
}
