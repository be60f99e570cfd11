import { type Static, Type } from 'typebox';
import { Lab, LabId } from './lab.ts';
import { LabStatus, RouterChoice, RuntimeKind, SecondChoice } from './status.ts';

/**
 * The HTTP API under /api (OpenAPI at /api/openapi.json):
 * GET  /session                  → Session            POST /session {password} → Session   DELETE /session
 * GET  /labs                     → { labs: LabEntry[], runtimes }      GET /labs/:id → LabDetail
 * POST /labs/:id/start StartLab  → 202 LabStatus      POST /labs/:id/stop → 202 LabStatus
 * POST /labs/:id/points {all: boolean} → LabStatus: frames are logged at hosts and switches, too, or not any more
 * POST /labs/:id/routers/:name/start {router: RouterChoice} → 202 LabStatus
 * POST /labs/:id/routers/:name/stop → 202 LabStatus
 * POST /labs/:id/routers/:name/second/start {router: SecondChoice} → 202 LabStatus: a program to compare the router's with
 * POST /labs/:id/routers/:name/second/stop → 202 LabStatus
 * GET  /labs/:id/checks          → GradeRun           POST /labs/:id/checks/run {checks?: string[]} → 202 GradeRun
 * POST /labs/:id/checks/stop     → GradeRun           GET /labs/:id/checks/results.json → Gradescope's format
 * GET  /labs/:id/trace.pcapng?filter=&seqs=|chain=    → the log, or what was chosen of it, as pcapng
 * POST /labs/:id/uploads?name= (pcap, pcapng) → 201 Upload    GET /labs/:id/uploads → Uploads
 * GET  /labs/:id/uploads/:upload/packets → UploadedPackets    DELETE /labs/:id/uploads/:upload → Uploads
 * POST /labs/:id/uploads/:upload/replay ReplayUpload
 * GET  /labs/:id/bundle → a run as one file           POST /bundles → 201 BundleInfo    GET /bundles → BundleList
 * GET  /bundles/:id → BundleDetail     GET /bundles/:id/trace?from= → trace-batch    DELETE /bundles/:id → BundleList
 */
export const RuntimeInfo = Type.Object({
  kind: RuntimeKind,
  available: Type.Boolean(),
  /** Why it is not available, or what to know about it. */
  notes: Type.Array(Type.String()),
});
export type RuntimeInfo = Static<typeof RuntimeInfo>;

export const LabEntry = Type.Object({
  id: LabId,
  title: Type.String(),
  summary: Type.String(),
  description: Type.String(),
  hours: Type.Number(),
  topics: Type.Array(Type.String()),
  checks: Type.Integer(),
  points: Type.Number(),
  /** Score of the last complete run of the checks, null before the first. */
  score: Type.Union([Type.Number(), Type.Null()]),
  status: LabStatus,
});
export type LabEntry = Static<typeof LabEntry>;

/** The runtime of a start that names none, and a sentence that says why that one. */
export const DefaultRuntime = Type.Object({ kind: RuntimeKind, why: Type.String() });
export type DefaultRuntime = Static<typeof DefaultRuntime>;

export const LabList = Type.Object({
  labs: Type.Array(LabEntry),
  runtimes: Type.Array(RuntimeInfo),
  defaultRuntime: DefaultRuntime,
});
export type LabList = Static<typeof LabList>;

/** `guide` is Markdown; `lacks` is what the lab needs and a runtime does not have here: nothing where it can be started. */
export const LabDetail = Type.Object({
  lab: Lab,
  guide: Type.String(),
  status: LabStatus,
  lacks: Type.Array(Type.Object({ kind: RuntimeKind, reasons: Type.Array(Type.String()) })),
});
export type LabDetail = Static<typeof LabDetail>;

export const StartLab = Type.Object(
  { runtime: Type.Optional(RuntimeKind), router: RouterChoice },
  { additionalProperties: false },
);
export type StartLab = Static<typeof StartLab>;

/** Body of POST /labs/:id/points. */
export const AskPoints = Type.Object({ all: Type.Boolean() }, { additionalProperties: false });

/** Body of POST /labs/:id/routers/:name/start. */
export const StartRouter = Type.Object({ router: RouterChoice }, { additionalProperties: false });
export type StartRouter = Static<typeof StartRouter>;

/** Body of POST /labs/:id/routers/:name/second/start. */
export const StartSecond = Type.Object({ router: SecondChoice }, { additionalProperties: false });
export type StartSecond = Static<typeof StartSecond>;

/** Body of POST /labs/:id/checks/run: those named, in the lab's order, or all. */
export const RunChecks = Type.Object(
  { checks: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 200 })) },
  { additionalProperties: false },
);
export type RunChecks = Static<typeof RunChecks>;

/** Body of POST /session. */
export const Credentials = Type.Object(
  { password: Type.String({ minLength: 1, maxLength: 1000 }) },
  { additionalProperties: false },
);
export type Credentials = Static<typeof Credentials>;

export const Session = Type.Object({ authenticated: Type.Boolean(), passwordRequired: Type.Boolean() });
export type Session = Static<typeof Session>;
