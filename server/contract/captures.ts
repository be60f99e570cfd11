import { type Static, Type } from 'typebox';
import { Name, Point, Port, strict } from './interventions.ts';

/** An uploaded capture file, as far as it is told without its packets. */
export const Upload = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  format: Type.Union([Type.Literal('pcap'), Type.Literal('pcapng')]),
  bytes: Type.Integer(),
  packets: Type.Integer(),
  interfaces: Type.Array(Type.String()),
  /** Wall time (Unix ms) of the first packet, and µs from it to the latest. */
  firstMs: Type.Number(),
  durationUs: Type.Number(),
  uploadedMs: Type.Number(),
});
export type Upload = Static<typeof Upload>;

/** Oldest first; a lab keeps its last two. */
export const Uploads = Type.Object({ uploads: Type.Array(Upload) });
export type Uploads = Static<typeof Uploads>;

/** A packet of an upload in one line. */
export const UploadedPacket = Type.Object({
  /** Counts from 1 in the order of the file. */
  number: Type.Integer(),
  /** Since the first packet; before it in a file that is out of order. */
  tUs: Type.Number(),
  interface: Type.Integer(),
  length: Type.Integer(),
  source: Type.String(),
  destination: Type.String(),
  protocol: Type.String(),
  kind: Type.String(),
  info: Type.String(),
  comments: Type.Array(Type.String()),
  /** What was captured of it, in hexadecimal. */
  hex: Type.String(),
});
export type UploadedPacket = Static<typeof UploadedPacket>;

export const UploadedPackets = Type.Object({ packets: Type.Array(UploadedPacket) });
export type UploadedPackets = Static<typeof UploadedPackets>;

/** Sends packets `from` to `to` of an upload in at a place, with the times between them divided by `speed`; 0 is as fast as is allowed. */
export const ReplayUpload = Type.Object(
  {
    at: Type.Object({ point: Point, node: Name, port: Port }, strict),
    from: Type.Optional(Type.Integer({ minimum: 1 })),
    to: Type.Optional(Type.Integer({ minimum: 1 })),
    speed: Type.Number({ minimum: 0, maximum: 1000 }),
  },
  strict,
);
export type ReplayUpload = Static<typeof ReplayUpload>;
