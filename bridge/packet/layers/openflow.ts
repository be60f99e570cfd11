import { DecodeError } from '../../codec/errors.ts';
import type { Reader } from '../../codec/reader.ts';
import { offsetOf } from '../../codec/struct.ts';
import { bodies, FlowMod } from '../../protocols/openflow/v10/bodies.ts';
import { errorName } from '../../protocols/openflow/v10/error.ts';
import { packetIn } from '../../protocols/openflow/v10/fast.ts';
import { Header, headerLength, messageTypes, version } from '../../protocols/openflow/v10/header.ts';
import type { Brief, LayerBuilder, Protocol } from '../protocol.ts';
import { linkCodes } from './link.ts';
import { openflowNames } from './openflow-names.ts';
import { constantName, readSpans } from './spans.ts';

const typeAt = offsetOf(Header, 'type');
const lengthAt = offsetOf(Header, 'length');
const commandAt = headerLength + offsetOf(FlowMod, 'command');
const commandNames = ['add', 'modify', 'modify strict', 'delete', 'delete strict'] as const;

const kindsByType = new Map<number, string>(Object.entries(messageTypes).map(([kind, type]) => [type, kind]));
const bodiesByType = new Map(Object.values(bodies).map(([type, body]) => [type as number, body]));
const versionNames: Readonly<Record<number, string>> = { 1: '1.0', 2: '1.1', 3: '1.2', 4: '1.3', 5: '1.4', 6: '1.5' };
/** Of all versions. */
const lastType = 35;

const isOpenflow = (view: DataView, start: number, end: number): boolean =>
  end - start >= headerLength &&
  versionNames[view.getUint8(start)] !== undefined &&
  view.getUint8(start + typeAt) <= lastType &&
  view.getUint16(start + lengthAt) >= headerLength;

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
  return name;
}

/** Reads header and body; gives where the frame that it carries stands, if it carries one. */
function readMessage(r: Reader, messageEnd: number): number | undefined {
  const read: Record<string, unknown> = {};
  const { offset: start } = r;
  Header.readFields(r, read);
  const type = read.type;
  const isKnown = read.version === version || type === messageTypes.hello;
  const body = isKnown && typeof type === 'number' ? bodiesByType.get(type) : undefined;
  if (body === undefined) return undefined;
  r.base = start;
  const value: Record<string, unknown> = {};
  body.readFields(r, value);
  r.expectEnd();
  const { data } = value;
  const carriesFrame = type === messageTypes.packetIn || type === messageTypes.packetOut;
  return carriesFrame && data instanceof Uint8Array ? messageEnd - data.length : undefined;
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
    if (!isOpenflow(view, start, end)) {
      // Between two messages, where only the stream knows how long the last one was.
      if (layer.place.code !== linkCodes.openflow) layer.fail('not an OpenFlow header', start);
      layer.summary = 'Not a message';
      if (end - start < headerLength) layer.fail(`${end - start} bytes of a header of ${headerLength}`, start);
      layer.fail('not an OpenFlow header', start);
    }
    layer.label = `OpenFlow ${versionNames[view.getUint8(start)] ?? ''}`;
    layer.summary = briefMessage(view, start, end);
    const messageEnd = start + view.getUint16(start + lengthAt);
    let frameAt: number | undefined;
    try {
      frameAt = readSpans(layer, Math.min(messageEnd, end), openflowNames, (r) => readMessage(r, messageEnd));
    } catch (error) {
      if (!(error instanceof DecodeError) || messageEnd <= end) throw error;
      layer.summary += ', goes on in the next segment';
      return;
    }
    if (frameAt !== undefined) layer.follow('link', linkCodes.ethernet, frameAt, messageEnd);
    else layer.follow('data', 0, layer.reader.offset, messageEnd);
    layer.follow('link', linkCodes.openflow, messageEnd, wireEnd);
  },
  brief(line: Brief): void {
    const { view, start, end } = line;
    line.protocol = 'OpenFlow';
    line.kind = 'openflow';
    const messages: string[] = [];
    let at = start;
    let more = 0;
    while (isOpenflow(view, at, end)) {
      const messageEnd = at + view.getUint16(at + lengthAt);
      if (messages.length < 3) messages.push(briefMessage(view, at, Math.min(end, messageEnd)));
      else more++;
      at = messageEnd;
    }
    line.info = messages.length === 0 ? 'Malformed' : messages.join(', ');
    if (more > 0) line.info += ` and ${more} more`;
  },
};
