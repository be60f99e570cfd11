import type { Scheduler } from '../../determinism/scheduler.ts';
import { portNumbers } from '../../protocols/openflow/v10/port.ts';
import type { FlowEntry } from './flow-entry.ts';
import { destinationOf, ethernetHeader, newKey, readKey, sourceOf, vlanOf } from './flow-key.ts';
import { FlowTable, type RemovedReason } from './flow-table.ts';
import { AgeingMacTable } from './mac-table.ts';
import { PacketBuffers } from './packet-buffers.ts';
import type { PortOwner, SwitchPort } from './port.ts';
import { ops, type Program, stepWords } from './program.ts';
import { setIpv4Address, setMac, setTos, setTransportPort, withoutTag, withVlanPcp, withVlanVid } from './rewrite.ts';

/** What the pipeline tells the controllers, whatever version they speak. */
export interface DatapathEvents {
  /** `maxLength`: bytes of the frame that are wanted; undefined as configured for misses. */
  packetIn(frame: Uint8Array, inPort: number, maxLength: number | undefined): void;
  flowRemoved(entry: FlowEntry, reason: RemovedReason): void;
  /** `source`: the controller that did it. */
  portChanged(port: SwitchPort, reason: 'add' | 'modify', source?: object): void;
}

/** What happens to fragments of IP datagrams: matched without transport fields, or dropped (§5.3.2). */
export type Fragments = 'normal' | 'drop';

/** Ports, flow table, actions, buffers: what a switch does with frames, without a word of OpenFlow's wire format. */
export class Datapath implements PortOwner {
  readonly table: FlowTable;
  readonly buffers = new PacketBuffers();
  fragments: Fragments = 'normal';
  /** While true every frame is switched as NORMAL says and the table is not asked (fail-standalone). */
  isStandalone = false;
  readonly #scheduler: Scheduler;
  readonly #events: DatapathEvents;
  readonly #ports = new Map<number, SwitchPort>();
  readonly #list: SwitchPort[] = [];
  readonly #macs = new AgeingMacTable();
  readonly #key = newKey();

  constructor(scheduler: Scheduler, maxFlows: number, events: DatapathEvents) {
    this.#scheduler = scheduler;
    this.#events = events;
    this.table = new FlowTable(maxFlows, scheduler, (entry, reason) => events.flowRemoved(entry, reason));
  }

  get ports(): readonly SwitchPort[] {
    return this.#list;
  }

  port(number: number): SwitchPort | undefined {
    return this.#ports.get(number);
  }

  /** In the order of their numbers. */
  add(port: SwitchPort): void {
    this.#ports.set(port.number, port);
    this.#list.push(port);
    this.#list.sort((a, b) => a.number - b.number);
    this.#events.portChanged(port, 'add');
  }

