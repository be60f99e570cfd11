import { matchOf } from '../../../protocols/openflow/v10/match.ts';
import { portNumbers } from '../../../protocols/openflow/v10/port.ts';
import type { PortStats, StatsReply, StatsRequest } from '../../../protocols/openflow/v10/stats.ts';
import type { Datapath } from '../datapath.ts';
import type { FlowEntry } from '../flow-entry.ts';
import type { FlowSelection } from '../flow-table.ts';
import type { SwitchPort } from '../port.ts';
import { programBytes, toActions } from './actions.ts';
import { type Fault, faults } from './faults.ts';
import { fromFlowMatch, toFlowMatch } from './match.ts';

type Kind<K extends StatsReply['kind']> = Extract<StatsReply, { readonly kind: K }>;
type FlowStats = Kind<'flow'>['flows'][number];

/** Header, type and flags of a reply are 12 bytes; the rest holds items. */
const roomBytes = 0xffff - 12;
const flowBytes = 88;
const portBytes = 104;
const allTables = 0xff;
const anyQueue = 0xffff_ffff;

export interface Described {
  readonly name: string;
  readonly nowUs: number;
}

/** The replies to a statistics request, in pieces that fit a message each, or why there is none (ES60–ES64). */
export function statsReplies(
  request: StatsRequest,
  datapath: Datapath,
  { name, nowUs }: Described,
): readonly StatsReply[] | Fault {
  switch (request.kind) {
    case 'desc':
      return [describe(name)];
    case 'flow':
      return pieces(selected(request, datapath), (entry) => flowBytes + programBytes(entry.program)).map(
        (entries, i, all): StatsReply => ({
          kind: 'flow',
          flags: moreUnlessLast(i, all),
          flows: entries.map((entry) => flowStats(entry, nowUs)),
        }),
      );
    case 'aggregate':
      return [aggregate(selected(request, datapath))];
    case 'table':
      return [tableStats(datapath)];
    case 'port':
      return pieces(portsOf(request.port, datapath), () => portBytes).map(
        (ports, i, all): StatsReply => ({
          kind: 'port',
          flags: moreUnlessLast(i, all),
          ports: ports.map(portStats),
        }),
      );
    case 'queue':
      return queueStats(request, datapath);
    case 'vendor':
      return faults.badVendor;
    default:
      return faults.badStat;
  }
}

function describe(name: string): StatsReply {
  return {
    kind: 'desc',
    flags: [],
    manufacturer: 'Patchbay',
    hardware: 'emulated',
    software: 'OpenFlow 1.0.0',
    serialNumber: 'None',
    datapath: name,
  };
}

function selected(
  { match, tableId, outPort }: Extract<StatsRequest, { readonly kind: 'flow' | 'aggregate' }>,
  { table }: Datapath,
): readonly FlowEntry[] {
  return tableId === 0 || tableId === allTables ? [...table.select(selectionOf({ match, outPort }, undefined))] : [];
}

/** Selects entries as a controller describes them; `priority` makes it strict. */
export const selectionOf = (
  { match, outPort }: Pick<Extract<StatsRequest, { readonly kind: 'flow' }>, 'match' | 'outPort'>,
  priority: number | undefined,
): FlowSelection => ({
  match: toFlowMatch(match),
  priority,
  outPort: outPort === portNumbers.None ? undefined : outPort,
});

/** How long ago something was, as statistics say it. */
export function duration(sinceUs: number, nowUs: number): { readonly durationS: number; readonly durationNs: number } {
  const us = Math.max(0, Math.round(nowUs - sinceUs));
  return { durationS: Math.floor(us / 1e6), durationNs: (us % 1e6) * 1000 };
}

/** A counter of ours on the wire. */
export const counter = (count: number): bigint => BigInt(count);

function flowStats(entry: FlowEntry, nowUs: number): FlowStats {
  return {
    tableId: 0,
    match: fromFlowMatch(entry.match),
    ...duration(entry.createdUs, nowUs),
    priority: entry.priority,
    idleTimeoutS: entry.idleTimeoutS,
    hardTimeoutS: entry.hardTimeoutS,
    cookie: entry.cookie,
    packetCount: counter(entry.packets),
    byteCount: counter(entry.bytes),
    actions: toActions(entry.program),
  };
}

function aggregate(entries: readonly FlowEntry[]): StatsReply {
  const sum = (of: (entry: FlowEntry) => number): bigint =>
    counter(entries.reduce((total, entry) => total + of(entry), 0));
  return {
    kind: 'aggregate',
    flags: [],
    packetCount: sum((entry) => entry.packets),
    byteCount: sum((entry) => entry.bytes),
    flowCount: entries.length,
  };
}

/** Every field of a match may be wildcarded. */
const allWildcards = { ...matchOf().wildcards, nwSrc: 63, nwDst: 63 };

function tableStats({ table }: Datapath): StatsReply {
  return {
    kind: 'table',
    flags: [],
    tables: [
      {
        tableId: 0,
        name: 'classifier',
        wildcards: allWildcards,
        maxEntries: table.maxEntries,
        activeCount: table.size,
        lookupCount: counter(table.lookups),
        matchedCount: counter(table.hits),
      },
    ],
  };
}

function portsOf(number: number, datapath: Datapath): readonly SwitchPort[] {
  if (number === portNumbers.None) return datapath.ports;
  const port = datapath.port(number);
  return port === undefined ? [] : [port];
}

function portStats(port: SwitchPort): PortStats {
  return {
    port: port.number,
    rxPackets: counter(port.rxPackets),
    txPackets: counter(port.txPackets),
    rxBytes: counter(port.rxBytes),
    txBytes: counter(port.txBytes),
    rxDropped: counter(port.rxDropped),
    txDropped: counter(port.txDropped),
    rxErrors: 0n,
    txErrors: 0n,
    rxFrameErrors: 0n,
    rxOverrunErrors: 0n,
    rxCrcErrors: 0n,
    collisions: 0n,
  };
}

/** No port has queues: all of them are none, and a single one is unknown. */
function queueStats(
  { port, queueId }: Extract<StatsRequest, { readonly kind: 'queue' }>,
  datapath: Datapath,
): readonly StatsReply[] | Fault {
  const isEveryPort = port === portNumbers.All || port === portNumbers.None;
  if (!isEveryPort && datapath.port(port) === undefined) return faults.queueBadPort;
  if (queueId !== anyQueue) return faults.queueBadQueue;
  return [{ kind: 'queue', flags: [], queues: [] }];
}

const moreUnlessLast = (i: number, all: readonly unknown[]): readonly 'more'[] => (i < all.length - 1 ? ['more'] : []);

/** Cuts items into lists that fit a reply each; at least one, be it empty. */
function pieces<T>(items: readonly T[], bytesOf: (item: T) => number): readonly (readonly T[])[] {
  let piece: T[] = [];
  const all = [piece];
  let left = roomBytes;
  for (const item of items) {
    const bytes = bytesOf(item);
    if (bytes > left) {
      piece = [];
      all.push(piece);
      left = roomBytes;
    }
    piece.push(item);
    left -= bytes;
  }
  return all;
}
