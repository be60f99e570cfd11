import type { BridgeState } from '../../bridge/index.ts';
import type { Lab } from '../contract/lab.ts';
import type { Chip, ChipId, LabStatus, RouterProcess, RuntimeKind } from '../contract/status.ts';
import { describeEnd } from './router-end.ts';

/** What a lab knows about itself at one moment; undefined parts have not come that far. */
export interface LabFacts {
  readonly lab: Lab;
  readonly phase: LabStatus['phase'];
  readonly runtime: RuntimeKind;
  readonly bridge: BridgeState | undefined;
  readonly network: { readonly linked: boolean; readonly readyHosts: readonly string[] } | undefined;
  readonly processes: ReadonlyMap<string, RouterProcess>;
  /** What ended a failed lab. */
  readonly failure: { readonly chip: ChipId; readonly why: string } | undefined;
}

interface Reading {
  readonly state: Chip['state'];
  readonly detail: string;
  /** A chip that waits longer has failed; undefined: it may wait for ever (for a person). */
  readonly timeoutMs?: number;
}

const labels: Record<ChipId, string> = {
  network: 'Network',
  switch: 'Switch',
  controller: 'Controller',
  vns: 'VNS',
  router: 'Router',
  hosts: 'Hosts',
};

/**
 * The readiness chips of a lab (LAB10): each says what it waits for and on whom, and since when. One that waited too long
 * has failed, and is ok again as soon as what it waited for comes. Chips of things that a lab does not have are left out.
 */
export class Readiness {
  readonly #waiting = new Map<ChipId, { state: Chip['state']; sinceMs: number }>();

  /** Chips at `nowMs` (Unix). */
  read(facts: LabFacts, nowMs: number): Chip[] {
    return chipsOf(facts.lab).map((id) => {
      const reading = readChip(id, facts);
      const before = this.#waiting.get(id);
      const sinceMs = before?.state === reading.state ? before.sinceMs : nowMs;
      this.#waiting.set(id, { state: reading.state, sinceMs });
      const { state, detail } = expire(reading, nowMs - sinceMs);
      return { id, label: labels[id], state, detail, sinceMs };
    });
  }
}

/** True when every part of the lab is there. */
export function isReady(chips: readonly Chip[]): boolean {
  return chips.every(({ state }) => state === 'ok');
}

/** What is still missing, a sentence a chip. */
export function missing(chips: readonly Chip[]): string {
  return chips
    .filter(({ state }) => state !== 'ok')
    .map(({ label, detail }) => `${label}: ${detail}.`)
    .join(' ');
}

function chipsOf({ routers }: Lab): ChipId[] {
  return routers.length > 0
    ? ['network', 'switch', 'controller', 'vns', 'router', 'hosts']
    : ['network', 'switch', 'controller', 'hosts'];
}

function expire(reading: Reading, waitedMs: number): Reading {
  if (reading.state !== 'waiting' || reading.timeoutMs === undefined || waitedMs < reading.timeoutMs) return reading;
  return { state: 'failed', detail: `After ${Math.round(waitedMs / 1000)} s still: ${reading.detail}` };
}

function readChip(id: ChipId, facts: LabFacts): Reading {
  if (facts.failure?.chip === id) return { state: 'failed', detail: facts.failure.why };
  if (facts.phase !== 'starting' && facts.phase !== 'running') return { state: 'idle', detail: '' };
  switch (id) {
    case 'network':
      return readNetwork(facts);
    case 'switch':
      return readSwitch(facts);
    case 'controller':
      if (facts.bridge === undefined) return waiting('the controller starts', 5000);
      return ok(`listens for ${facts.lab.switches.map(({ name }) => name).join(', ')}`);
    case 'vns':
      return readVns(facts);
    case 'router':
      return joined(facts.lab.routers.map(({ name }) => readRouter(name, facts)));
    case 'hosts':
      return readHosts(facts);
  }
}

const makers = { mininet: 'Mininet', emulated: 'the emulated network' } as const;

function readNetwork({ lab, runtime, network, bridge }: LabFacts): Reading {
  if (network?.linked) {
    const { hosts, switches, links } = lab;
    return ok(`${count(hosts, 'host')}, ${count(switches, 'switch')} and ${count(links, 'link')}`);
  }
  if (bridge === undefined) return waiting('waits for the controller to listen', 10_000);
  return waiting(`waits for ${makers[runtime]} to make hosts, switches and links`, 20_000);
}

