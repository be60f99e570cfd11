import { type Static, Type } from 'typebox';

/**
 * lab.json: a lab is data. One schema feeds Mininet, the bridge, the map and the grader; unknown keys are refused.
 * Commands are argv arrays, never shell strings.
 */
const strict = { additionalProperties: false } as const;

/** A node's name: it becomes part of an interface name (`sw0-eth1`), and the kernel allows 15 characters. */
export const NodeName = Type.String({
  pattern: '^[A-Za-z][A-Za-z0-9]{0,9}$',
  description: 'a name of 1 to 10 letters and digits that begins with a letter',
});
export const LabId = Type.String({
  pattern: '^[a-z][a-z0-9-]{0,39}$',
  description: 'an id of 1 to 40 small letters, digits and dashes that begins with a letter',
});
const Ipv4 = Type.String({ pattern: '^(\\d{1,3}\\.){3}\\d{1,3}$', description: 'an IPv4 address' });
const Cidr = Type.String({
  pattern: '^(\\d{1,3}\\.){3}\\d{1,3}/\\d{1,2}$',
  description: 'an IPv4 address and its prefix length, like 10.0.1.100/32',
});
const Mac = Type.String({
  pattern: '^([0-9a-f]{2}:){5}[0-9a-f]{2}$',
  description: 'a MAC address in small letters, like 02:00:00:00:00:01',
});
const Text = Type.String({ minLength: 1, maxLength: 400 });
const Argv = Type.Array(Type.String({ maxLength: 400 }), { minItems: 1, maxItems: 40 });

const Service = Type.Object(
  {
    /** http serves a small page; echo and discard are those of RFC 862 and 863; iperf is the server of iperf 2. */
    kind: Type.Union([Type.Literal('http'), Type.Literal('echo'), Type.Literal('discard'), Type.Literal('iperf')]),
    port: Type.Integer({ minimum: 1, maximum: 65535 }),
  },
  strict,
);

export const LabHost = Type.Object(
  {
    name: NodeName,
    role: Type.Union([Type.Literal('server'), Type.Literal('client')]),
    /** Address and prefix length; `/32` with a gateway means a host route to the gateway and a default route through it. */
    address: Cidr,
    mac: Type.Optional(Mac),
    gateway: Type.Optional(Ipv4),
    services: Type.Optional(Type.Array(Service)),
  },
  strict,
);
export type LabHost = Static<typeof LabHost>;

const LabSwitch = Type.Object(
  {
    name: NodeName,
    /** Datapath id, 16 hex digits. */
    dpid: Type.String({ pattern: '^[0-9a-f]{16}$', description: '16 small hex digits' }),
  },
  strict,
);

const LinkEnd = Type.Object(
  {
    node: NodeName,
    /** Switch port number (OpenFlow); left out on hosts. */
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 0xff00 })),
  },
  strict,
);
const Percent = Type.Number({ minimum: 0, maximum: 100 });
/** What the link does to frames, each way by itself; what is left out does not happen. */
const LinkImpairments = Type.Object(
  {
    bandwidthMbps: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 10_000 })),
    delayMs: Type.Optional(Type.Number({ minimum: 0, maximum: 10_000 })),
    jitterMs: Type.Optional(Type.Number({ minimum: 0, maximum: 10_000 })),
    lossPercent: Type.Optional(Percent),
    duplicatePercent: Type.Optional(Percent),
    reorderPercent: Type.Optional(Percent),
    corruptPercent: Type.Optional(Percent),
    /** Frames that wait for the bandwidth at most. */
    queueFrames: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
  },
  strict,
);
export type LinkImpairments = Static<typeof LinkImpairments>;
const LabLink = Type.Object({ a: LinkEnd, b: LinkEnd, impairments: Type.Optional(LinkImpairments) }, strict);

const RouterInterface = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z][a-z0-9]{0,14}$',
      description: 'an interface name of 1 to 15 small letters and digits, like eth1',
    }),
    /** Port of the router's switch that this interface stands for. */
    port: Type.Integer({ minimum: 1, maximum: 0xff00 }),
    address: Ipv4,
    mask: Ipv4,
  },
  strict,
);
const Route = Type.Object({ destination: Ipv4, gateway: Ipv4, mask: Ipv4, interface: Type.String() }, strict);
export const LabRouter = Type.Object(
  {
    name: NodeName,
    /** Virtual host of VNS: the `-v` of a router; a lab with one router accepts any. */
    vhost: Type.String({ minLength: 1, maxLength: 31 }),
    switch: NodeName,
    interfaces: Type.Array(RouterInterface, { minItems: 1, maxItems: 32 }),
    rtable: Type.Array(Route),
  },
  strict,
);
export type LabRouter = Static<typeof LabRouter>;

