import type { BridgeRouter, BridgeState, RouterConfig } from '../../bridge/index.ts';
import type { Lab, LabRouter } from '../contract/lab.ts';
import type {
  Chip,
  Counters,
  LabStatus,
  LinkQueues,
  PointsStatus,
  Problem,
  RouterProcess,
  RouterStatus,
  SecondStatus,
  SwitchStatus,
  TerminalInfo,
} from '../contract/status.ts';
import type { LabFacts } from './readiness.ts';

/** What the status of a lab is made from, beside its facts. */
export interface StatusParts {
  readonly facts: LabFacts;
  /** Programs beside routers, by the router. */
  readonly seconds: ReadonlyMap<string, RouterProcess>;
  readonly chips: Chip[];
  readonly startedMs: number;
  readonly error: Problem | undefined;
  readonly vns: { readonly host: string; readonly port: number };
  readonly openflow: string;
  readonly terminals: TerminalInfo[];
  readonly packetsPerSecond: number;
  readonly viewers: number;
  readonly notes: readonly string[];
  readonly points: PointsStatus | undefined;
  readonly queues: readonly LinkQueues[] | undefined;
}

/** One snapshot of a lab; before the bridge runs, switches and routers are those of lab.json, absent. */
export function labStatus(parts: StatusParts): LabStatus {
  const { lab, phase, runtime, bridge, network, processes } = parts.facts;
  const ready = new Set(network?.readyHosts);
  return {
    lab: lab.id,
    phase,
    runtime,
    startedMs: parts.startedMs,
    ...(parts.error !== undefined && { error: parts.error }),
    chips: parts.chips,
    switches: switches(lab, bridge),
    routers: lab.routers.map((router) =>
      routerStatus(
        router,
        bridge?.routers.find(({ name }) => name === router.name),
        processes.get(router.name),
        parts.seconds.get(router.name),
      ),
    ),
    hosts: lab.hosts.map(({ name }) => ({ name, ready: ready.has(name) })),
    vns: { ...parts.vns },
    openflow: parts.openflow,
    terminals: parts.terminals,
    counters: counters(bridge, parts.packetsPerSecond),
    ...(bridge !== undefined && { workbench: { ...bridge.workbench }, comments: { ...bridge.comments } }),
    viewers: parts.viewers,
    notes: [...parts.notes],
    ...(parts.points !== undefined && { points: parts.points }),
    ...(parts.queues !== undefined && { queues: [...parts.queues] }),
  };
}

/** The lab's own switches first, then those that came from elsewhere. */
function switches(lab: Lab, bridge: BridgeState | undefined): SwitchStatus[] {
  const known = bridge?.switches ?? [];
  const own = lab.switches.map(({ name, dpid }) => {
    const found = known.find((each) => each.dpid === dpid);
    return found ?? { name, dpid, connected: false, description: '', ports: [] };
  });
  const foreign = known.filter(({ dpid }) => !lab.switches.some((each) => each.dpid === dpid));
  return [...own, ...foreign].map((each) => ({ ...each, ports: each.ports.map((port) => ({ ...port })) }));
}

function routerStatus(
  router: LabRouter,
  seen: BridgeRouter | undefined,
  program: RouterProcess | undefined,
  secondProgram: RouterProcess | undefined,
): RouterStatus {
  const second = secondStatus(seen?.second, secondProgram);
  return {
    name: router.name,
    vhost: router.vhost,
    state: seen?.state ?? 'absent',
    peer: seen?.peer ?? '',
    interfaces:
      seen?.interfaces.map((each) => ({ ...each })) ?? router.interfaces.map((each) => ({ ...each, mac: '' })),
    ...(program !== undefined && { process: program }),
    ...(second !== undefined && { second }),
  };
}

/** Undefined where none was ever started, nor connected by itself. */
function secondStatus(seen: BridgeRouter['second'], program: RouterProcess | undefined): SecondStatus | undefined {
  if (seen === undefined && program === undefined) return undefined;
  return {
    state: seen?.state ?? 'absent',
    toRouter: seen?.toRouter ?? 0,
    fromRouter: seen?.fromRouter ?? 0,
    dropped: seen?.dropped ?? 0,
    ignored: seen?.ignored ?? 0,
    answered: seen?.answered ?? 0,
    unanswered: seen?.unanswered ?? 0,
    silentMs: Math.round((seen?.silentUs ?? 0) / 1000),
    endedBecause: seen?.endedBecause ?? '',
    ...(seen?.until !== undefined && { until: { ...seen.until } }),
    ...(program !== undefined && { process: program }),
  };
}

function counters(bridge: BridgeState | undefined, packetsPerSecond: number): Counters {
  if (bridge === undefined)
    return {
      logged: 0,
      forgotten: 0,
      packetsIn: 0,
      packetsOut: 0,
      packetsPerSecond: 0,
      drops: {},
      dispatchP50Us: 0,
      dispatchP99Us: 0,
    };
  return { ...bridge.counters, drops: { ...bridge.counters.drops }, packetsPerSecond };
}

/** Text of a routing table file, one `destination gateway mask interface` a line. */
export function rtableText(router: LabRouter): string {
  return router.rtable.map((each) => `${each.destination} ${each.gateway} ${each.mask} ${each.interface}\n`).join('');
}

/** A router of lab.json as the bridge wants it. */
export function routerConfig(lab: Lab, router: LabRouter): RouterConfig {
  return {
    name: router.name,
    vhost: router.vhost,
    dpid: lab.switches.find(({ name }) => name === router.switch)?.dpid,
    interfaces: router.interfaces,
    rtable: rtableText(router),
  };
}

/** The points of a lab that does not run yet. */
export function unwatched(asked: boolean): LabStatus['points'] {
  return { asked, watching: false, seen: 0, missed: 0, bypassed: 0, why: '' };
}