  carrierChanged(port: SwitchPort): void {
    if (!port.hasCarrier) this.#macs.forgetPort(port.number);
    // Before it was added there is nothing to tell.
    if (this.#ports.has(port.number)) this.#events.portChanged(port, 'modify');
  }

  /** A controller changed the settings of a port. */
  changed(port: SwitchPort, source: object): void {
    this.#events.portChanged(port, 'modify', source);
  }

  /** A frame came in on a port. */
  received(port: SwitchPort, frame: Uint8Array): void {
    if (port.settings.size > 0 && isRefused(port, frame)) {
      port.rxDropped += 1;
      return;
    }
    if (this.isStandalone) this.#normal(frame, port.number);
    else this.#throughTable(frame, port.number);
  }

  /** A frame through the flow table; a miss goes to the controllers. */
  #throughTable(frame: Uint8Array, inPort: number): void {
    const isFragment = readKey(frame, inPort, this.#key);
    if (isFragment && this.fragments === 'drop') return;
    const entry = this.table.lookup(this.#key, frame.length);
    if (entry === undefined) {
      if (!this.#ports.get(inPort)?.settings.has('noPacketIn')) this.#events.packetIn(frame, inPort, undefined);
      return;
    }
    const port = entry.onlyOutput;
    if (port >= 0) this.output(frame, inPort, port, entry.program[2] ?? 0);
    else this.run(entry.program, frame, inPort);
  }

  /** What an entry or a PACKET_OUT says is done with a frame; the frame itself is not changed. */
  run(program: Program, frame: Uint8Array, inPort: number): void {
    let now = frame;
    /** Whether `now` is a copy that nobody else has seen. */
    let isOwn = false;
    for (let at = 0; at < program.length; at += stepWords) {
      const op = program[at];
      const a = program[at + 1] ?? 0;
      const b = program[at + 2] ?? 0;
      if (op === ops.output || op === ops.enqueue) {
        this.output(now, inPort, a, op === ops.output ? b : 0);
        isOwn = false;
        continue;
      }
      if (op === ops.setVlanVid) now = withVlanVid(now, a);
      else if (op === ops.setVlanPcp) now = withVlanPcp(now, a);
      else if (op === ops.stripVlan) {
        const untagged = withoutTag(now);
        if (untagged === now) continue;
        now = untagged;
      } else {
        if (!isOwn) now = now.slice();
        setField(now, op, a, b);
      }
      isOwn = true;
    }
  }

  /** Sends a frame where a port number says, reserved ones included. */
  output(frame: Uint8Array, inPort: number, port: number, maxLength: number): void {
    switch (port) {
      case portNumbers.InPort:
        this.#ports.get(inPort)?.send(frame);
        return;
      case portNumbers.Table:
        this.#throughTable(frame, inPort);
        return;
      case portNumbers.Normal:
        this.#normal(frame, inPort);
        return;
      case portNumbers.Flood:
        for (const each of this.#list) if (each.floods && each.number !== inPort) each.send(frame);
        return;
      case portNumbers.All:
        for (const each of this.#list) if (each.number !== inPort) each.send(frame);
        return;
      case portNumbers.Controller:
        this.#events.packetIn(frame, inPort, maxLength);
        return;
      default:
        // A frame goes back where it came from only when IN_PORT says so (§3.3).
        if (port !== inPort) this.#ports.get(port)?.send(frame);
    }
  }

  /** What a learning switch does. */
  #normal(frame: Uint8Array, inPort: number): void {
    if (frame.length < ethernetHeader || isReservedGroup(frame)) return;
    const nowUs = this.#scheduler.nowUs();
    const key = this.#key;
    readKey(frame, inPort, key);
    const vlan = vlanOf(key);
    if (!isGroup(frame, 6) && this.#ports.has(inPort)) this.#macs.learn(vlan, sourceOf(key), inPort, nowUs);
    const port = isGroup(frame, 0) ? undefined : this.#macs.portOf(vlan, destinationOf(key), nowUs);
    if (port === undefined) this.output(frame, inPort, portNumbers.Flood, 0);
    else if (port !== inPort) this.#ports.get(port)?.send(frame);
  }

  /** Forgets entries and addresses, as at the beginning. */
  flush(): void {
    this.table.flush();
    this.#macs.clear();
  }
}

function setField(frame: Uint8Array, op: number | undefined, a: number, b: number): void {
  if (op === ops.setDlDst) setMac(frame, 0, a, b);
  else if (op === ops.setDlSrc) setMac(frame, 6, a, b);
  else if (op === ops.setNwSrc) setIpv4Address(frame, 12, a);
  else if (op === ops.setNwDst) setIpv4Address(frame, 16, a);
  else if (op === ops.setNwTos) setTos(frame, a);
  else if (op === ops.setTpSrc) setTransportPort(frame, 0, a);
  else if (op === ops.setTpDst) setTransportPort(frame, 2, a);
}

/** A port that is down takes nothing; NO_RECV all but spanning tree's frames, NO_RECV_STP those. */
function isRefused({ settings }: SwitchPort, frame: Uint8Array): boolean {
  if (settings.has('portDown')) return true;
  const isSpanningTree = isReservedGroup(frame) && frame[5] === 0;
  return settings.has(isSpanningTree ? 'noRecvStp' : 'noRecv');
}

const isGroup = (frame: Uint8Array, at: 0 | 6): boolean => ((frame[at] ?? 0) & 1) !== 0;

/** 01:80:c2:00:00:00 to 0f, which no bridge passes on. */
const isReservedGroup = (frame: Uint8Array): boolean =>
  frame[0] === 0x01 &&
  frame[1] === 0x80 &&
  frame[2] === 0xc2 &&
  frame[3] === 0 &&
  frame[4] === 0 &&
  (frame[5] ?? 0xff) <= 0x0f;
