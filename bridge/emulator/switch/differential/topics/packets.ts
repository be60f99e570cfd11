import type { Action } from '../../../../protocols/openflow/v10/action.ts';
import { noBuffer } from '../../../../protocols/openflow/v10/bodies.ts';
import { messageTypes } from '../../../../protocols/openflow/v10/header.ts';
import type { MessageOf } from '../../../../protocols/openflow/v10/message.ts';
import { portNumbers } from '../../../../protocols/openflow/v10/port.ts';
import { vendorError } from '../differences.ts';
import { alice, arp, bob, everybody, llc, ping, plain, tcp, udp, withVlan } from '../frames.ts';
import {
  bytesOf,
  dumpFlows,
  flowMod,
  forward,
  output,
  packetOut,
  rawMessage,
  resized,
  setConfig,
  toController,
} from '../messages.ts';
import { type Context, except, frameIn, type Sequence, type Step, send, sendWith, type Topic } from '../sequence.ts';

const { InPort, Flood, All, Normal, Table, Local, Controller, None } = portNumbers;
const out = (
  name: string,
  actions: readonly Action[],
  fields: Partial<MessageOf<'packetOut'>> = {},
  before: readonly Step[] = [],
): Sequence => ({
  name: `PACKET_OUT ${name}`,
  steps: [...before, send(packetOut(fields.data ?? plain(), actions, fields)), dumpFlows],
});
const toThree: Step = send(forward({ dlDst: bob.mac }, [3]));

export const packetOuts: Topic = {
  name: 'PACKET_OUT',
  rule: 'ED15',
  sequences: [
    out('to a port', [output(2)]),
    out('to several ports', [output(2), output(4), output(2)]),
    out('without actions', []),
    out('of no bytes', [output(2)], { data: new Uint8Array(0) }),
    out('of thirteen bytes', [output(2)], { data: plain().subarray(0, 13) }),
    out('of fourteen bytes', [output(2)], { data: plain().subarray(0, 14) }),
    out('of twenty bytes', [output(2)], { data: ping().subarray(0, 20) }),
    out('of 1514 bytes', [output(2)], { data: plain(alice, bob.mac, 1500) }),
    out('with a tag', [output(2)], { data: withVlan(ping(), 5, 3) }),
    ...[1, None, Controller, Local].flatMap((inPort) => [
      out(`from ${inPort} to ALL`, [output(All)], { inPort }),
      out(`from ${inPort} to FLOOD`, [output(Flood)], { inPort }),
      out(`from ${inPort} to IN_PORT`, [output(InPort), output(2)], { inPort }),
      out(`from ${inPort} to NORMAL`, [output(Normal)], { inPort }),
      out(`from ${inPort} to CONTROLLER`, [toController()], { inPort }),
      out(`from ${inPort} to TABLE, an entry there`, [output(Table)], { inPort }, [toThree]),
      out(`from ${inPort} to TABLE, no entry there`, [output(Table)], { inPort }),
    ]),
    out('from a port to itself', [output(1), output(2)], { inPort: 1 }),
    out('from a port that is not there', [output(2)], { inPort: 88 }),
    out('from port 0', [output(2)], { inPort: 0 }),
    ...[Flood, All, InPort, Normal, Table].map((inPort) =>
      except(out(`from ${inPort}, which no frame comes from`, [output(2)], { inPort }), vendorError),
    ),
    out('to a port that is not there', [output(99)]),
    out('to LOCAL', [output(Local), output(2)]),
    out(
      'to TABLE, rewritten before',
      [{ kind: 'setDlDst', address: bob.mac }, output(Table)],
      { data: everybody(), inPort: 1 },
      [toThree],
    ),
    out('to TABLE and to a port', [output(Table), output(4)], { inPort: 1 }, [toThree]),
    out('to TABLE whose entry sends it back', [output(Table)], { inPort: 3 }, [toThree]),
    out(
      'rewritten and sent',
      [{ kind: 'setNwDst', address: '9.9.9.9' }, output(2), { kind: 'setTpSrc', port: 5 }, output(3)],
      { data: udp() },
    ),
    out('to CONTROLLER, cut', [toController(30)], { inPort: 2, data: ping() }),
    out('to CONTROLLER of 0 bytes', [toController(0)], { inPort: 2, data: ping() }),
    out('of a buffer that is not there', [output(2)], { bufferId: 7 }),
    out('of a buffer that is not there, with data', [output(2)], { bufferId: 0x100, data: ping() }),
    out('of buffer 0', [output(2)], { bufferId: 0 }),
    { name: 'PACKET_OUT cut in its head', steps: [send(rawMessage(messageTypes.packetOut, [255, 255, 255, 255]))] },
    {
      name: 'PACKET_OUT cut in its actions',
      steps: [send(resized(bytesOf(packetOut(new Uint8Array(0), [output(2)])), -4))],
    },
    {
      name: 'many PACKET_OUTs in one write',
      steps: [
        send(...Array.from({ length: 20 }, (_, i) => packetOut(plain(alice, bob.mac, 46 + i), [output(2 + (i % 3))]))),
      ],
    },
  ],
};

