import type { Lab, LabHost, LinkImpairments } from '../../contract/lab.ts';

/** A lab as small as can be: h1 and h2 at the switch sw0; what a test is about is given. */
export function twoHosts({
  link,
  server = {},
}: {
  /** Of h1's link. */
  link?: LinkImpairments;
  /** What h2 has beyond its address. */
  server?: Partial<LabHost>;
} = {}): Lab {
  const host = (name: string, number: number): LabHost => ({
    name,
    role: 'client',
    address: `10.0.0.${number}/24`,
    mac: `02:00:00:00:00:0${number}`,
  });
  return {
    id: 'two-hosts',
    title: 'Two hosts',
    summary: 'Two hosts and a switch.',
    description: '',
    hours: 1,
    topics: [],
    app: 'l2-learning',
    hosts: [host('h1', 1), { ...host('h2', 2), ...server }],
    switches: [{ name: 'sw0', dpid: '0000000000000001' }],
    links: [
      { a: { node: 'h1' }, b: { node: 'sw0', port: 1 }, ...(link !== undefined && { impairments: link }) },
      { a: { node: 'h2' }, b: { node: 'sw0', port: 2 } },
    ],
    routers: [],
    commands: [],
    checks: [],
  };
}
