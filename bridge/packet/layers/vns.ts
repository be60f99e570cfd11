import { DecodeError } from '../../codec/errors.ts';
import { vnsPacket, vnsType } from '../../protocols/vns/fast.ts';
import { interfaceNameLength, maxVnsLength, VnsCodec, vnsHeaderLength, vnsTypes } from '../../protocols/vns/message.ts';
import type { Brief, LayerBuilder, Protocol } from '../protocol.ts';
import { printable } from '../text.ts';
import { linkCodes } from './link.ts';
import { constantName, readSpans, type SpanNames } from './spans.ts';

/** The protocol's own words where ours differ. */
const ownNames: Readonly<Record<string, string>> = { hardwareInfo: 'HWINFO', routingTable: 'RTABLE' };
/** Names of the types of messages, as the protocol has them. */
export const vnsTypeNames: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(vnsTypes).map(([kind, type]) => [type, ownNames[kind] ?? constantName(kind)]),
);
const names: SpanNames = { prefix: 'vns', names: {}, labels: {} };

/** Nothing else on this port begins with a length in these bounds and one of ten powers of two. */
const isVns = (view: DataView, start: number, end: number): boolean =>
  end - start >= vnsHeaderLength &&
  view.getUint32(start) >= vnsHeaderLength &&
  view.getUint32(start) <= maxVnsLength &&
  vnsTypeNames[vnsType(view, start)] !== undefined;

function briefMessage(bytes: Uint8Array, view: DataView, start: number, end: number): string {
  const type = vnsType(view, start);
  const name = vnsTypeNames[type] ?? `TYPE ${type}`;
  if (type !== vnsTypes.packet || !vnsPacket.fits(end - start)) return name;
  const nameAt = start + vnsPacket.nameOffset;
  const nul = bytes.indexOf(0, nameAt);
  const nameEnd = nul < 0 ? nameAt + interfaceNameLength : Math.min(nul, nameAt + interfaceNameLength);
  const length = view.getUint32(start) - vnsPacket.frameOffset;
  return `${name} ${printable(bytes, nameAt, nameEnd)} ${length} bytes`;
}

/** VNS, as classic routers speak it, by the declarations of bridge/protocols; a layer a message. */
export const vns: Protocol = {
  name: 'vns',
  label: 'VNS',
  accepts: (bytes, start, end) => isVns(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), start, end),
  dissect(layer: LayerBuilder): void {
    const { start, end, wireEnd } = layer.place;
    const { view } = layer.reader;
    if (!isVns(view, start, end)) {
      layer.summary = 'Not a message';
      layer.fail('not a VNS header', start);
    }
    layer.summary = briefMessage(layer.bytes, view, start, end);
    const messageEnd = start + view.getUint32(start);
    if (messageEnd > wireEnd) layer.summary += ', goes on in the next segment';
    try {
      readSpans(layer, Math.min(messageEnd, end), names, (r) => {
        VnsCodec.read(r);
        r.expectEnd();
      });
    } catch (error) {
      if (!(error instanceof DecodeError) || messageEnd <= wireEnd) throw error;
      return;
    }
    if (vnsType(view, start) === vnsTypes.packet && vnsPacket.fits(end - start)) {
      // The layer is what stands before the frame.
      layer.reader.offset = start + vnsPacket.frameOffset;
      layer.follow('link', linkCodes.ethernet, layer.reader.offset, messageEnd);
    }
    layer.follow('link', linkCodes.vns, messageEnd, wireEnd);
  },
  brief(line: Brief): void {
    const { view, bytes, start, end } = line;
    line.protocol = 'VNS';
    line.kind = 'tcp';
    const messages: string[] = [];
    let at = start;
    let more = 0;
    while (isVns(view, at, end)) {
      const messageEnd = at + view.getUint32(at);
      if (messages.length < 3) messages.push(briefMessage(bytes, view, at, Math.min(end, messageEnd)));
      else more++;
      at = messageEnd;
    }
    line.info = messages.length === 0 ? 'Malformed' : messages.join(', ');
    if (more > 0) line.info += ` and ${more} more`;
  },
};
