import { maskOf, networkOf } from './addresses.ts';
import type { Route, RouteTable } from './api.ts';
import { HostError } from './host-error.ts';

/** Linux prints and searches them like this: by network, the narrower first, the cheaper first. */
const order = (a: Route, b: Route): number =>
  a.destination - b.destination || b.prefix - a.prefix || a.metric - b.metric;

/** The main table (EH5, EH6). Own and broadcast addresses are not in it, as with `ip route`. */
export class Routes implements RouteTable {
  readonly #isUsable: (interfaceName: string) => 'up' | 'down' | undefined;
  readonly #changed: () => void;
  #routes: readonly Route[] = [];

  /** `isUsable` tells of an interface; undefined: there is none of that name. */
  constructor(isUsable: (interfaceName: string) => 'up' | 'down' | undefined, changed: () => void) {
    this.#isUsable = isUsable;
    this.#changed = changed;
  }

  list(): readonly Route[] {
    return this.#routes;
  }

  /** `interfaceName`: only of those over it. */
  lookup(destination: number, interfaceName?: string): Route | undefined {
    let best: Route | undefined;
    for (const route of this.#routes) {
      if (interfaceName !== undefined && route.interface !== interfaceName) continue;
      if ((destination & maskOf(route.prefix)) >>> 0 !== route.destination) continue;
      // The order makes the cheaper of two equally narrow ones come first.
      if (best === undefined || route.prefix > best.prefix) best = route;
    }
    return best;
  }

  add(route: Omit<Route, 'source'>): void {
    this.#insert({ ...route, source: undefined });
  }

  /** The network of an address; nothing when another address brought it already. */
  addConnected(interfaceName: string, address: number, prefix: number): void {
    const destination = networkOf(address, prefix);
    const isKnown = this.#routes.some(
      (route) => route.interface === interfaceName && route.destination === destination && route.prefix === prefix,
    );
    if (isKnown) return;
    this.#replace([
      ...this.#routes,
      { destination, prefix, gateway: undefined, interface: interfaceName, metric: 0, source: address },
    ]);
  }

  removeConnected(interfaceName: string, address: number): void {
    this.#replace(this.#routes.filter((route) => route.interface !== interfaceName || route.source !== address));
  }

  remove(route: Parameters<RouteTable['remove']>[0]): void {
    const destination = networkOf(route.destination, route.prefix);
    const found = this.#routes.find(
      (known) =>
        known.destination === destination &&
        known.prefix === route.prefix &&
        (route.gateway === undefined || known.gateway === route.gateway) &&
        (route.interface === undefined || known.interface === route.interface),
    );
    if (found === undefined) throw new HostError('ESRCH');
    this.#replace(this.#routes.filter((known) => known !== found));
  }

  /** Everything over an interface: it went down, or lost its last address. */
  removeInterface(interfaceName: string): void {
    this.#replace(this.#routes.filter((route) => route.interface !== interfaceName));
  }

  #insert(route: Route): void {
    const usable = this.#isUsable(route.interface);
    if (usable === undefined) throw new HostError('ENODEV');
    if (usable === 'down') throw new HostError('ENETDOWN');
    const { gateway, prefix, metric } = route;
    const destination = networkOf(route.destination, prefix);
    if (gateway !== undefined) {
      const towards = this.lookup(gateway);
      if (towards === undefined || towards.gateway !== undefined || towards.interface !== route.interface) {
        throw new HostError('ENETUNREACH');
      }
    }
    const isKnown = this.#routes.some(
      (known) => known.destination === destination && known.prefix === prefix && known.metric === metric,
    );
    if (isKnown) throw new HostError('EEXIST');
    this.#replace([...this.#routes, { ...route, destination }]);
  }

  #replace(routes: readonly Route[]): void {
    this.#routes = [...routes].sort(order);
    this.#changed();
  }
}
