import { DecodeError } from '../../codec/errors.ts';
import type { Reader } from '../../codec/reader.ts';
import { offsetOf } from '../../codec/struct.ts';
import { actionTypes } from '../../protocols/openflow/v10/action.ts';
import { bodies, FlowMod, PacketOut } from '../../protocols/openflow/v10/bodies.ts';
import { errorName } from '../../protocols/openflow/v10/error.ts';
import { packetIn } from '../../protocols/openflow/v10/fast.ts';
import { Header, headerLength, messageTypes, version } from '../../protocols/openflow/v10/header.ts';
import { portNumbers } from '../../protocols/openflow/v10/port.ts';
import type { Brief, LayerBuilder, Protocol } from '../protocol.ts';
import { linkCodes } from './link.ts';
import { openflow10Names, openflowNames } from './openflow-names.ts';
import { constantName, readSpans } from './spans.ts';

const typeAt = offsetOf(Header, 'type');
const lengthAt = offsetOf(Header, 'length');
/** The first action of a PACKET_OUT, behind the length of them all. */
const actionsAt = headerLength + offsetOf(PacketOut, 'actions') + 2;
const outputAction = actionTypes.output;
const portNames = new Map<number, string>(
  Object.entries(portNumbers).map(([name, port]) => [port, name.replace(/(?<=.)[A-Z]/g, '_$&').toUpperCase()]),
);
const statsNames: Readonly<Record<number, string>> = {
  0: 'desc',
  1: 'flow',
  2: 'aggregate',
  3: 'table',
  4: 'port',
  5: 'queue',
  65535: 'vendor',
};
const commandAt = headerLength + offsetOf(FlowMod, 'command');
const commandNames = ['add', 'modify', 'modify strict', 'delete', 'delete strict'] as const;

const kindsByType = new Map<number, string>(Object.entries(messageTypes).map(([kind, type]) => [type, kind]));
const bodiesByType = new Map(Object.values(bodies).map(([type, body]) => [type as number, body]));
const versionNames: Readonly<Record<number, string>> = { 1: '1.0', 2: '1.1', 3: '1.2', 4: '1.3', 5: '1.4', 6: '1.5' };
/** Of all versions. */
const lastType = 35;

/** A header that can be gone on from: the version is one, the length its own header's at least. */
const isHeader = (view: DataView, start: number, end: number): boolean =>
  end - start >= headerLength &&
  versionNames[view.getUint8(start)] !== undefined &&
  view.getUint16(start + lengthAt) >= headerLength;

/** Whether a segment begins with a message; it may also go on with the last one. */
const isOpenflow = (view: DataView, start: number, end: number): boolean =>
  isHeader(view, start, end) && view.getUint8(start + typeAt) <= lastType;

function messageName(theirVersion: number, type: number): string {
  if (theirVersion !== version && type !== messageTypes.hello) {
    return `OpenFlow ${versionNames[theirVersion] ?? theirVersion} type ${type}`;
  }
  return constantName(kindsByType.get(type) ?? `type ${type}`);
}

/** What a message is about, for one line. */
function briefMessage(view: DataView, start: number, end: number): string {
  const type = view.getUint8(start + typeAt);
  const name = messageName(view.getUint8(start), type);
  if (view.getUint8(start) !== version) return name;
  const length = end - start;
  if (type === messageTypes.packetIn && packetIn.fits(length)) {
    return `${name} port=${packetIn.inPort(view, start)} ${packetIn.totalLength(view, start)} bytes`;
  }
  if (type === messageTypes.flowMod && length >= commandAt + 2) {
    const command = view.getUint16(start + commandAt);
    return `${name} ${commandNames[command] ?? command}`;
  }
  if (type === messageTypes.error && length >= headerLength + 4) {
    return `${name} ${errorName(view.getUint16(start + headerLength), view.getUint16(start + headerLength + 2))}`;
  }
  const bodyAt = start + headerLength;
  if ((type === messageTypes.statsRequest || type === messageTypes.statsReply) && length >= headerLength + 2) {
    return `${name} ${statsNames[view.getUint16(bodyAt)] ?? view.getUint16(bodyAt)}`;
  }
  if (
    type === messageTypes.packetOut &&
    length >= actionsAt + 8 &&
    view.getUint16(start + actionsAt) === outputAction
  ) {
    const port = view.getUint16(start + actionsAt + 4);
    return `${name} port=${portNames.get(port) ?? port}`;
  }
  return name;
}

/** Reads header and body; gives where the frame that it carries stands, if it carries one. */
function readMessage(r: Reader): number | undefined {
  const read: Record<string, unknown> = {};
  const { offset: start } = r;
  Header.readFields(r, read);
  const type = read.type;
  const isKnown = read.version === version || type === messageTypes.hello;
  const body = isKnown && typeof type === 'number' ? bodiesByType.get(type) : undefined;
  if (body === undefined) return undefined;
  r.base = start;
  const value: Record<string, unknown> = {};
  // An error has a type of its own: its rows stand one level deeper.
  if (type === messageTypes.error) r.part('error', body);
  else body.readFields(r, value);
  r.expectEnd();
  const { data } = value;
  const carriesFrame = type === messageTypes.packetIn || type === messageTypes.packetOut;
  return carriesFrame && data instanceof Uint8Array ? r.offset - data.length : undefined;
}

/** OpenFlow 1.0.0 by the declarations of bridge/protocols; a layer a message. Other versions: the header. */
export const openflow: Protocol = {
  name: 'openflow',
  label: 'OpenFlow',
  accepts: (bytes, start, end) =>
    isOpenflow(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), start, end),
  dissect(layer: LayerBuilder): void {
    const { start, end, wireEnd } = layer.place;
    const { view } = layer.reader;
    if (!isHeader(view, start, end)) {
      layer.summary = 'Not a message';
      layer.fail('not an OpenFlow header', start);
    }
    layer.label = `OpenFlow ${versionNames[view.getUint8(start)] ?? ''}`;
    layer.summary = briefMessage(view, start, end);
    const messageEnd = start + view.getUint16(start + lengthAt);
    if (messageEnd > wireEnd) layer.summary += ', goes on in the next segment';
    const names = view.getUint8(start) === version ? openflow10Names : openflowNames;
    let frameAt: number | undefined;
    try {
      frameAt = readSpans(layer, Math.min(messageEnd, end), names, readMessage);
    } catch (error) {
      if (!(error instanceof DecodeError) || messageEnd <= wireEnd) throw error;
      return;
    }
    if (frameAt !== undefined) {
      // The layer is what stands before the frame.
      layer.reader.offset = frameAt;
      layer.follow('link', linkCodes.ethernet, frameAt, messageEnd);
    } else layer.follow('data', 0, layer.reader.offset, messageEnd);
    layer.follow('link', linkCodes.openflow, messageEnd, wireEnd);
  },
  brief(line: Brief): void {
    const { view, start, end } = line;
    line.protocol = 'OpenFlow';
    line.kind = 'openflow';
    const messages: string[] = [];
    let at = start;
    let more = 0;
    while (isHeader(view, at, end)) {
      const messageEnd = at + view.getUint16(at + lengthAt);
      if (messages.length < 3) messages.push(briefMessage(view, at, Math.min(end, messageEnd)));
      else more++;
      at = messageEnd;
    }
    line.info = messages.length === 0 ? 'Malformed' : messages.join(', ');
    if (more > 0) line.info += ` and ${more} more`;
  },
};
