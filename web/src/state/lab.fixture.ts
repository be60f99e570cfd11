import type { Lab } from '../../../server/contract/lab.ts';
import { bareStatus } from '../../../server/contract/status.fixture.ts';
import type { LabStatus, RouterStatus } from '../../../server/contract/status.ts';

/** A lab with `hosts` hosts on each of `switches` switches and `routers` routers on the first. */
export function labOf(hosts: number, switches: number, routers: number): Lab {
  const names = Array.from({ length: switches }, (_, at) => `sw${at}`);
  const own = names.flatMap((name, at) =>
    Array.from({ length: hosts }, (_, host) => ({ name: `h${at}x${host + 1}`, switch: name, port: host + 1 })),
  );
  return {
    id: 'made',
    title: 'Made',
    summary: 'Made for a test',
    description: '',
    hours: 1,
    topics: ['Test'],
    app: routers > 0 ? 'vns-router' : 'l2-learning',
    hosts: own.map(({ name }) => ({ name, role: 'client', address: '10.0.0.1/24' })),
    switches: names.map((name, at) => ({ name, dpid: (at + 1).toString(16).padStart(16, '0') })),
    links: [
      ...own.map(({ name, switch: sw, port }) => ({ a: { node: name }, b: { node: sw, port } })),
      ...names.slice(1).map((name, at) => ({ a: { node: `sw${at}`, port: 20 }, b: { node: name, port: 21 } })),
    ],
    routers: Array.from({ length: routers }, (_, at) => ({
      name: `r${at + 1}`,
      vhost: `vhost${at + 1}`,
      switch: 'sw0',
      interfaces: [1, 2, 3].map((port) => ({
        name: `eth${port}`,
        port,
        address: `10.0.${port}.1`,
        mask: '255.255.255.0',
      })),
      rtable: [],
    })),
    commands: [],
    checks: [],
  };
}

/** A running status of a lab; `router` is put over each router's. */
export function statusOf(lab: Lab, router: Partial<RouterStatus> = {}): LabStatus {
  return {
    ...bareStatus,
    lab: lab.id,
    switches: lab.switches.map(({ name, dpid }) => ({
      name,
      dpid,
      connected: true,
      description: '',
      ports: lab.links.flatMap(({ a, b }) =>
        [a, b].flatMap((end) =>
          end.node === name && end.port !== undefined
            ? [{ port: end.port, name: `${name}-eth${end.port}`, mac: '', up: true }]
            : [],
        ),
      ),
    })),
    routers: lab.routers.map(({ name, vhost, interfaces }) => ({
      name,
      vhost,
      state: 'ready',
      peer: '',
      interfaces: interfaces.map((each) => ({ ...each, mac: '' })),
      ...router,
    })),
    hosts: lab.hosts.map(({ name }) => ({ name, ready: true })),
    openflow: 'unix socket',
    viewers: 1,
  };
}
