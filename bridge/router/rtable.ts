import { ipv4Text, parseIpv4 } from '../codec/addresses.ts';

/** One line of a routing table; addresses as signed 32-bit numbers. */
export interface Route {
  readonly destination: number;
  /** 0 when the destination is on the link itself. */
  readonly gateway: number;
  readonly mask: number;
  readonly interface: string;
  /** As in `rtable:3`, for messages. */
  readonly where: string;
}

/** A routing table that cannot be used; the message starts with `file:line:`. */
export class RtableError extends Error {
  constructor(where: string, message: string, options?: ErrorOptions) {
    super(`${where}: ${message}`, options);
    this.name = 'RtableError';
  }
}

/**
 * Reads `destination gateway mask interface` lines (RT2); blank lines and what follows a `#` are skipped.
 * `file` names the text in messages. Throws RtableError.
 */
export function parseRtable(text: string, file: string): Route[] {
  const routes: Route[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const where = `${file}:${index + 1}`;
    const fields = line.replace(/#.*/, '').trim().split(/\s+/);
    if (fields[0] === '') continue;
    const [destination, gateway, mask, name] = fields;
    if (name === undefined || fields.length > 4) {
      throw new RtableError(
        where,
        `expected "destination gateway mask interface", found ${fields.length} fields in "${line.trim()}"`,
      );
    }
    routes.push({
      destination: parseField(where, 'destination', destination) & parseMask(where, mask),
      gateway: parseField(where, 'gateway', gateway),
      mask: parseMask(where, mask),
      interface: name,
      where,
    });
  }
  return routes;
}

function parseField(where: string, field: string, text: string | undefined): number {
  const number = parseIpv4(text ?? '');
  if (number === undefined) throw new RtableError(where, `the ${field} "${text}" is not an IPv4 address`);
  return number | 0;
}

function parseMask(where: string, text: string | undefined): number {
  const mask = parseField(where, 'mask', text);
  const hostBits = ~mask;
  if ((hostBits & (hostBits + 1)) !== 0) {
    throw new RtableError(where, `the mask "${text}" has a one behind a zero`);
  }
  return mask;
}

interface Hop {
  readonly route: Route;
  /** Index of the interface. */
  readonly interface: number;
}

/** Longest-prefix match (RT3): one map a mask, the longest mask first. */
export class RoutingTable {
  readonly #byMask: { readonly mask: number; readonly hops: Map<number, Hop> }[] = [];
  readonly routes: readonly Route[];

  /** Throws RtableError for a route over an interface that is not in `interfaces`. */
  constructor(routes: readonly Route[], interfaces: readonly string[]) {
    this.routes = routes;
    for (const route of routes) {
      const index = interfaces.indexOf(route.interface);
      if (index < 0) {
        const known = interfaces.length === 0 ? 'none' : interfaces.join(', ');
        throw new RtableError(
          route.where,
          `there is no interface "${route.interface}" (the server announced ${known})`,
        );
      }
      let group = this.#byMask.find(({ mask }) => mask === route.mask);
      if (!group) {
        group = { mask: route.mask, hops: new Map() };
        this.#byMask.push(group);
      }
      // Of two routes to one network the first counts.
      if (!group.hops.has(route.destination)) group.hops.set(route.destination, { route, interface: index });
    }
    this.#byMask.sort((a, b) => (b.mask >>> 0) - (a.mask >>> 0));
  }

  /** The most specific route to an address whose interface `usable` accepts. */
  find(destination: number, usable?: (interfaceIndex: number) => boolean): Hop | undefined {
    for (const { mask, hops } of this.#byMask) {
      const hop = hops.get(destination & mask);
      if (hop && (usable === undefined || usable(hop.interface))) return hop;
    }
    return undefined;
  }
}

/** `10.0.1.0/24 via 10.0.1.1 on eth3`, for people. */
export function routeText(route: Route): string {
  const length = 32 - Math.log2((~route.mask >>> 0) + 1);
  const via = route.gateway === 0 ? '' : ` via ${ipv4Text(route.gateway)}`;
  return `${ipv4Text(route.destination)}/${length}${via} on ${route.interface}`;
}
