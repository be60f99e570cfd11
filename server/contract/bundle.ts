import { type Static, Type } from 'typebox';
import { faultMethods } from './fault.ts';
import { FlowTable } from './flows.ts';
import { GradeRun } from './grade.ts';
import { holdMethods } from './hold.ts';
import { Lab, LabId } from './lab.ts';
import { LabMoment } from './moments.ts';
import { PacketComment } from './notes.ts';
import { LabEvent, LabStatus } from './status.ts';

/**
 * What somebody looked at: the same as a link to a view. `layout` is a preset, `dock` where the panes were, `marked` are seqs
 * as in `3,5,9-12`.
 */
export const BundleView = Type.Object(
  {
    packet: Type.Optional(Type.Integer({ minimum: 1 })),
    filter: Type.Optional(Type.String({ maxLength: 4000 })),
    layout: Type.Optional(Type.String({ pattern: '^[a-z]{1,20}$' })),
    dock: Type.Optional(Type.String({ maxLength: 2000 })),
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

/** What people had set, as it was at the end. */
const BundleInterventions = Type.Object({
  breakpoints: holdMethods['hold:breakpoints'].answer,
  faults: faultMethods['fault:list'].answer,
});

/** Everything of a bundle but its packets and control messages; what is optional came with version 2. */
export const BundleContent = Type.Object({
  lab: Lab,
  status: LabStatus,
  events: Type.Array(LabEvent),
  rtables: Type.Array(BundleRtable),
  build: BundleBuild,
  seeds: BundleSeeds,
  terminals: Type.Array(BundleTerminal),
  view: BundleView,
  /** What people said of packets. */
  comments: Type.Optional(Type.Array(PacketComment, { maxItems: 1000 })),
  guide: Type.Optional(Type.String()),
  /** What the map showed, oldest first. */
  moments: Type.Optional(Type.Array(LabMoment, { maxItems: 500 })),
  grade: Type.Optional(GradeRun),
  interventions: Type.Optional(BundleInterventions),
  /** As they were read last, of the switches that were connected. */
  flowTables: Type.Optional(Type.Array(FlowTable)),
  /** When it was written, Unix ms. */
  writtenMs: Type.Number(),
});
export type BundleContent = Static<typeof BundleContent>;

/** The same for whoever only writes it down: JSON leaves out what is undefined. */
export type Written<T> = T extends readonly (infer E)[]
  ? readonly Written<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Written<T[K]> | (object extends Pick<T, K> ? undefined : never) }
    : T;

/** An imported bundle, in short. */
export const BundleInfo = Type.Object({
  id: Type.Integer(),
  lab: LabId,
  title: Type.String(),
  writtenMs: Type.Number(),
  /** Of the file that it was read from; '' when nobody said, and its size as packed. */
  name: Type.String(),
  bytes: Type.Integer(),
  importedMs: Type.Number(),
  records: Type.Integer(),
  firstSeq: Type.Integer(),
  lastSeq: Type.Integer(),
});
export type BundleInfo = Static<typeof BundleInfo>;

export const BundleList = Type.Object({ bundles: Type.Array(BundleInfo) });
export type BundleList = Static<typeof BundleList>;

export const BundleDetail = Type.Object({ info: BundleInfo, content: BundleContent });
export type BundleDetail = Static<typeof BundleDetail>;
