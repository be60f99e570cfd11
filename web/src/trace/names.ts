import type { Lab } from '../../../server/contract/lab.ts';
import type { LabStatus } from '../../../server/contract/status.ts';

/** What the page calls addresses and ports of the lab that is open. */
export interface Names {
  /** Host or router interface that owns an IPv4 or MAC address; 'broadcast' for the broadcast MAC. */
  nameOf(address: string): string | undefined;
  /** Where a record was seen: `client`, `sw0:3`, or the router's interface (`eth3`; with several routers `r1:eth3`). */
  placeOf(node: string, port: number): string;
  /** Host at a switch's port. */
  hostAt(node: string, port: number): string | undefined;
}

const bare = (address: string) => address.split('/', 1)[0] ?? address;

/** Names from the lab's description and, for what only the running lab knows (MACs), its status. */
export function namesOf(lab: Lab | undefined, status: LabStatus | undefined): Names {
  const byAddress = new Map<string, string>([['ff:ff:ff:ff:ff:ff', 'broadcast']]);
  const hostByPort = new Map<string, string>();
  const interfaceByPort = new Map<string, string>();
  const hosts = new Set(lab?.hosts.map((host) => host.name));
  for (const host of lab?.hosts ?? []) {
    byAddress.set(bare(host.address), host.name);
    if (host.mac) byAddress.set(host.mac, host.name);
  }
  for (const { a, b } of lab?.links ?? []) {
    if (hosts.has(a.node) && b.port !== undefined) hostByPort.set(`${b.node}:${b.port}`, a.node);
    if (hosts.has(b.node) && a.port !== undefined) hostByPort.set(`${a.node}:${a.port}`, b.node);
  }
  const routers = status?.routers.length ? status.routers : (lab?.routers ?? []);
  for (const router of routers) {
    for (const one of router.interfaces) {
      const name = routers.length > 1 ? `${router.name}:${one.name}` : one.name;
      interfaceByPort.set(`${router.name}:${one.port}`, name);
      byAddress.set(one.address, name);
      if ('mac' in one && one.mac !== '') byAddress.set(one.mac, name);
    }
  }
  return {
    nameOf: (address) => byAddress.get(address),
    // A host has one interface.
    placeOf: (node, port) => (hosts.has(node) ? node : (interfaceByPort.get(`${node}:${port}`) ?? `${node}:${port}`)),
    hostAt: (node, port) => hostByPort.get(`${node}:${port}`),
  };
}
