import type { Bus } from '../../bus/bus.ts';
import type { BridgeEvents } from '../../bus/events.ts';
import type { Switch } from '../../controller/switch.ts';
import type { FlowDraft } from '../../packet/flow/flow-draft.ts';
import { points, rules } from '../../packet/trace-batch.ts';
import { portNumbers } from '../../protocols/openflow/v10/port.ts';
import type { ControlLog } from '../../trace/control-log.ts';
import { newLoggedRecord } from '../../trace/logged-record.ts';
import type { PacketLog } from '../../trace/packet-log.ts';
import { type Implementation, WorkbenchError } from '../method.ts';
import { type Bypass, BypassCount } from './bypass.ts';
import { type ChangeResult, FlowChanges } from './changes.ts';
import { FlowReader } from './flow-reader.ts';
import type { FlowRow } from './flow-row.ts';
import { type Lookup, lookUp, type NotLookedUp } from './lookup.ts';
import { tableEvidence } from './past/evidence.ts';
import { type FlowTableThen, flowsAt } from './past/flows-at.ts';
import { lookUpThen } from './past/lookup-then.ts';
import { tableAt } from './past/table-at.ts';

/** A flow table as the switch last told it. Times in µs on the trace's clock, counters −1 where they are not kept. */
export interface FlowTableRead {
  readonly dpid: string;
  readonly switch: string;
  readonly tUs: number;
  /** When it was asked before, 0 for never: deltas are since then. */
  readonly previousUs: number;
  /** The highest priority first. */
  readonly entries: readonly FlowRow[];
  readonly tables: readonly {
    readonly table: number;
    readonly name: string;
    readonly entries: number;
    readonly mostEntries: number;
    readonly lookups: number;
    readonly matched: number;
  }[];
  readonly packets: number;
  readonly bytes: number;
  /** Changes made from here that can be taken back, the latest first. */
  readonly changes: readonly { readonly id: number; readonly tUs: number; readonly text: string }[];
}
/** Which frame is meant: a record of the log, or bytes (base64) that come in at a port. */
interface LookedUp {
  readonly dpid: string;
  readonly seq?: number;
  readonly bytes?: string;
  readonly inPort?: number;
}

export interface FlowMethods {
  /** The flow table of a switch, asked for at most once a second. conflict while it is not connected. */
  'flows:read'(argument: { readonly dpid: string }): FlowTableRead;
  /** The flow table of a switch as it was; it may be gone since. */
  'flows:at'(argument: { readonly dpid: string; readonly atUs: number }): FlowTableThen;
  /** What flow entries of all switches let pass the bridge by; switches are asked at most once a second. */
  'flows:bypass'(argument: Readonly<Record<string, never>>): Bypass;
  /** Which entry takes a frame: a record by the table of its time, bytes by the table as it is read now. Inferred. */
  'flows:lookup'(argument: LookedUp): Lookup | NotLookedUp;
  /** Adds an entry. bad-request says which field is wrong, conflict what the switch refused. */
  'flows:add'(argument: { readonly dpid: string; readonly entry: FlowDraft }): ChangeResult;
  /** Gives the entry `id` another content: in place where only actions or cookie differ, else as another entry. */
  'flows:edit'(argument: { readonly dpid: string; readonly id: string; readonly entry: FlowDraft }): ChangeResult;
  'flows:delete'(argument: { readonly dpid: string; readonly id: string }): ChangeResult;
  /** Takes back the change with this id, or the last one. */
  'flows:undo'(argument: { readonly dpid: string; readonly change?: number }): ChangeResult;
}

export interface FlowDeps {
  readonly log: PacketLog;
  readonly bus: Bus<BridgeEvents>;
  readonly switches: () => readonly Switch[];
  readonly control: ControlLog;
  readonly nowUs: () => number;
}

interface Watched {
  readonly its: Switch;
  readonly reader: FlowReader;
  readonly changes: FlowChanges;
}

