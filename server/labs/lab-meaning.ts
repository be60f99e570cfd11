import { points } from '../../bridge/packet/trace-batch.ts';
import { guideAnchors } from '../contract/guide.ts';
import type { Check, Expectation, Lab, LabHost, LabRouter, LinkImpairments } from '../contract/lab.ts';
import { type Fault, shown } from '../schema-faults.ts';
import { addressOf, ipv4ToNumber, isMask, prefixToMask } from './ipv4.ts';

/** Requirements that name a section which the guide does not have (LAB21). */
export function guideFaults(lab: Lab, guide: string): Fault[] {
  const anchors = guideAnchors(guide);
  return (lab.requirements ?? []).flatMap(({ section }, index) =>
    anchors.has(section)
      ? []
      : [
          {
            path: `/requirements/${index}/section`,
            expected: 'the anchor of a heading of guide.md',
            found: shown(section),
          },
        ],
  );
}

type Report = (path: string, expected: string, found: unknown) => void;

/** What no schema can say: names that exist and are unique, addresses in range, ports that a link has (LAB2 to LAB6). */
export function meaningFaults(lab: Lab): Fault[] {
  const faults: Fault[] = [];
  const report: Report = (path, expected, found) => faults.push({ path, expected, found: shown(found) });

  nodes(lab, report);
  lab.hosts.forEach((host, index) => void hostFaults(host, `/hosts/${index}`, report));
  links(lab, report);
  routers(lab, report);
  unique(lab.commands, 'id', '/commands', report);
  lab.commands.forEach((command, index) => void hostExists(lab, command.host, `/commands/${index}/host`, report));
  unique(lab.checks, 'id', '/checks', report);
  unique(lab.requirements ?? [], 'rule', '/requirements', report);
  lab.checks.forEach((check, index) => void checkFaults(lab, check, `/checks/${index}`, report));
  return faults;
}

function nodes(lab: Lab, report: Report): void {
  const seen = new Set<string>(['c0']);
  for (const [kind, list] of [['hosts', lab.hosts] as const, ['switches', lab.switches] as const]) {
    list.forEach(({ name }, index) => {
      if (seen.has(name))
        report(`/${kind}/${index}/name`, 'a name that no other node has (c0 is the controller)', name);
      seen.add(name);
    });
  }
  lab.routers.forEach(({ name }, index) => {
    if (seen.has(name)) report(`/routers/${index}/name`, 'a name that no other node has', name);
    seen.add(name);
  });
  unique(lab.switches, 'dpid', '/switches', report);
  lab.switches.forEach(({ dpid }, index) => {
    if (/^0+$/.test(dpid)) report(`/switches/${index}/dpid`, 'a datapath id other than zero', dpid);
  });
}

function hostFaults(host: LabHost, path: string, report: Report): void {
  const address = addressAt(addressOf(host.address), `${path}/address`, report);
  const prefix = Number(host.address.split('/')[1]);
  if (prefix > 32) report(`${path}/address`, 'a prefix length from 0 to 32', host.address);
  if (host.gateway === undefined) {
    if (prefix === 32) report(path, 'the key "gateway", as /32 reaches nobody without one', undefined);
  } else {
    const gateway = addressAt(host.gateway, `${path}/gateway`, report);
    const mask = prefixToMask(prefix);
    if (address === undefined || gateway === undefined || prefix >= 32) return;
    if ((address & mask) !== (gateway & mask)) report(`${path}/gateway`, `an address in ${host.address}`, host.gateway);
  }
  const taken = new Set<number>();
  host.services?.forEach(({ port }, index) => {
    if (taken.has(port)) report(`${path}/services/${index}/port`, 'a port that no other service of the host has', port);
    taken.add(port);
  });
}

function links(lab: Lab, report: Report): void {
  const hostNames = new Set(lab.hosts.map(({ name }) => name));
  const switchNames = new Set(lab.switches.map(({ name }) => name));
  const used = new Set<string>();
  lab.links.forEach((link, index) => {
    for (const side of ['a', 'b'] as const) {
      const end = link[side];
      const path = `/links/${index}/${side}`;
      if (hostNames.has(end.node)) {
        if (end.port !== undefined) report(`${path}/port`, 'no port, as the node is a host', end.port);
        if (used.has(end.node)) report(`${path}/node`, 'a host without another link', end.node);
        used.add(end.node);
      } else if (switchNames.has(end.node)) {
        const name = `${end.node}-eth${end.port}`;
        if (end.port === undefined) report(path, 'the key "port", as the node is a switch', undefined);
        else if (used.has(name)) report(`${path}/port`, `a port of ${end.node} without another link`, end.port);
        else if (name.length > 15) report(`${path}/port`, `an interface name of at most 15 characters`, name);
        used.add(name);
      } else {
        report(`${path}/node`, 'the name of a host or a switch', end.node);
      }
    }
    if (link.a.node === link.b.node) report(`/links/${index}/b/node`, 'another node than the other end', link.b.node);
    if (link.impairments !== undefined) impairmentFaults(link.impairments, `/links/${index}/impairments`, report);
  });
  lab.hosts.forEach(({ name }, index) => {
    if (!used.has(name)) report(`/hosts/${index}/name`, 'a host with a link', name);
  });
}

/** What has an effect only together with something else. */
function impairmentFaults(link: LinkImpairments, path: string, report: Report): void {
  const { delayMs = 0, jitterMs = 0, reorderPercent = 0, bandwidthMbps, queueFrames } = link;
  if (jitterMs > delayMs) report(`${path}/jitterMs`, `a jitter of at most the delay (delayMs: ${delayMs})`, jitterMs);
  if (reorderPercent > 0 && delayMs === 0)
    report(path, 'the key "delayMs", as frames overtake only those that are delayed', undefined);
  if (queueFrames !== undefined && bandwidthMbps === undefined)
    report(path, 'the key "bandwidthMbps", as frames queue only for a bandwidth', undefined);
}

