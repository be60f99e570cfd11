import type { AppConfig } from '../../api.ts';
import { formatMac } from '../../codec/addresses.ts';
import { noBuffer } from '../../protocols/openflow/v10/bodies.ts';
import { type MatchFields, matchOf } from '../../protocols/openflow/v10/match.ts';
import type { Message } from '../../protocols/openflow/v10/message.ts';
import { portNumbers } from '../../protocols/openflow/v10/port.ts';
import type { App, AppContext, PacketIn, SwitchLink } from '../app.ts';
import { MacTable, macKey } from './mac-table.ts';

type L2LearningConfig = Extract<AppConfig, { kind: 'l2-learning' }>;

const ethernetHeader = 14;
const priority = 100;

/**
 * A switch that learns: where a source address came in, frames for it go out. Frames between two known addresses get a
 * flow entry that ends by itself, so that the switch forwards what follows alone (L21–).
 */
export class L2Learning implements App {
  readonly #config: L2LearningConfig;
  readonly #context: AppContext;
  readonly #tables = new Map<SwitchLink, MacTable>();

  constructor(config: L2LearningConfig, context: AppContext) {
    this.#config = config;
    this.#context = context;
    context.bus.on('switch:connected', ({ dpid }) => this.#forget(dpid));
    context.bus.on('port:changed', ({ dpid, port, change }) => {
      if (change === 'down' || change === 'removed') this.#forgetPort(dpid, port);
    });
  }

  packetIn(packet: PacketIn): void {
    const { link, bytes, start, end, port, seq } = packet;
    const { log } = this.#context;
    if (end - start < ethernetHeader) {
      log.drop(seq, link.node, port, 'malformed');
      return;
    }
    const table = this.#tableOf(link);
    if (!isGroup(bytes, start + 6) && table.learn(macKey(bytes, start + 6), port)) {
      // The entries that still lead to the old port would win until they end.
      const moved = formatMac(bytes, start + 6);
      link.send((xid) => flowMod(xid, 'delete', { dlDst: moved }));
    }
    if (isLinkLocal(bytes, start)) {
      log.drop(seq, link.node, port, 'not forwarded');
      return;
    }
    const outPort = isGroup(bytes, start) ? undefined : table.portOf(macKey(bytes, start));
    if (outPort === undefined) this.#sendOn(packet, portNumbers.Flood);
    else if (outPort === port) log.drop(seq, link.node, port, 'not forwarded');
    else {
      this.#install(packet, outPort);
      this.#sendOn(packet, outPort);
    }
  }

  #install({ link, bytes, start, port }: PacketIn, outPort: number): void {
    const match = { inPort: port, dlSrc: formatMac(bytes, start + 6), dlDst: formatMac(bytes, start) };
    const { idleTimeoutS, hardTimeoutS } = this.#config;
    link.send((xid) => ({
      ...flowMod(xid, 'add', match),
      idleTimeoutS,
      hardTimeoutS,
      // Its end is told: what the table was at any moment can be said later.
      flags: ['sendFlowRemoved'],
      actions: [{ kind: 'output', port: outPort, maxLength: 0 }],
    }));
  }

  /** The packet itself, whole or from the switch's buffer, goes on after its flow entry. */
  #sendOn({ link, seq, port, bufferId, isWhole, bytes, start, end }: PacketIn, outPort: number): void {
    if (bufferId !== noBuffer) link.releaseBuffer(seq, port, outPort, bufferId);
    else if (isWhole) link.packetOut(seq, port, outPort, bytes, start, end);
    else this.#context.log.drop(seq, link.node, port, 'truncated by the switch');
  }

  #tableOf(link: SwitchLink): MacTable {
    const known = this.#tables.get(link);
    if (known !== undefined) return known;
    const made = new MacTable();
    this.#tables.set(link, made);
    return made;
  }

  #forget(dpid: string): void {
    const link = this.#context.switchOf(dpid);
    if (link !== undefined) this.#tables.delete(link);
  }

  #forgetPort(dpid: string, port: number): void {
    const link = this.#context.switchOf(dpid);
    if (link === undefined) return;
    this.#tables.get(link)?.forgetPort(port);
    link.send((xid) => ({ ...flowMod(xid, 'delete', {}), outPort: port }));
  }
}

const flowMod = (
  xid: number,
  command: 'add' | 'delete',
  match: MatchFields,
): Extract<Message, { kind: 'flowMod' }> => ({
  kind: 'flowMod',
  xid,
  match: matchOf(match),
  cookie: 0n,
  command,
  idleTimeoutS: 0,
  hardTimeoutS: 0,
  priority,
  bufferId: noBuffer,
  outPort: portNumbers.None,
  flags: [],
  actions: [],
});

const isGroup = (bytes: Uint8Array, at: number): boolean => ((bytes[at] ?? 0) & 1) === 1;

/** 01:80:c2:00:00:00 to 0f, which no bridge forwards (IEEE 802.1D §7.12.6). */
const isLinkLocal = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === 0x01 &&
  bytes[at + 1] === 0x80 &&
  bytes[at + 2] === 0xc2 &&
  bytes[at + 3] === 0 &&
  bytes[at + 4] === 0 &&
  (bytes[at + 5] ?? 0) <= 0x0f;