export function flowMethods({ log, bus, switches, control, nowUs }: FlowDeps): Implementation<FlowMethods> {
  const watched = new Map<string, Watched>();
  const find = (dpid: string): Switch => {
    const its = switches().find((each) => each.dpid === dpid);
    if (its !== undefined) return its;
    const known = switches().map((each) => `${each.dpid} (${each.name})`);
    throw new WorkbenchError('not-found', `There is no switch "${dpid}", only ${known.join(', ') || 'none'}`);
  };
  const of = (dpid: string): Watched => {
    const its = find(dpid);
    if (!its.isConnected) throw new WorkbenchError('conflict', `${its.name} is not connected`);
    const known = watched.get(dpid);
    if (known !== undefined) return known;
    const reader = new FlowReader(its, nowUs);
    const made = { its, reader, changes: new FlowChanges(its, reader, nowUs) };
    watched.set(dpid, made);
    return made;
  };
  const bypass = new BypassCount(control);
  // A switch begins each connection with an empty table (OF50).
  bus.on('switch:connected', ({ dpid }) => {
    watched.get(dpid)?.reader.forget();
    watched.get(dpid)?.changes.forget();
  });
  return {
    'flows:read': async ({ dpid }) => {
      const { its, reader, changes } = of(dpid);
      const { tUs, previousUs, flows, tables, aggregate } = await reader.read();
      return {
        dpid,
        switch: its.name,
        tUs,
        previousUs,
        entries: flows.map(({ row }) => row),
        tables: tables.map((table) => ({
          table: table.tableId,
          name: table.name,
          entries: table.activeCount,
          mostEntries: table.maxEntries,
          lookups: Number(table.lookupCount),
          matched: Number(table.matchedCount),
        })),
        packets: Number(aggregate.packetCount),
        bytes: Number(aggregate.byteCount),
        changes: changes.list,
      };
    },
    'flows:at': ({ dpid, atUs }) => flowsAt(control, dpid, find(dpid).name, atUs),
    'flows:bypass': async () => {
      const connected = switches().filter(({ isConnected }) => isConnected);
      const read = connected.map(async (its) => {
        const table = await of(its.dpid)
          .reader.read()
          .catch(() => undefined);
        return { its, table };
      });
      return bypass.sum(await Promise.all(read));
    },
    'flows:lookup': async (argument) => {
      const its = find(argument.dpid);
      const frame = frameOf(argument, log, its);
      if ('why' in frame) return frame;
      if (frame.tUs === 0) return lookUp(await of(argument.dpid).reader.read(), frame);
      // Of the past a switch that is gone, or says nothing, can be asked, too.
      const now = its.isConnected
        ? await of(argument.dpid)
            .reader.read()
            .catch(() => undefined)
        : undefined;
      return lookUpThen(tableAt(await tableEvidence(control, its.name, frame.tUs), frame.tUs), now, frame);
    },
    'flows:add': ({ dpid, entry }) => of(dpid).changes.add(entry),
    'flows:edit': ({ dpid, id, entry }) => of(dpid).changes.edit(id, entry),
    'flows:delete': ({ dpid, id }) => of(dpid).changes.delete(id),
    'flows:undo': ({ dpid, change }) => of(dpid).changes.undo(change),
  };
}

interface Frame {
  readonly bytes: Uint8Array;
  readonly inPort: number;
  /** 0 for a frame that did not come yet. */
  readonly tUs: number;
}

/** The frame that is meant, as it came into the switch, or why it did not; throws bad-request and not-found. */
export function frameOf(
  { seq, bytes, inPort }: LookedUp,
  log: PacketLog,
  its: Pick<Switch, 'name'>,
): Frame | NotLookedUp {
  if (bytes !== undefined && inPort !== undefined && seq === undefined) {
    return { bytes: new Uint8Array(Buffer.from(bytes, 'base64')), inPort, tUs: 0 };
  }
  if (seq !== undefined && bytes === undefined) return recordedFrame(seq, log, its);
  throw new WorkbenchError('bad-request', 'expected either seq, or bytes together with inPort');
}

const mostParents = 16;

/** The frame of a record as it came into the switch: of a later point, the very same frame is followed back. */
function recordedFrame(seq: number, log: PacketLog, its: Pick<Switch, 'name'>): Frame | NotLookedUp {
  const record = newLoggedRecord();
  let at = seq;
  for (let steps = 0; steps < mostParents; steps++) {
    if (!log.look(at, record)) throw new WorkbenchError('not-found', `Record #${at} is not kept (any more)`);
    const point = points[record.point];
    const isIncoming = point === 'packet_in' || point === 'sw.rx';
    if (isIncoming && log.nodeName(record.node) === its.name && record.port <= portNumbers.Max) {
      // What the log did not keep does not count, but its length does.
      const bytes = new Uint8Array(Math.max(record.length, record.end - record.start));
      bytes.set(record.bytes.subarray(record.start, record.end));
      return { bytes, inPort: record.port, tUs: record.tUs };
    }
    if (record.parentCount === 0 || rules[record.rule] !== 'same frame') break;
    at = record.parents[0] ?? 0;
  }
  return { why: `#${seq} did not come into ${its.name}: neither it nor the same frame before it was seen there.` };
}
