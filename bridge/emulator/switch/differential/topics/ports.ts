import { messageTypes } from '../../../../protocols/openflow/v10/header.ts';
import type { MessageOf } from '../../../../protocols/openflow/v10/message.ts';
import { portNumbers } from '../../../../protocols/openflow/v10/port.ts';
import { defaultQueue, dummyDown, noPacketInIgnored, noRecvCounted } from '../differences.ts';
import { everybody, plain } from '../frames.ts';
import { flowMod, forward, output, packetOut, rawMessage, stats, toController } from '../messages.ts';
import { type Context, except, frameIn, type Sequence, type Step, send, sendWith, type Topic } from '../sequence.ts';

type PortMod = MessageOf<'portMod'>;
type Bits = PortMod['config'];

const message = (context: Context, port: number, fields: Partial<PortMod>): PortMod => ({
  kind: 'portMod',
  xid: 0,
  port,
  mac: context.macOf(port),
  config: [],
  mask: [],
  advertise: [],
  ...fields,
});
const mod = (port: number, config: Bits, mask: Bits = config, fields: Partial<PortMod> = {}): Step =>
  sendWith(`PORT_MOD of ${port}: ${config.join(' ') || 'nothing'} of ${mask.join(' ') || 'nothing'}`, (context) => [
    message(context, port, { config, mask, ...fields }),
  ]);
const features = send({ kind: 'featuresRequest', xid: 0 });
const flood: Step = send(forward({}, [portNumbers.Flood]));
const one: Step = send(forward({}, [2]));
const out = (port: number): Step => send(packetOut(plain(), [output(port)]));

/** A bit is set, seen in its effect on what comes in and goes out, and taken back. */
const effect = (bit: Bits[number]): Sequence => ({
  name: `PORT_MOD ${bit} and back`,
  steps: [
    mod(2, [bit]),
    features,
    frameIn(2, plain()),
    flood,
    frameIn(1, everybody()),
    frameIn(2, everybody()),
    send(forward({}, [2, 3])),
    frameIn(1, plain()),
    out(2),
    out(portNumbers.Flood),
    out(portNumbers.All),
    mod(2, [], [bit]),
    features,
    frameIn(1, plain()),
    frameIn(2, plain()),
  ],
});

export const ports: Topic = {
  name: 'ports',
  rule: 'ED18',
  sequences: [
    except(effect('portDown'), dummyDown(2, 12)),
    ...(['noStp', 'noRecv', 'noRecvStp', 'noFlood', 'noFwd'] as const).map(effect),
    except(effect('noPacketIn'), noPacketInIgnored),
    { name: 'PORT_MOD without a mask changes nothing', steps: [mod(2, ['portDown', 'noFlood'], []), features] },
    {
      name: 'PORT_MOD of two bits, only one in the mask',
      steps: [mod(2, ['noFlood', 'noFwd'], ['noFlood']), features],
    },
    { name: 'PORT_MOD of two bits', steps: [mod(2, ['noFlood', 'noFwd']), features] },
    { name: 'PORT_MOD twice the same', steps: [mod(2, ['noFlood']), mod(2, ['noFlood']), features] },
    {
      name: 'PORT_MOD with what to advertise',
      steps: [mod(2, [], [], { advertise: ['hundredMbFull', 'copper'] }), features],
    },
    { name: 'PORT_MOD of a port that is not there', steps: [mod(77, ['noFlood'])] },
    { name: 'PORT_MOD of port 0', steps: [mod(0, ['noFlood'])] },
    { name: 'PORT_MOD of ALL', steps: [mod(portNumbers.All, ['noFlood'])] },
    { name: 'PORT_MOD of NONE', steps: [mod(portNumbers.None, ['noFlood'])] },
    {
      name: 'PORT_MOD with a wrong address',
      steps: [mod(2, ['noFlood'], ['noFlood'], { mac: '02:ff:ff:ff:ff:ff' }), features],
    },
    {
      name: 'PORT_MOD with the address of another port',
      steps: [
        sendWith('PORT_MOD', (context) => [
          message(context, 2, { mac: context.macOf(3), config: ['portDown'], mask: ['portDown'] }),
        ]),
        features,
      ],
    },
    { name: 'PORT_MOD, cut', steps: [send(rawMessage(messageTypes.portMod, new Uint8Array(20)))] },
    { name: 'PORT_MOD, too long', steps: [send(rawMessage(messageTypes.portMod, new Uint8Array(32)))] },
    except(
      {
        name: 'a port that is down forwards for nobody, the others do',
        steps: [
          mod(2, ['portDown']),
          one,
          frameIn(1, plain()),
          send(forward({}, [2, 3])),
          frameIn(1, plain()),
          mod(2, [], ['portDown']),
          frameIn(1, plain()),
        ],
      },
      dummyDown(2, 5),
    ),
    except(
      {
        name: 'a port that is down still counts what it dropped',
        steps: [mod(2, ['portDown']), one, frameIn(1, plain()), send(stats({ kind: 'port', flags: [], port: 2 }))],
      },
      dummyDown(2, 4),
    ),
    except(
      {
        name: 'NO_PACKET_IN does not hold back what an action sends to the controller',
        steps: [
          mod(2, ['noPacketIn']),
          frameIn(2, plain()),
          send(flowMod({ actions: [toController()] })),
          frameIn(2, plain()),
        ],
      },
      noPacketInIgnored,
    ),
    {
      name: 'NO_FLOOD leaves ALL',
      steps: [
        mod(3, ['noFlood']),
        send(forward({}, [portNumbers.All])),
        frameIn(1, plain()),
        send(forward({}, [portNumbers.Flood])),
        frameIn(1, plain()),
      ],
    },
    { name: 'NO_FWD on the port it comes from', steps: [mod(1, ['noFwd']), one, frameIn(1, plain())] },
    except(
      {
        name: 'NO_RECV drops before the table',
        steps: [
          mod(1, ['noRecv']),
          one,
          frameIn(1, plain()),
          send(stats({ kind: 'flow', flags: [], match: flowMod().match, tableId: 255, outPort: portNumbers.None })),
        ],
      },
      noRecvCounted,
    ),
    except(
      { name: 'QUEUE_GET_CONFIG of a port', steps: [send({ kind: 'queueGetConfigRequest', xid: 0, port: 1 })] },
      defaultQueue,
    ),
    {
      name: 'QUEUE_GET_CONFIG of a port that is not there',
      steps: [send({ kind: 'queueGetConfigRequest', xid: 0, port: 77 })],
    },
    ...[0, portNumbers.All, portNumbers.None, portNumbers.Local, portNumbers.Flood].map(
      (port): Sequence => ({
        name: `QUEUE_GET_CONFIG of ${port}`,
        steps: [send({ kind: 'queueGetConfigRequest', xid: 0, port })],
      }),
    ),
    { name: 'QUEUE_GET_CONFIG, cut', steps: [send(rawMessage(messageTypes.queueGetConfigRequest, [0, 1]))] },
  ],
};