function readSwitch({ lab, runtime, network, bridge }: LabFacts): Reading {
  return joined(
    lab.switches.map(({ name, dpid }) => {
      const found = bridge?.switches.find((each) => each.dpid === dpid);
      if (!found?.connected) {
        if (network?.linked) return waiting(`${name} has not connected to the controller`, 10_000);
        return waiting(`${name} waits for ${makers[runtime]} to make it`, 30_000);
      }
      const ports = lab.links.flatMap(({ a, b }) => [a, b]).filter((end) => end.node === name);
      const absent = ports.find((end) => !found.ports.some(({ port }) => port === end.port));
      if (absent !== undefined) return waiting(`${name} has not told of its port ${absent.port}`, 10_000);
      return ok(`${name}: ${[found.description, `${ports.length} ports`].filter(Boolean).join(', ')}`);
    }),
  );
}

function readVns({ bridge }: LabFacts): Reading {
  const place = vnsPlace(bridge);
  return place === undefined ? waiting('the controller starts', 5000) : ok(`routers connect to ${place}`);
}

function readRouter(name: string, { lab, bridge, processes }: LabFacts): Reading {
  const router = bridge?.routers.find((each) => each.name === name);
  const program = processes.get(name);
  const place = vnsPlace(bridge);
  // A program has this long; a person at another machine has all the time.
  const timeoutMs = program === undefined ? undefined : 10_000;
  switch (router?.state) {
    case undefined:
      return waiting(`${name} waits for the controller`, 10_000);
    case 'ready':
      return ok(`${name} has its interfaces: ${router.interfaces.map((each) => each.name).join(', ')}`);
    case 'parked': {
      const node = lab.routers.find((each) => each.name === name)?.switch;
      return waiting(`${name} is connected and waits for ${node} to come up: then its interfaces are sent`, 15_000);
    }
    case 'connected':
      return waiting(`${name} is connected and has not opened its virtual host yet`, timeoutMs);
    case 'absent':
      if (program === undefined) return waiting(`waits for ${name} to connect to ${place}`);
      if (program.state === 'ended') return { state: 'failed', detail: `${name} ${describeEnd(program)}` };
      return waiting(`${name} runs and has not connected to ${place}`, timeoutMs);
  }
}

function readHosts({ lab, runtime, network }: LabFacts): Reading {
  const late = lab.hosts.map(({ name }) => name).filter((name) => !network?.readyHosts.includes(name));
  if (late.length === 0) return ok(`${lab.hosts.map(({ name }) => name).join(', ')} are ready`);
  const what = network?.linked ? 'addresses, routes and services' : `${makers[runtime]} to make them`;
  const verb = late.length === 1 ? 'waits' : 'wait';
  return waiting(`${late.join(', ')} ${verb} for ${what}`, network?.linked ? 10_000 : 30_000);
}

function waiting(detail: string, timeoutMs?: number): Reading {
  return { state: 'waiting', detail, ...(timeoutMs !== undefined && { timeoutMs }) };
}

function ok(detail: string): Reading {
  return { state: 'ok', detail };
}

/** Several of a kind in one chip: the worst state, and everything that has it. */
function joined(readings: readonly Reading[]): Reading {
  const worst = (['failed', 'waiting', 'ok'] as const).find((state) => readings.some((each) => each.state === state));
  const those = readings.filter(({ state }) => state === worst);
  const limits = those.map(({ timeoutMs }) => timeoutMs ?? Number.POSITIVE_INFINITY);
  const timeoutMs = Math.min(...limits);
  return {
    state: worst ?? 'ok',
    detail: those.map(({ detail }) => detail).join('; '),
    ...(Number.isFinite(timeoutMs) && { timeoutMs }),
  };
}

/** `127.0.0.1:8888`: where a router connects; undefined while nobody listens. */
function vnsPlace(bridge: BridgeState | undefined): string | undefined {
  const address = bridge?.listening.vns.find(({ kind }) => kind === 'tcp');
  return address?.kind === 'tcp' ? `${address.host}:${address.port}` : undefined;
}

function count(list: readonly unknown[], what: string): string {
  const plural = what.endsWith('ch') ? `${what}es` : `${what}s`;
  return `${list.length} ${list.length === 1 ? what : plural}`;
}
