import type { Action } from '../../../../protocols/openflow/v10/action.ts';
import { portNumbers } from '../../../../protocols/openflow/v10/port.ts';
import { eitherFault, icmpPorts, laterFragment, tableInEntry } from '../differences.ts';
import { arp, bob, ping, plain, protocol, tcp, udp, udpWithoutChecksum, withVlan } from '../frames.ts';
import { bytesOf, dumpFlows, flowMod, output, packetOut, patched, resized, toController } from '../messages.ts';
import { except, frameIn, type Sequence, type Step, send, type Topic } from '../sequence.ts';

const { InPort, Flood, All, Normal, Table, Local, None, Max } = portNumbers;
const through = (name: string, actions: readonly Action[], ...frames: readonly Uint8Array[]): Sequence => ({
  name: `actions: ${name}`,
  steps: [send(flowMod({ actions })), ...frames.map((frame) => frameIn(1, frame)), dumpFlows],
});

const mac = '0a:0b:0c:0d:0e:0f';
const vid = (vlanVid: number): Action => ({ kind: 'setVlanVid', vlanVid });
const pcp = (vlanPcp: number): Action => ({ kind: 'setVlanPcp', vlanPcp });
const strip: Action = { kind: 'stripVlan' };
const dlSrc: Action = { kind: 'setDlSrc', address: mac };
const dlDst: Action = { kind: 'setDlDst', address: mac };
const nwSrc: Action = { kind: 'setNwSrc', address: '192.168.77.1' };
const nwDst: Action = { kind: 'setNwDst', address: '192.168.77.2' };
const tos = (nwTos: number): Action => ({ kind: 'setNwTos', nwTos });
const tpSrc: Action = { kind: 'setTpSrc', port: 4242 };
const tpDst: Action = { kind: 'setTpDst', port: 4343 };
const enqueue = (port: number, queueId: number): Action => ({ kind: 'enqueue', port, queueId });
const two = output(2);

/** Every frame that a rewriting action may meet. */
const every = [
  plain(),
  arp(),
  ping(),
  udp(),
  udp({ size: 21 }),
  udpWithoutChecksum(),
  tcp(),
  tcp({ size: 1, tos: 0xb8 }),
] as const;
const tagged = every.map((frame) => withVlan(frame, 5, 2));
const strange = [
  udp({ fragment: 0x2000 }),
  udp({ fragment: 0x2010 }),
  udp({ options: [1, 1, 1, 1] }),
  udp({ padding: 6, size: 2 }),
  protocol(17, [0, 1]),
  protocol(47, [1, 2, 3, 4, 5]),
  ping().subarray(0, 30),
  withVlan(withVlan(udp(), 6), 5),
] as const;

const rewriting: readonly (readonly [string, Action])[] = [
  ['SET_VLAN_VID', vid(9)],
  ['SET_VLAN_PCP', pcp(6)],
  ['STRIP_VLAN', strip],
  ['SET_DL_SRC', dlSrc],
  ['SET_DL_DST', dlDst],
  ['SET_NW_SRC', nwSrc],
  ['SET_NW_DST', nwDst],
  ['SET_NW_TOS', tos(0x48)],
  ['SET_TP_SRC', tpSrc],
  ['SET_TP_DST', tpDst],
];

const known = (sequence: Sequence, { kind }: Action): Sequence => {
  if (kind === 'setNwSrc' || kind === 'setNwDst') return except(sequence, laterFragment);
  return kind === 'setTpSrc' || kind === 'setTpDst' ? except(sequence, icmpPorts) : sequence;
};

