import { type Static, Type } from 'typebox';
import { LabId } from './lab.ts';
import { CommentCount } from './notes.ts';

export const RuntimeKind = Type.Union([Type.Literal('mininet'), Type.Literal('emulated')]);
export type RuntimeKind = Static<typeof RuntimeKind>;

/** The one error body: RFC 9457's shape with the project's code. */
export const Problem = Type.Object({
  code: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
});
export type Problem = Static<typeof Problem>;

/** The router of a lab: the reference, a program on this machine, or one that connects over the network. */
export const RouterChoice = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('reference'),
      flags: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 8 })),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      kind: Type.Literal('command'),
      /** The program and its arguments; never a shell string. */
      argv: Type.Array(Type.String({ maxLength: 1000 }), { minItems: 1, maxItems: 64 }),
      cwd: Type.String({ minLength: 1, maxLength: 4096 }),
    },
    { additionalProperties: false },
  ),
  Type.Object({ kind: Type.Literal('network') }, { additionalProperties: false }),
]);
export type RouterChoice = Static<typeof RouterChoice>;

/** What may stand beside a router: any but one over the network, for which there is no place to connect to. */
export const SecondChoice = Type.Union([RouterChoice.anyOf[0], RouterChoice.anyOf[1]]);
export type SecondChoice = Static<typeof SecondChoice>;

export const ChipId = Type.Union([
  Type.Literal('network'),
  Type.Literal('switch'),
  Type.Literal('controller'),
  Type.Literal('vns'),
  Type.Literal('router'),
  Type.Literal('hosts'),
]);
export type ChipId = 'network' | 'switch' | 'controller' | 'vns' | 'router' | 'hosts';

/** One readiness chip: what it waits for and on whom is in `detail`. `sinceMs` is wall time, Unix epoch. */
export const Chip = Type.Object({
  id: ChipId,
  label: Type.String(),
  state: Type.Union([Type.Literal('idle'), Type.Literal('waiting'), Type.Literal('ok'), Type.Literal('failed')]),
  detail: Type.String(),
  sinceMs: Type.Number(),
});
export type Chip = Static<typeof Chip>;

export const SwitchStatus = Type.Object({
  name: Type.String(),
  dpid: Type.String(),
  connected: Type.Boolean(),
  /** Description from OFPST_DESC where the switch gave one: "Open vSwitch 3.1.0". */
  description: Type.String(),
  ports: Type.Array(Type.Object({ port: Type.Integer(), name: Type.String(), mac: Type.String(), up: Type.Boolean() })),
});
export type SwitchStatus = Static<typeof SwitchStatus>;

/** What became of a router's process; `lastPacket` is the last frame it was given before it ended. */
export const RouterProcess = Type.Object({
  state: Type.Union([Type.Literal('running'), Type.Literal('ended')]),
  choice: RouterChoice,
  command: Type.String(),
  pid: Type.Integer(),
  startedMs: Type.Number(),
  endedMs: Type.Optional(Type.Number()),
  exitCode: Type.Optional(Type.Integer()),
  /** Name of the signal that ended it (SIGSEGV). */
  signal: Type.Optional(Type.String()),
  /** True when the lab ended it on purpose. */
  stopped: Type.Boolean(),
  packetsRouted: Type.Integer(),
  lastPacket: Type.Optional(Type.Object({ seq: Type.Integer(), msBefore: Type.Number() })),
});
export type RouterProcess = Static<typeof RouterProcess>;

/** From which record on a second build cannot be compared, and why. */
export const SecondUntil = Type.Object({
  seq: Type.Integer(),
  why: Type.Union([Type.Literal('queue full'), Type.Literal('flood'), Type.Literal('ended')]),
});

/** A program beside a router's own: it is given the same frames, and what it sends is compared and goes nowhere. */
export const SecondStatus = Type.Object({
  state: Type.Union([Type.Literal('absent'), Type.Literal('parked'), Type.Literal('ready'), Type.Literal('ended')]),
  /** Frames that it was given and that it sent. */
  toRouter: Type.Integer(),
  fromRouter: Type.Integer(),
  /** Frames for which its queue had no room. */
  dropped: Type.Integer(),
  /** Of what it sent: too many at once, or nothing that can be compared. */
  ignored: Type.Integer(),
  /** Its ARP requests that were answered from what the router knew (simulated). */
  answered: Type.Integer(),
  /** Frames given since it last sent one, and for how long it has been silent about them. */
  unanswered: Type.Integer(),
  silentMs: Type.Number(),
  /** Why its connection is over, '' while it is not. */
  endedBecause: Type.String(),
  until: Type.Optional(SecondUntil),
  process: Type.Optional(RouterProcess),
});
export type SecondStatus = Static<typeof SecondStatus>;

