import { type Static, Type } from 'typebox';
import { Lab, LabId } from './lab.ts';
import { LabEvent, LabStatus } from './status.ts';

/** What somebody looked at: the same as a link to a view; `marked` are seqs as in `3,5,9-12`. */
export const BundleView = Type.Object(
  {
    packet: Type.Optional(Type.Integer({ minimum: 1 })),
    filter: Type.Optional(Type.String({ maxLength: 4000 })),
    layout: Type.Optional(Type.String({ pattern: '^[a-z]{1,20}$' })),
    marked: Type.Optional(Type.String({ maxLength: 8000 })),
  },
  { additionalProperties: false },
);
export type BundleView = Static<typeof BundleView>;

/** Which Patchbay wrote it: version, commit where there is one, and a SHA-256 over each part of what was built. */
export const BundleBuild = Type.Object({
  version: Type.String(),
  commit: Type.String(),
  node: Type.String(),
  platform: Type.String(),
  parts: Type.Record(Type.String(), Type.String()),
});
export type BundleBuild = Static<typeof BundleBuild>;

/** What must be the same for chance to be the same: the emulated network's seed (none on Mininet), and the faults with theirs. */
const BundleSeeds = Type.Object({
  runtime: Type.Union([Type.Integer(), Type.Null()]),
  faults: Type.Array(Type.Unknown()),
});

const BundleTerminal = Type.Object({ id: Type.String(), title: Type.String(), text: Type.String() });

/** A router's routing table as it was given to it. */
const BundleRtable = Type.Object({ router: Type.String(), text: Type.String() });

/** Everything of a bundle but its packets. */
export const BundleContent = Type.Object({
  lab: Lab,
  status: LabStatus,
  events: Type.Array(LabEvent),
  rtables: Type.Array(BundleRtable),
  build: BundleBuild,
  seeds: BundleSeeds,
  terminals: Type.Array(BundleTerminal),
  view: BundleView,
  /** When it was written, Unix ms. */
  writtenMs: Type.Number(),
});
export type BundleContent = Static<typeof BundleContent>;

/** An imported bundle, in short. */
export const BundleInfo = Type.Object({
  id: Type.Integer(),
  lab: LabId,
  title: Type.String(),
  writtenMs: Type.Number(),
  records: Type.Integer(),
  firstSeq: Type.Integer(),
  lastSeq: Type.Integer(),
});
export type BundleInfo = Static<typeof BundleInfo>;

export const BundleList = Type.Object({ bundles: Type.Array(BundleInfo) });
export type BundleList = Static<typeof BundleList>;

export const BundleDetail = Type.Object({ info: BundleInfo, content: BundleContent });
export type BundleDetail = Static<typeof BundleDetail>;