/** As controllers do: the buffer where there is one, the bytes otherwise. */
const answer = (actions: readonly Action[], fields: Partial<MessageOf<'packetOut'>> = {}): Step =>
  sendWith('PACKET_OUT of what came', (context: Context) => {
    const { bufferId, inPort, data } = context.packetIn();
    return [packetOut(bufferId === noBuffer ? data : new Uint8Array(0), actions, { bufferId, inPort, ...fields })];
  });
const install = (make: (bufferId: number, context: Context) => MessageOf<'flowMod'>): Step =>
  sendWith('FLOW_MOD of what came', (context) => {
    const { bufferId, inPort, data } = context.packetIn();
    const mod = make(bufferId, context);
    return bufferId === noBuffer ? [mod, packetOut(data, [output(portNumbers.Table)], { inPort })] : [mod];
  });

const missed = (name: string, frame: Uint8Array, length?: number): Sequence => ({
  name: `PACKET_IN ${name}`,
  steps: [...(length === undefined ? [] : [send(setConfig(length))]), frameIn(1, frame)],
});
const ipOnly = { dlType: 0x0800 };

export const packetIns: Topic = {
  name: 'PACKET_IN',
  rule: 'ED16',
  sequences: [
    missed('of a frame that matches nothing', plain()),
    missed('of ARP', arp()),
    missed('of a tagged frame', withVlan(ping(), 5, 3)),
    missed('of a frame of 1514 bytes', plain(alice, bob.mac, 1500)),
    missed('of a frame of its head only', plain().subarray(0, 14)),
    missed('of 802.3', llc()),
    missed('of spanning tree’s address', plain(alice, '01:80:c2:00:00:00')),
    ...[0, 1, 14, 60, 128, 0xffff].map((length) => missed(`with miss_send_len ${length}`, ping({ size: 200 }), length)),
    ...[0, 1, 40, 1000, 0xffff].map(
      (length): Sequence => ({
        name: `PACKET_IN by action with max_len ${length}`,
        steps: [send(flowMod({ actions: [toController(length)] })), frameIn(2, ping({ size: 200 })), dumpFlows],
      }),
    ),
    {
      name: 'PACKET_IN by an entry of priority 0 that matches everything',
      steps: [send(flowMod({ priority: 0, actions: [toController()] })), frameIn(1, ping())],
    },
    {
      name: 'PACKET_INs of several ports',
      steps: [frameIn(1, plain()), frameIn(2, plain(bob)), frameIn(3, ping()), frameIn(4, arp())],
    },
    { name: 'PACKET_IN, then PACKET_OUT of it', steps: [frameIn(1, ping()), answer([output(2)])] },
    { name: 'PACKET_IN, then PACKET_OUT of it to FLOOD', steps: [frameIn(2, everybody()), answer([output(Flood)])] },
    {
      name: 'PACKET_IN cut to 20 bytes, then PACKET_OUT of it',
      steps: [send(setConfig(20)), frameIn(1, ping({ size: 100 })), answer([output(3)])],
    },
    {
      name: 'PACKET_IN, then PACKET_OUT of it to TABLE',
      steps: [frameIn(1, ping()), send(forward({}, [4])), answer([output(Table)])],
    },
    {
      name: 'PACKET_IN, then PACKET_OUT of it without actions',
      steps: [frameIn(1, ping()), answer([]), frameIn(1, ping())],
    },
    {
      name: 'PACKET_IN, then a FLOW_MOD for it',
      steps: [
        frameIn(1, ping()),
        install((bufferId) => forward(ipOnly, [2], { bufferId })),
        frameIn(1, ping()),
        dumpFlows,
      ],
    },
    {
      name: 'PACKET_IN, then a FLOW_MOD modify for it',
      steps: [
        frameIn(1, ping()),
        install((bufferId) => forward(ipOnly, [2], { bufferId, command: 'modify' })),
        dumpFlows,
      ],
    },
    {
      name: 'PACKET_IN, then a FLOW_MOD of something else',
      steps: [frameIn(1, plain()), send(forward(ipOnly, [2])), frameIn(1, plain()), frameIn(1, tcp())],
    },
    {
      name: 'a hundred PACKET_INs',
      steps: [...Array.from({ length: 100 }, (_, i) => frameIn(1 + (i % 4), plain(alice, bob.mac, 46 + i)))],
    },
    {
      name: 'miss_send_len does not count for an action',
      steps: [send(setConfig(10)), send(flowMod({ actions: [toController(50)] })), frameIn(1, ping({ size: 100 }))],
    },
    {
      name: 'PACKET_IN of what an action changed',
      steps: [
        send(
          flowMod({ actions: [{ kind: 'setVlanVid', vlanVid: 9 }, toController(), { kind: 'stripVlan' }, output(2)] }),
        ),
        frameIn(1, ping()),
      ],
    },
  ],
};
