import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRtable, type Route, RoutingTable, routeText } from './rtable.ts';

describe('the file', () => {
  test('[RT2] destination, gateway, mask and interface; blank lines and comments are skipped', () => {
    const routes = parseRtable(
      '# lab\n\n10.0.1.100\t10.0.1.100  255.255.255.255 eth3\r\n0.0.0.0 192.168.2.2 0.0.0.0 eth1 # out',
      'rtable',
    );
    expect(routes.map(routeText)).toEqual([
      '10.0.1.100/32 via 10.0.1.100 on eth3',
      '0.0.0.0/0 via 192.168.2.2 on eth1',
    ]);
    expect(routes.map(({ where }) => where)).toEqual(['rtable:3', 'rtable:4']);
  });

  test('[RT2] host bits of a destination do not count', () => {
    expect(parseRtable('10.0.1.77 0.0.0.0 255.255.255.0 eth3', 'r').map(routeText)).toEqual(['10.0.1.0/24 on eth3']);
  });

  test.each([
    ['10.0.1 10.0.1.1 255.255.255.0 eth1', 'my/rtable:1: the destination "10.0.1" is not an IPv4 address'],
    ['10.0.1.0 10.0.1.256 255.255.255.0 eth1', 'my/rtable:1: the gateway "10.0.1.256" is not an IPv4 address'],
    ['\n10.0.1.0 10.0.1.1 255.0.255.0 eth1', 'my/rtable:2: the mask "255.0.255.0" has a one behind a zero'],
    ['10.0.1.0 10.0.1.1 255.255.255.0', 'my/rtable:1: expected "destination gateway mask interface", found 3 fields'],
    [
      '10.0.1.0 10.0.1.1 255.255.255.0 eth1 5',
      'my/rtable:1: expected "destination gateway mask interface", found 5 fields',
    ],
  ])('[RT2] %s is refused with file, line and reason', (text, message) => {
    expect(() => parseRtable(text, 'my/rtable')).toThrow(message);
  });

  test('[RT2] a route over an interface that does not exist is refused when the interfaces are known', () => {
    const routes = parseRtable('10.0.0.0 0.0.0.0 255.0.0.0 eth9', 'rtable');
    expect(() => new RoutingTable(routes, ['eth1', 'eth2'])).toThrow(
      'rtable:1: there is no interface "eth9" (the server announced eth1, eth2)',
    );
  });
});

describe('longest-prefix match', () => {
  const names = ['eth1', 'eth2', 'eth3'];
  const maskOf = (length: number): number => (length === 0 ? 0 : -1 << (32 - length));
  // Few distinct bits, so that prefixes nest and addresses hit them.
  const bits = fc.integer({ min: 0, max: 255 }).map((n) => (n & 0x0f) | ((n & 0xf0) << 24));
  const route = fc.record({ bits, length: fc.integer({ min: 0, max: 32 }), name: fc.constantFrom(...names) }).map(
    ({ bits: value, length, name }): Route => ({
      destination: value & maskOf(length),
      gateway: 0,
      mask: maskOf(length),
      interface: name,
      where: '',
    }),
  );

  /** Tries every route: the longest that matches, the first of equals. */
  const bruteForce = (routes: readonly Route[], address: number): Route | undefined => {
    let best: Route | undefined;
    for (const each of routes) {
      if ((address & each.mask) !== each.destination) continue;
      if (!best || each.mask >>> 0 > best.mask >>> 0) best = each;
    }
    return best;
  };

  test('[RT3] finds what trying every route finds', () => {
    fc.assert(
      fc.property(
        fc.array(route, { maxLength: 40 }),
        fc.array(bits, { minLength: 1, maxLength: 40 }),
        (routes, addresses) => {
          const table = new RoutingTable(routes, names);
          for (const address of addresses) expect(table.find(address)?.route).toBe(bruteForce(routes, address));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('[RT3] the longest, the default route last, the first of two equals', () => {
    const table = new RoutingTable(
      parseRtable(
        '0.0.0.0 1.1.1.1 0.0.0.0 eth1\n10.0.0.0 2.2.2.2 255.0.0.0 eth2\n10.0.1.0 3.3.3.3 255.255.255.0 eth3\n10.0.1.0 4.4.4.4 255.255.255.0 eth1',
        'r',
      ),
      names,
    );
    const via = (address: number): string => routeText(table.find(address)?.route ?? fail());
    expect(via(0x0a000105)).toBe('10.0.1.0/24 via 3.3.3.3 on eth3');
    expect(via(0x0a020105)).toBe('10.0.0.0/8 via 2.2.2.2 on eth2');
    expect(via(0xc0a80202 | 0)).toBe('0.0.0.0/0 via 1.1.1.1 on eth1');
  });

  test('[RT5] passes over routes whose interface cannot be used', () => {
    const table = new RoutingTable(
      parseRtable('0.0.0.0 1.1.1.1 0.0.0.0 eth1\n10.0.0.0 2.2.2.2 255.0.0.0 eth2', 'r'),
      names,
    );
    expect(table.find(0x0a000001, (index) => index !== 1)?.interface).toBe(0);
    expect(table.find(0x0a000001, () => false)).toBeUndefined();
  });
});

function fail(): never {
  throw new Error('no route');
}