/** A button of the page: typed into the Mininet terminal as `host argv…`. */
const LabCommand = Type.Object({ id: LabId, label: Text, group: Text, host: NodeName, argv: Argv }, strict);

const FieldValue = Type.Union([Type.String(), Type.Number()]);
const FieldWanted = Type.Union([FieldValue, Type.Array(FieldValue, { minItems: 1, maxItems: 16 })]);

const Count = Type.Object(
  { min: Type.Optional(Type.Integer({ minimum: 0 })), max: Type.Optional(Type.Integer({ minimum: 0 })) },
  strict,
);
/**
 * What a step must show. `${router.eth3.mac}`, `${router.eth3.address}` and `${server1.address}` in a pattern or a field
 * stand for what the running lab knows. Patterns are JavaScript regular expressions, flag `m`.
 */
export const Expectation = Type.Union([
  Type.Object({ kind: Type.Literal('output'), matches: Text, count: Type.Optional(Count), because: Text }, strict),
  Type.Object({ kind: Type.Literal('exit'), codes: Type.Array(Type.Integer()), because: Text }, strict),
  Type.Object(
    {
      kind: Type.Literal('packets'),
      point: Type.String(),
      /** Interface of the router (to_router, from_router) or port of the switch. */
      at: Type.Optional(Type.String()),
      /**
       * Field values by Wireshark name, all of which a packet must have: `{ "icmp.type": 11 }`; with `quoted.` before the
       * name, those of the packet that an ICMP error quotes. A list stands for any of its values: `{ "icmp.seq": [1, 2, 3] }`.
       */
      fields: Type.Record(Type.String(), FieldWanted),
      count: Count,
      because: Text,
    },
    strict,
  ),
]);
export type Expectation = Static<typeof Expectation>;

export const CheckStep = Type.Object(
  {
    host: NodeName,
    argv: Argv,
    timeoutMs: Type.Integer({ minimum: 100, maximum: 120_000 }),
    expect: Type.Array(Expectation, { minItems: 1 }),
  },
  strict,
);
export type CheckStep = Static<typeof CheckStep>;

export const Check = Type.Object(
  {
    id: LabId,
    title: Text,
    points: Type.Number({ exclusiveMinimum: 0, maximum: 1000 }),
    /** The requirement that a failure breaks, in a sentence. */
    requirement: Text,
    /** Steps run at once when they cannot disturb one another. */
    parallel: Type.Optional(Type.Boolean()),
    steps: Type.Array(CheckStep, { minItems: 1 }),
  },
  strict,
);
export type Check = Static<typeof Check>;

/** Where the guide states what a finding, a comparison or a check calls by its rule. */
const LabRequirement = Type.Object(
  {
    /** As the workbench names it: `RT10`. */
    rule: Type.String({ pattern: '^[A-Z]{1,6}[0-9]{1,3}$', description: 'a rule like RT10' }),
    /** Anchor of a heading of guide.md. */
    section: Type.String({ minLength: 1, maxLength: 100 }),
  },
  strict,
);

export const Lab = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    id: LabId,
    title: Text,
    summary: Text,
    /** Longer text of the catalogue's side panel. */
    description: Type.String({ maxLength: 1000 }),
    hours: Type.Number(),
    topics: Type.Array(Text),
    app: Type.Union([Type.Literal('vns-router'), Type.Literal('l2-learning')]),
    hosts: Type.Array(LabHost, { minItems: 1, maxItems: 64 }),
    switches: Type.Array(LabSwitch, { minItems: 1, maxItems: 16 }),
    links: Type.Array(LabLink, { minItems: 1 }),
    routers: Type.Array(LabRouter),
    commands: Type.Array(LabCommand),
    checks: Type.Array(Check),
    requirements: Type.Optional(Type.Array(LabRequirement, { maxItems: 200 })),
  },
  strict,
);
export type Lab = Static<typeof Lab>;
