import type { PacketIn, SwitchLink } from '../apps/app.ts';
import type { Bus } from '../bus/bus.ts';
import type { BridgeEvents } from '../bus/events.ts';
import type { Message, MessageOf } from '../protocols/openflow/v10/message.ts';
import {
  nameOf,
  type OpenFlowOutput,
  OpenFlowSession,
  type OpenFlowTimes,
  seqOfXid,
} from '../sessions/openflow-session.ts';
import type { CloseCause, Session } from '../sessions/session.ts';
import type { ControlLog } from '../trace/control-log.ts';
import type { Interceptor } from '../trace/intercept.ts';
import type { PacketLog } from '../trace/packet-log.ts';
import { Switch, type SwitchConnection } from './switch.ts';

export interface SwitchesDeps {
  readonly bus: Bus<BridgeEvents>;
  readonly log: PacketLog;
  readonly interceptor: Interceptor;
  readonly control: ControlLog;
  readonly handedOn: (seq: number) => void;
  readonly onPacket: (packet: PacketIn) => void;
  readonly times?: OpenFlowTimes | undefined;
}

/** Datapaths remembered; one more is turned away. */
const maxSwitches = 256;

/** Every datapath that ever connected, by its id, and what their sessions say put on the bus. */
export class Switches {
  readonly #deps: SwitchesDeps;
  readonly #names: ReadonlyMap<string, string>;
  readonly #byDpid = new Map<string, Switch>();

  constructor(named: readonly { readonly name: string; readonly dpid: string }[], deps: SwitchesDeps) {
    this.#deps = deps;
    this.#names = new Map(named.map(({ name, dpid }) => [dpid, name]));
    for (const { dpid } of named) this.#switch(dpid);
  }

  get(dpid: string): SwitchLink | undefined {
    return this.#byDpid.get(dpid);
  }

  get all(): readonly Switch[] {
    return [...this.#byDpid.values()];
  }

  /** Ends the session of one switch; false when it has none. */
  close(name: string, reason: string): boolean {
    const attached = this.all.find((each) => each.name === name)?.attached;
    attached?.session.close(reason);
    return attached !== undefined;
  }

  /** Ends every session. */
  closeAll(reason: string): void {
    for (const each of this.#byDpid.values()) each.attached?.session.close(reason);
  }

  /** The session that serves a new OpenFlow connection. */
  connected(connection: SwitchConnection & { end(): void }): {
    readonly session: Session;
    readonly onQueue: (isFull: boolean) => void;
  } {
    let its: Switch | undefined;
    const { control } = this.#deps;
    const channel = control.open(connection.peer);
    const session: OpenFlowSession = new OpenFlowSession(
      connection,
      {
        output: (output) => {
          if (output.kind === 'ready') {
            its = this.#ready(output.features, output.description, session, connection);
            channel.name = its?.name ?? '';
          } else this.#heard(output, its, session, connection);
        },
        packetIn: (view, bytes, start, end) => its?.packetArrived(view, bytes, start, end),
        control: (isOurs, bytes, start, end) => control.append(channel, isOurs, bytes, start, end),
      },
      this.#deps.times,
    );
    return {
      session,
      onQueue: (isFull) =>
        this.#deps.bus.emit(isFull ? 'queue:full' : 'queue:drained', { node: its?.name ?? '', peer: connection.peer }),
    };
  }

  #ready(
    features: MessageOf<'featuresReply'>,
    description: string,
    session: OpenFlowSession,
    connection: SwitchConnection,
  ): Switch | undefined {
    const { bus } = this.#deps;
    const dpid = features.datapathId.toString(16).padStart(16, '0');
    if (!this.#byDpid.has(dpid) && this.#byDpid.size >= maxSwitches) {
      session.close(`${maxSwitches} switches are known already`);
      return undefined;
    }
    const its = this.#switch(dpid);
    const { name: node } = its;
    const previous = its.attached;
    its.knownPorts.replace(features.ports);
    its.attach({ session, connection }, description);
    if (previous !== undefined) {
      bus.emit('switch:replaced', { node, dpid, peer: connection.peer, previous: previous.connection.peer });
      previous.session.close(`Datapath ${dpid} connected again from ${connection.peer}`);
    }
    bus.emit('switch:connected', { node, dpid, peer: connection.peer, description, ports: its.ports.size });
    return its;
  }

  #heard(
    output: Exclude<OpenFlowOutput, { kind: 'ready' }>,
    its: Switch | undefined,
    session: OpenFlowSession,
    connection: SwitchConnection & { end(): void },
  ): void {
    const { bus } = this.#deps;
    const { peer } = connection;
    const node = its?.name ?? '';
    switch (output.kind) {
      case 'portStatus': {
        const changed = its?.attached?.session === session ? its.knownPorts.update(output.status) : undefined;
        if (its === undefined || changed === undefined) return;
        const { port, change } = changed;
        bus.emit('port:changed', { node, dpid: its.dpid, port: port.port, name: port.name, change });
        return;
      }
      case 'error': {
        const seq = seqOfXid(output.xid) ?? 0;
        const request = seq === 0 ? requestText(output.request) : 'PACKET_OUT';
        bus.emit('switch:error', { node: node || peer, error: output.error, request, seq });
        return;
      }
      case 'ignored':
        bus.emit('peer:malformed', { node, peer, reason: `Ignored: ${output.what}` });
        return;
      case 'flowRemoved':
        return;
      case 'close':
        connection.end();
        this.#closed(output.cause, output.reason, its, session, peer);
    }
  }

  #closed(cause: CloseCause, reason: string, its: Switch | undefined, session: OpenFlowSession, peer: string): void {
    const { bus } = this.#deps;
    const node = its?.name ?? '';
    if (cause === 'malformed') bus.emit('peer:malformed', { node, peer, reason });
    if (its === undefined) {
      // Whoever connects and leaves without a word is no event.
      if (cause !== 'malformed' && cause !== 'ended') bus.emit('peer:refused', { node, peer, reason });
      return;
    }
    if (its.attached?.session !== session) return;
    its.detach();
    bus.emit('switch:disconnected', { node, dpid: its.dpid, reason });
  }

  #switch(dpid: string): Switch {
    const known = this.#byDpid.get(dpid);
    if (known !== undefined) return known;
    const made = new Switch(this.#names.get(dpid) ?? dpid, dpid, this.#deps);
    this.#byDpid.set(dpid, made);
    return made;
  }
}

/** `FLOW_MOD add`, `STATS_REQUEST flow`: enough to find what was asked. */
function requestText(request: Message | undefined): string {
  if (request === undefined) return 'a message';
  if (request.kind === 'flowMod') return `${nameOf(request)} ${request.command}`;
  if (request.kind === 'statsRequest') return `${nameOf(request)} ${request.stats.kind}`;
  return nameOf(request);
}