function routers(lab: Lab, report: Report): void {
  if (lab.app === 'l2-learning' && lab.routers.length > 0) report('/routers', 'no router with this app', lab.app);
  if (lab.app === 'vns-router' && lab.routers.length === 0) report('/routers', 'a router, as the app needs one', []);
  unique(lab.routers, 'vhost', '/routers', report);
  const taken = new Map(lab.hosts.map((host) => [addressOf(host.address), host.name]));
  lab.hosts.forEach((host, index) => {
    if (taken.get(addressOf(host.address)) !== host.name)
      report(`/hosts/${index}/address`, 'an address that no other node has', host.address);
  });
  const usedPorts = new Set<string>();
  lab.routers.forEach((router, index) => {
    const path = `/routers/${index}`;
    if (!lab.switches.some(({ name }) => name === router.switch))
      report(`${path}/switch`, 'the name of a switch', router.switch);
    unique(router.interfaces, 'name', `${path}/interfaces`, report);
    router.interfaces.forEach((entry, at) => {
      const where = `${path}/interfaces/${at}`;
      addressAt(entry.address, `${where}/address`, report);
      maskAt(entry.mask, `${where}/mask`, report);
      if (taken.has(entry.address)) report(`${where}/address`, 'an address that no other node has', entry.address);
      taken.set(entry.address, router.name);
      const port = `${router.switch}:${entry.port}`;
      if (!hasPort(lab, router.switch, entry.port))
        report(`${where}/port`, `a port of ${router.switch} that a link has`, entry.port);
      if (usedPorts.has(port)) report(`${where}/port`, 'a port that no other interface stands for', entry.port);
      usedPorts.add(port);
    });
    routes(router, path, report);
  });
}

function routes(router: LabRouter, path: string, report: Report): void {
  router.rtable.forEach((route, index) => {
    const where = `${path}/rtable/${index}`;
    addressAt(route.destination, `${where}/destination`, report);
    addressAt(route.gateway, `${where}/gateway`, report);
    maskAt(route.mask, `${where}/mask`, report);
    if (!router.interfaces.some(({ name }) => name === route.interface))
      report(`${where}/interface`, `an interface of ${router.name}`, route.interface);
  });
}

function checkFaults(lab: Lab, check: Check, path: string, report: Report): void {
  check.steps.forEach((step, index) => {
    const where = `${path}/steps/${index}`;
    hostExists(lab, step.host, `${where}/host`, report);
    step.argv.forEach((argument, at) => void placeholders(lab, argument, `${where}/argv/${at}`, report));
    step.expect.forEach((entry, at) => void expectationFaults(lab, entry, `${where}/expect/${at}`, report));
  });
}

function expectationFaults(lab: Lab, entry: Expectation, path: string, report: Report): void {
  if (entry.kind === 'exit') return;
  if (entry.kind === 'output') {
    placeholders(lab, entry.matches, `${path}/matches`, report);
    try {
      new RegExp(entry.matches.replaceAll(placeholder, '0'), 'm');
    } catch (error) {
      report(
        `${path}/matches`,
        `a regular expression (${error instanceof Error ? error.message : error})`,
        entry.matches,
      );
    }
  } else {
    if (!points.some((point) => point === entry.point))
      report(`${path}/point`, `a point of the trace (${points.join(', ')})`, entry.point);
    for (const [field, value] of Object.entries(entry.fields))
      placeholders(lab, String(value), `${path}/fields/${field}`, report);
  }
  const { min, max } = entry.count ?? {};
  if (min !== undefined && max !== undefined && min > max) report(`${path}/count`, 'min not above max', entry.count);
}

const placeholder = /\$\{([^}]*)\}/g;

/** `${host.address}` and `${router.interface.mac}` must name what the lab has. */
function placeholders(lab: Lab, text: string, path: string, report: Report): void {
  for (const [whole, inner = ''] of text.matchAll(placeholder)) {
    const [node, middle, last] = inner.split('.');
    const host = lab.hosts.some(({ name }) => name === node) && ['address', 'mac', 'gateway'].includes(middle ?? '');
    const router = lab.routers.find(({ name }) => name === node);
    const entry =
      router?.interfaces.some(({ name }) => name === middle) && ['address', 'mac', 'port'].includes(last ?? '');
    if (!host && !entry)
      report(path, 'a placeholder for a value of this lab: host.address, host.mac or router.interface.address', whole);
  }
}

function hasPort(lab: Lab, node: string, port: number): boolean {
  return lab.links.some((link) => [link.a, link.b].some((end) => end.node === node && end.port === port));
}

function hostExists(lab: Lab, name: string, path: string, report: Report): void {
  if (!lab.hosts.some((host) => host.name === name)) report(path, 'the name of a host', name);
}

function addressAt(text: string, path: string, report: Report): number | undefined {
  const address = ipv4ToNumber(text);
  if (address === undefined) report(path, 'an IPv4 address', text);
  return address;
}

function maskAt(text: string, path: string, report: Report): void {
  const mask = ipv4ToNumber(text);
  if (mask === undefined || !isMask(mask)) report(path, 'a network mask like 255.255.255.0', text);
}

function unique<K extends string>(
  list: readonly Readonly<Record<K, string>>[],
  key: K,
  path: string,
  report: Report,
): void {
  const seen = new Set<string>();
  list.forEach((entry, index) => {
    if (seen.has(entry[key])) report(`${path}/${index}/${key}`, `a value that no other entry has`, entry[key]);
    seen.add(entry[key]);
  });
}