export const rewrites: Topic = {
  name: 'actions that rewrite',
  rule: 'ED12',
  sequences: [
    ...rewriting.flatMap(([name, action]) => [
      known(through(`${name} of frames of every kind`, [action, two], ...every), action),
      known(through(`${name} of tagged frames`, [action, two], ...tagged), action),
      known(through(`${name} of strange frames`, [action, two], ...strange), action),
    ]),
    through('the old and the new frame, in order', [two, dlDst, output(3), dlSrc, output(4)], ping()),
    through('a frame to the same port twice, changed in between', [two, nwDst, two], udp()),
    through('rewriting behind the last output is for nobody', [two, dlDst], ping()),
    through('rewriting without an output', [dlDst, dlSrc], ping()),
    except(
      through(
        'all network fields and ports',
        [nwSrc, nwDst, tos(0xfc), tpSrc, tpDst, two],
        udp(),
        tcp(),
        ping(),
        udpWithoutChecksum(),
      ),
      icmpPorts,
    ),
    through(
      'the same field twice: the last counts',
      [vid(3), vid(4), nwDst, { kind: 'setNwDst', address: '1.2.3.4' }, two],
      udp(),
    ),
    through('a tag is put on and taken off', [vid(3), two, strip, output(3)], ping(), withVlan(ping(), 8, 7)),
    through('a priority makes a tag of VLAN 0', [pcp(5), two], ping()),
    through('VID, then priority', [vid(77), pcp(3), two], ping(), withVlan(ping(), 5, 6)),
    through('priority, then VID', [pcp(3), vid(77), two], ping()),
    through('strip an untagged frame', [strip, two], ping()),
    through('strip, then tag', [strip, vid(9), two], withVlan(ping(), 5, 6)),
    through('SET_NW_TOS leaves ECN', [tos(0x48), two], ping({ tos: 0xb3 })),
    through('SET_NW_TOS with ECN bits', [tos(0x4b), two], ping()),
    through('addresses to themselves', [{ kind: 'setNwSrc', address: '10.0.0.1' }, two], udp(), tcp()),
    through('a UDP checksum that becomes 0 is sent as 65535', [{ kind: 'setTpSrc', port: zeroingPort() }, two], udp()),
    except(
      through(
        'a wrong checksum stays wrong',
        [nwSrc, tpDst, two],
        patched(udp(), 40, 1, 2),
        patched(tcp(), 50, 3, 4),
        patched(ping(), 24, 9, 9),
      ),
      icmpPorts,
    ),
    through('SET_NW_* of IPv4 inside 802.1Q with a priority only', [nwSrc, two], withVlan(udp(), 0, 7)),
    except(through('SET_TP_* of ICMP', [tpSrc, tpDst, two], ping()), icmpPorts),
    through('what a rewritten frame looks like to the controller', [dlDst, vid(5), toController()], ping()),
  ],
};

/** The source port that turns the checksum of `udp()` into 0: its sum is what the port adds. */
function zeroingPort(): number {
  const view = new DataView(udp().buffer);
  const sum = view.getUint16(40) + view.getUint16(34);
  return sum > 0xffff ? sum - 0xffff : sum;
}

export const outputs: Topic = {
  name: 'actions that send',
  rule: 'ED13',
  sequences: [
    through('several ports', [output(4), output(2), output(3)], plain()),
    through('the port it came in on is left out', [output(1), two], plain()),
    through('IN_PORT', [output(InPort)], plain()),
    through('IN_PORT and others', [output(InPort), two, output(InPort)], plain()),
    through('FLOOD', [output(Flood)], plain()),
    through('ALL', [output(All)], plain()),
    through('FLOOD, then a port of its own', [output(Flood), two], plain()),
    through('LOCAL', [output(Local), two], plain()),
    through('CONTROLLER', [toController()], plain()),
    through('CONTROLLER and a port', [toController(), two], plain()),
    through('CONTROLLER twice, cut and changed', [toController(20), dlDst, toController(30)], ping()),
    through('NORMAL', [output(Normal)], plain(), plain(bob, '02:00:00:00:00:01')),
    through('NORMAL and a port', [output(Normal), output(3)], plain()),
    through('a port that is not there', [output(99), two], plain()),
    through('the same port twice', [two, two], plain()),
    through('ENQUEUE', [enqueue(2, 0)], plain()),
    through('ENQUEUE of a queue that is not there', [enqueue(2, 55)], plain()),
    through('ENQUEUE IN_PORT', [enqueue(InPort, 0)], plain()),
    through('ENQUEUE to the port it came in on', [enqueue(1, 0), two], plain()),
    through('ENQUEUE, then an output', [enqueue(2, 0), output(3)], plain()),
  ],
};