export const RouterStatus = Type.Object({
  name: Type.String(),
  vhost: Type.String(),
  /** absent → connected (handshake) → parked (switch not up yet) → ready (HWINFO sent). */
  state: Type.Union([Type.Literal('absent'), Type.Literal('connected'), Type.Literal('parked'), Type.Literal('ready')]),
  peer: Type.String(),
  interfaces: Type.Array(
    Type.Object({
      name: Type.String(),
      port: Type.Integer(),
      address: Type.String(),
      mask: Type.String(),
      /** Empty until the switch told its ports. */
      mac: Type.String(),
    }),
  ),
  process: Type.Optional(RouterProcess),
  /** Left out where none was ever started. */
  second: Type.Optional(SecondStatus),
});
export type RouterStatus = Static<typeof RouterStatus>;

export const TerminalInfo = Type.Object({
  id: Type.String(),
  title: Type.String(),
  kind: Type.Union([Type.Literal('mininet'), Type.Literal('router'), Type.Literal('second'), Type.Literal('host')]),
  /** Host name, for kind host. */
  host: Type.Optional(Type.String()),
  state: Type.Union([Type.Literal('running'), Type.Literal('ended')]),
  /** True while its program is not at a prompt: buttons that type into it are off. */
  busy: Type.Boolean(),
  exitCode: Type.Optional(Type.Integer()),
  signal: Type.Optional(Type.String()),
});
export type TerminalInfo = Static<typeof TerminalInfo>;

export const Counters = Type.Object({
  /** Records in the log since the lab started, and how many of the oldest are no longer kept. */
  logged: Type.Integer(),
  forgotten: Type.Integer(),
  packetsIn: Type.Integer(),
  packetsOut: Type.Integer(),
  packetsPerSecond: Type.Number(),
  /** Dropped frames by cause. */
  drops: Type.Record(Type.String(), Type.Integer()),
  /** Router's time between to_router and its next from_router is not measured here: VNS has no correlation id. */
  dispatchP50Us: Type.Number(),
  dispatchP99Us: Type.Number(),
});
export type Counters = Static<typeof Counters>;

/** The points outside of the bridge: host.tx, sw.rx, sw.tx, host.rx, losses of links. */
export const PointsStatus = Type.Object({
  /** Somebody wants them; they are watched while a page looks, too. */
  asked: Type.Boolean(),
  watching: Type.Boolean(),
  /** Frames logged there, and frames that were too many to be logged. */
  seen: Type.Integer(),
  missed: Type.Integer(),
  /** Frames that a switch forwarded by a flow entry: the controller, and so the bridge, did not have them. */
  bypassed: Type.Integer(),
  /** Why they cannot be watched, a sentence; '' where they can. */
  why: Type.String(),
});
export type PointsStatus = Static<typeof PointsStatus>;

const LinkQueue = Type.Object({ waiting: Type.Integer(), limit: Type.Integer() });

/** Frames that wait for a link's bandwidth; `link` is its place in the lab, `there` from its a to its b. */
export const LinkQueues = Type.Object({ link: Type.Integer(), there: LinkQueue, back: LinkQueue });
export type LinkQueues = Static<typeof LinkQueues>;

/** What people have set that changes frames or their timing: the page's banner. Left out before the controller runs. */
const WorkbenchStatus = Type.Object({
  /** Frames held at breakpoints. */
  held: Type.Integer(),
  /** Breakpoints that are on. */
  breakpoints: Type.Integer(),
  faults: Type.Integer(),
  replaying: Type.Boolean(),
  /** Times are not the network's own. */
  distorted: Type.Boolean(),
  /** The router's program stands still, where this machine runs it. */
  stopsRouter: Type.Boolean(),
});

export const LabStatus = Type.Object({
  lab: LabId,
  phase: Type.Union([
    Type.Literal('stopped'),
    Type.Literal('starting'),
    Type.Literal('running'),
    Type.Literal('stopping'),
    Type.Literal('failed'),
  ]),
  runtime: RuntimeKind,
  startedMs: Type.Number(),
  error: Type.Optional(Problem),
  chips: Type.Array(Chip),
  switches: Type.Array(SwitchStatus),
  routers: Type.Array(RouterStatus),
  hosts: Type.Array(Type.Object({ name: Type.String(), ready: Type.Boolean() })),
  vns: Type.Object({ host: Type.String(), port: Type.Integer() }),
  openflow: Type.String(),
  terminals: Type.Array(TerminalInfo),
  counters: Counters,
  workbench: Type.Optional(WorkbenchStatus),
  /** Comments on packets: a page asks for them when the revision is another one. */
  comments: Type.Optional(CommentCount),
  viewers: Type.Integer(),
  points: Type.Optional(PointsStatus),
  /** Of links that have a bandwidth, where the runtime can tell; left out where it cannot. */
  queues: Type.Optional(Type.Array(LinkQueues)),
  /** Things a person should know that are not errors: "No netem in this kernel: delay and loss are off." */
  notes: Type.Array(Type.String()),
});
export type LabStatus = Static<typeof LabStatus>;

/** Something that happened, for the page's live region and the rows between packets; `afterSeq` places it in the log. */
export const LabEvent = Type.Object({
  id: Type.Integer(),
  atMs: Type.Number(),
  afterSeq: Type.Integer(),
  level: Type.Union([Type.Literal('info'), Type.Literal('warn'), Type.Literal('bad')]),
  text: Type.String(),
  reason: Type.String(),
});
export type LabEvent = Static<typeof LabEvent>;
