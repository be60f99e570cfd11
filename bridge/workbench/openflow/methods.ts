import { dissect, type Field } from '../../packet/dissect.ts';
import { seqOfXid } from '../../sessions/openflow-session.ts';
import type { ControlEntry, ControlLog } from '../../trace/control-log.ts';
import type { PacketLog } from '../../trace/packet-log.ts';
import { type Implementation, WorkbenchError } from '../method.ts';
import { type ControlFindMethods, controlFindMethods } from './find.ts';
import { summaryOf } from './summary.ts';

/** A control message in one line. Ids count from 1; 0 stands for none. */
interface ControlMessage {
  readonly id: number;
  /** µs on the trace's clock; of folded echoes the first and the last. */
  readonly tUs: number;
  readonly lastUs: number;
  readonly direction: 'to switch' | 'from switch';
  /** '' until the handshake has told who it is. */
  readonly switch: string;
  readonly peer: string;
  /** `FLOW_MOD`; of folded echoes `ECHO`. */
  readonly type: string;
  readonly info: string;
  readonly xid: number;
  readonly lengthBytes: number;
  /** Messages that stand here: echoes in a row are one line. */
  readonly count: number;
  readonly isError: boolean;
  /** What this one answers, the last answer to this one, and how long the answer took. */
  readonly request: number;
  readonly answer: number;
  readonly answerUs: number;
  /** Of an ERROR: what it is about, in words; and the PACKET_OUT's record when it is one. */
  readonly about: string;
  readonly packetSeq: number;
}
/** A row of the tree of a message. */
interface ControlField {
  readonly depth: number;
  /** `openflow.xid` */
  readonly name: string;
  readonly label: string;
  readonly text: string;
  /** Bytes of the message, [start, end). */
  readonly start: number;
  readonly end: number;
}

/** A control message as it was: `connection` tells apart those of one switch. */
export interface RawMessage {
  readonly id: number;
  readonly tUs: number;
  readonly lastUs: number;
  readonly isOurs: boolean;
  readonly connection: number;
  readonly switch: string;
  readonly peer: string;
  readonly count: number;
  readonly answerUs: number;
  readonly bytes: string;
}

export interface OpenFlowMethods extends ControlFindMethods {
  /** Control messages from an id on (0: from the oldest kept), at most `limit` (2,000). */
  'openflow:log'(argument: { readonly fromId: number; readonly limit: number }): {
    readonly firstId: number;
    readonly nextId: number;
    readonly messages: readonly ControlMessage[];
    /** PACKET_INs and PACKET_OUTs so far; they are in the packet log. */
    readonly packetsIn: number;
    readonly packetsOut: number;
  };
  /** The same messages as they are kept, with their bytes (base64), for whoever takes the log along. */
  'openflow:raw'(argument: { readonly fromId: number; readonly limit: number }): {
    readonly firstId: number;
    readonly nextId: number;
    readonly messages: readonly RawMessage[];
  };
  /** One message with its fields and bytes (base64). not-found when it is not kept (any more). */
  'openflow:message'(argument: {
    readonly id: number;
  }): ControlMessage & { readonly bytes: string; readonly fields: readonly ControlField[] };
}

const most = 2000;

export function openFlowMethods(control: ControlLog, log: PacketLog): Implementation<OpenFlowMethods> {
  return {
    ...controlFindMethods(control),
    'openflow:log': ({ fromId, limit }) => {
      return {
        firstId: control.firstId,
        nextId: control.nextId,
        messages: entriesOf(control, fromId, limit).map((entry) => messageOf(control, entry)),
        packetsIn: log.counts.at('packet_in'),
        packetsOut: log.counts.at('packet_out'),
      };
    },
    'openflow:raw': ({ fromId, limit }) => ({
      firstId: control.firstId,
      nextId: control.nextId,
      messages: entriesOf(control, fromId, limit).map(rawOf),
    }),
    'openflow:message': async ({ id }) => {
      const entry = control.entry(id);
      if (entry === undefined) throw new WorkbenchError('not-found', notKept(control, id));
      const { layers } = dissect(entry.bytes, { first: 'openflow' });
      return {
        ...messageOf(control, entry),
        bytes: Buffer.from(entry.bytes).toString('base64'),
        fields: layers.flatMap((layer) => [
          { depth: 0, name: layer.name, label: layer.label, text: layer.summary, start: layer.start, end: layer.end },
          ...rowsOf(layer.fields, 1),
        ]),
      };
    },
  };
}

function entriesOf(control: ControlLog, fromId: number, limit: number): ControlEntry[] {
  const entries: ControlEntry[] = [];
  const first = Math.max(fromId, control.firstId);
  for (let id = first; id < Math.min(control.nextId, first + Math.min(limit, most)); id++) {
    const entry = control.entry(id);
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

const rawOf = ({ id, tUs, lastUs, isOurs, channel, count, answerUs, bytes }: ControlEntry): RawMessage => ({
  id,
  tUs,
  lastUs,
  isOurs,
  connection: channel.id,
  switch: channel.name,
  peer: channel.peer,
  count,
  answerUs,
  bytes: Buffer.from(bytes).toString('base64'),
});

function notKept({ firstId, nextId }: ControlLog, id: number): string {
  if (firstId === nextId) return `There is no message ${id}: none was exchanged yet`;
  return `There is no message ${id}: kept are ${firstId} to ${nextId - 1}`;
}

function messageOf(control: ControlLog, entry: ControlEntry): ControlMessage {
  const { id, tUs, lastUs, isOurs, channel, bytes, count, request, answer, answerUs } = entry;
  const summary = summaryOf(bytes);
  const isEcho = summary.type.startsWith('ECHO_');
  const isError = summary.type === 'ERROR';
  const asked = isError ? control.entry(request) : undefined;
  const packetSeq = isError && !isOurs ? (seqOfXid(summary.xid) ?? 0) : 0;
  return {
    id,
    tUs,
    lastUs,
    direction: isOurs ? 'to switch' : 'from switch',
    switch: channel.name,
    peer: channel.peer,
    type: isEcho ? 'ECHO' : summary.type,
    info: isEcho ? `${count} echo messages in a row` : summary.info,
    xid: summary.xid,
    lengthBytes: bytes.length,
    count,
    isError,
    request,
    answer,
    answerUs,
    about: aboutText(asked, packetSeq),
    packetSeq,
  };
}

function aboutText(asked: ControlEntry | undefined, packetSeq: number): string {
  if (packetSeq > 0) return `PACKET_OUT of #${packetSeq}`;
  if (asked === undefined) return '';
  const { type, info } = summaryOf(asked.bytes);
  return `${type} ${info}`.trimEnd();
}

function rowsOf(fields: readonly Field[], depth: number): ControlField[] {
  return fields.flatMap(({ name, label, text, start, end, children }) => [
    { depth, name, label, text, start, end },
    ...rowsOf(children ?? [], depth + 1),
  ]);
}