const refusedActions: readonly (readonly [string, readonly Action[]])[] = [
  ['output to port 0', [output(0)]],
  ['output to NONE', [output(None)]],
  ['output to the highest number there is', [output(Max)]],
  ['output to a reserved number without a meaning', [output(0xff01)]],
  ['ENQUEUE to port 0', [enqueue(0, 0)]],
  ['ENQUEUE to FLOOD', [enqueue(Flood, 0)]],
  ['ENQUEUE to CONTROLLER', [enqueue(portNumbers.Controller, 0)]],
  ['ENQUEUE to a port that is not there', [enqueue(99, 0)]],
  ['a VLAN beyond twelve bits', [vid(0x1005), two]],
  ['VLAN 65535', [vid(0xffff), two]],
  ['VLAN 4095', [vid(4095), two]],
  ['a VLAN priority beyond three bits', [pcp(9), two]],
  ['TOS with ECN', [tos(3), two]],
  ['an unknown type', [{ kind: 'unknown', tag: 12, raw: new Uint8Array(4) }, two]],
  ['a vendor that nobody is', [{ kind: 'vendor', vendor: 0x1234, body: new Uint8Array(8) }]],
  ['a vendor of the smallest size', [{ kind: 'vendor', vendor: 0x1234, body: new Uint8Array(0) }]],
  ['a wrong one behind right ones', [two, dlDst, output(0)]],
  ['three hundred right ones', Array.from({ length: 300 }, () => dlDst)],
];
const outAndIn = (actions: readonly Action[]): readonly Step[] => [
  send(flowMod({ actions })),
  dumpFlows,
  send(packetOut(plain(), actions)),
];

const cut = (name: string, bytes: Uint8Array): Sequence => ({
  name: `actions refused: ${name}`,
  steps: [send(bytes), dumpFlows],
});
/** Bytes of an action begin here in a FLOW_MOD. */
const actionAt = 72;
const simple = bytesOf(flowMod({ actions: [two] }));
const long = bytesOf(flowMod({ actions: [dlSrc] }));

export const refusals: Topic = {
  name: 'actions that are refused',
  rule: 'ED14',
  sequences: [
    ...refusedActions.map(
      ([name, actions]): Sequence => ({ name: `actions refused: ${name}`, steps: outAndIn(actions) }),
    ),
    except(
      { name: 'actions refused: output to TABLE in an entry', steps: [send(flowMod({ actions: [output(Table)] }))] },
      tableInEntry,
    ),
    cut('length 0', patched(simple, actionAt + 2, 0, 0)),
    cut('length 4', patched(simple, actionAt + 2, 0, 4)),
    cut('length 7', patched(simple, actionAt + 2, 0, 7)),
    cut('length 12', patched(resized(simple, 4), actionAt + 2, 0, 12)),
    cut('length 16 of an output', patched(resized(simple, 8), actionAt + 2, 0, 16)),
    cut('length beyond the message', patched(simple, actionAt + 2, 0, 16)),
    cut('length 8 of an action of 16', patched(long, actionAt + 2, 0, 8)),
    cut('length 24 of an action of 16', patched(resized(long, 8), actionAt + 2, 0, 24)),
    cut('cut in the middle of an action', resized(long, -8)),
    cut('four bytes behind the last action', resized(simple, 4)),
    cut('one byte behind the last action', resized(simple, 1)),
    cut('eight zero bytes behind the last action', resized(simple, 8)),
    except(cut('an unknown type with length 0', patched(simple, actionAt, 0, 99, 0, 0)), eitherFault),
    cut('an unknown type with length 12', patched(resized(simple, 4), actionAt, 0, 99, 0, 12)),
    cut('a vendor without a vendor', patched(resized(simple, -4), actionAt, 0xff, 0xff, 0, 4)),
    cut('padding that is not zero', patched(bytesOf(flowMod({ actions: [strip, two] })), actionAt + 4, 1, 2, 3, 4)),
    {
      name: 'actions refused: in PACKET_OUT, their length beyond the message',
      steps: [send(patched(bytesOf(packetOut(new Uint8Array(0), [two])), 14, 0, 80))],
    },
    {
      name: 'actions refused: in PACKET_OUT, their length not a multiple of 8',
      steps: [send(patched(bytesOf(packetOut(plain(), [two])), 14, 0, 5))],
    },
    {
      name: 'actions refused: in PACKET_OUT, a length of 0 makes all of it a frame',
      steps: [send(patched(bytesOf(packetOut(plain(), [two])), 14, 0, 0))],
    },
  ],
};
