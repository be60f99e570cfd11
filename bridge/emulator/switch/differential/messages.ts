import type { Action } from '../../../protocols/openflow/v10/action.ts';
import { noBuffer } from '../../../protocols/openflow/v10/bodies.ts';
import { type MatchFields, matchOf } from '../../../protocols/openflow/v10/match.ts';
import { encodeMessage, type Message, type MessageOf } from '../../../protocols/openflow/v10/message.ts';
import { portNumbers } from '../../../protocols/openflow/v10/port.ts';
import type { StatsRequest } from '../../../protocols/openflow/v10/stats.ts';
import { type Step, send } from './sequence.ts';

/** Messages as sequences write them: what is left out is what a simple controller would say. */
type FlowMod = MessageOf<'flowMod'>;
type FlowModFields = Partial<Omit<FlowMod, 'match' | 'kind'>> & { readonly match?: MatchFields };

export const flowMod = ({ match, ...fields }: FlowModFields = {}): FlowMod => ({
  kind: 'flowMod',
  xid: 0,
  match: matchOf(match),
  cookie: 0n,
  command: 'add',
  idleTimeoutS: 0,
  hardTimeoutS: 0,
  priority: 0x8000,
  bufferId: noBuffer,
  outPort: portNumbers.None,
  flags: [],
  actions: [],
  ...fields,
});

/** An entry that sends what it matches to these ports. */
export const forward = (match: MatchFields, ports: readonly number[], fields: FlowModFields = {}): FlowMod =>
  flowMod({ match, actions: ports.map((port) => output(port)), ...fields });

/** Every field, as those of the frame `udp()` that comes in at port 1. */
export const everyField: MatchFields = {
  inPort: 1,
  dlSrc: '02:00:00:00:00:01',
  dlDst: '02:00:00:00:00:02',
  dlVlan: 0xffff,
  dlVlanPcp: 0,
  dlType: 0x0800,
  nwTos: 0,
  nwProto: 17,
  nwSrc: '10.0.0.1',
  nwDst: '10.0.0.2',
  tpSrc: 1000,
  tpDst: 2000,
};

export const output = (port: number, maxLength = 0): Action => ({ kind: 'output', port, maxLength });
export const toController = (maxLength = 0xffff): Action => output(portNumbers.Controller, maxLength);

export const packetOut = (
  data: Uint8Array,
  actions: readonly Action[],
  fields: Partial<MessageOf<'packetOut'>> = {},
): MessageOf<'packetOut'> => ({
  kind: 'packetOut',
  xid: 0,
  bufferId: noBuffer,
  inPort: portNumbers.None,
  actions,
  data,
  ...fields,
});

export const barrier: Message = { kind: 'barrierRequest', xid: 0 };
export const setConfig = (
  missSendLength: number,
  fragments: MessageOf<'setConfig'>['fragments'] = 'normal',
): Message => ({ kind: 'setConfig', xid: 0, fragments, missSendLength });
export const stats = (request: StatsRequest): Message => ({ kind: 'statsRequest', xid: 0, stats: request });

interface Selection {
  readonly tableId?: number;
  readonly outPort?: number;
}
const selection = (match: MatchFields, { tableId = 0xff, outPort = portNumbers.None }: Selection) => ({
  flags: [],
  match: matchOf(match),
  tableId,
  outPort,
});
export const flowStats = (match: MatchFields = {}, which: Selection = {}): Message =>
  stats({ kind: 'flow', ...selection(match, which) });
export const aggregateStats = (match: MatchFields = {}, which: Selection = {}): Message =>
  stats({ kind: 'aggregate', ...selection(match, which) });

/** Every entry as the switch tells it: most sequences end with it. */
export const dumpFlows: Step = send(flowStats());

/** The bytes of a message, to be changed. */
export const bytesOf = (message: Message, xid = 0x77): Uint8Array => encodeMessage({ ...message, xid });

/** A message of any type, of any length field. */
export function rawMessage(
  type: number,
  body: readonly number[] | Uint8Array,
  { version = 1, length = 8 + body.length, xid = 0x77 } = {},
): Uint8Array {
  const bytes = new Uint8Array(8 + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, version);
  view.setUint8(1, type);
  view.setUint16(2, length);
  view.setUint32(4, xid);
  bytes.set(body, 8);
  return bytes;
}

/** The same bytes with some of them set otherwise: `patched(bytes, 8, 0xff, 0xff)`. */
export function patched(bytes: Uint8Array, at: number, ...values: readonly number[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set(values, at);
  return copy;
}

/** The same message with bytes added behind it or cut off, and the length field to go with that. */
export function resized(bytes: Uint8Array, by: number): Uint8Array {
  const copy = new Uint8Array(bytes.length + by);
  copy.set(bytes.subarray(0, copy.length));
  new DataView(copy.buffer).setUint16(2, copy.length);
  return copy;
}
