import { Type } from 'typebox';
import { FrameBytes, Name, Nothing, Point, Port, strict, UpTo } from './interventions.ts';

const Address = Type.String({ maxLength: 40 });
const place = { point: Point, node: Name, port: Port };
const payload = Type.String({ maxLength: 13_500, description: 'base64' });

const Arp = Type.Object(
  {
    kind: Type.Literal('arp'),
    operation: Type.Union([Type.Literal('request'), Type.Literal('reply')]),
    senderMac: Address,
    senderIp: Address,
    targetMac: Address,
    targetIp: Address,
  },
  strict,
);
const ports = { srcPort: Port, dstPort: Port };
const TcpFlag = Type.Union((['fin', 'syn', 'rst', 'psh', 'ack', 'urg'] as const).map((flag) => Type.Literal(flag)));
const Transport = Type.Union([
  Type.Object(
    { kind: Type.Literal('icmp'), type: UpTo(255), code: UpTo(255), ident: UpTo(0xffff), seq: UpTo(0xffff) },
    strict,
  ),
  Type.Object({ kind: Type.Literal('udp'), ...ports }, strict),
  Type.Object(
    {
      kind: Type.Literal('tcp'),
      ...ports,
      seq: UpTo(0xffff_ffff),
      ack: UpTo(0xffff_ffff),
      flags: Type.Array(TcpFlag, { maxItems: 6 }),
      window: UpTo(0xffff),
    },
    strict,
  ),
]);
const Ipv4 = Type.Object(
  {
    kind: Type.Literal('ipv4'),
    src: Address,
    dst: Address,
    ttl: UpTo(255),
    id: UpTo(0xffff),
    dontFragment: Type.Boolean(),
    transport: Transport,
    payload,
  },
  strict,
);

const Seq = Type.Integer({ minimum: 1 });
const ReplayFrom = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('log'),
      fromSeq: Seq,
      toSeq: Seq,
      point: Point,
      at: Type.Optional(Type.Object({ node: Name, port: Port }, strict)),
    },
    strict,
  ),
  Type.Object(
    {
      kind: Type.Literal('frames'),
      at: Type.Object(place, strict),
      frames: Type.Array(Type.Object({ atUs: Type.Number(), bytes: FrameBytes }, strict), {
        minItems: 1,
        maxItems: 10_000,
      }),
    },
    strict,
  ),
]);
const ReplayStatus = Type.Object({
  state: Type.Union([Type.Literal('none'), Type.Literal('running'), Type.Literal('done'), Type.Literal('cancelled')]),
  total: Type.Integer(),
  sent: Type.Integer(),
  skipped: Type.Integer(),
  firstSeq: Type.Integer(),
  lastSeq: Type.Integer(),
});

/** Methods of the workbench that put frames in: crafted ones, recorded ones, those of a capture. */
export const injectMethods = {
  'inject:frame': {
    argument: Type.Object({ ...place, bytes: FrameBytes }, strict),
    answer: Type.Object({ seq: Type.Integer() }),
  },
  'inject:build': {
    argument: Type.Object(
      {
        eth: Type.Object({ dst: Address, src: Address }, strict),
        vlan: Type.Optional(Type.Object({ id: UpTo(4095), priority: UpTo(7) }, strict)),
        layer: Type.Union([Arp, Ipv4]),
      },
      strict,
    ),
    answer: Type.Object({ bytes: Type.String() }),
  },
  'inject:replay': {
    argument: Type.Object({ from: ReplayFrom, speed: Type.Number({ minimum: 0, maximum: 1000 }) }, strict),
    answer: ReplayStatus,
    /** 16 MiB of frames as base64. */
    bodyBytes: 24 * 1024 * 1024,
  },
  'inject:status': { argument: Nothing, answer: ReplayStatus },
  'inject:cancel': { argument: Nothing, answer: ReplayStatus },
} as const;
