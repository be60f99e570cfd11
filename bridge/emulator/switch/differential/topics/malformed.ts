import { messageTypes } from '../../../../protocols/openflow/v10/header.ts';
import { eitherFault, errorAnswered, errorVersion } from '../differences.ts';
import { plain } from '../frames.ts';
import {
  barrier,
  bytesOf,
  dumpFlows,
  flowMod,
  forward,
  output,
  packetOut,
  patched,
  rawMessage,
  resized,
  setConfig,
} from '../messages.ts';
import { except, type Sequence, send, type Topic } from '../sequence.ts';

const getConfig = { kind: 'getConfigRequest', xid: 0 } as const;
const raw = (name: string, ...bytes: readonly Uint8Array[]): Sequence => ({
  name: `malformed: ${name}`,
  steps: [send(...bytes), send(getConfig)],
});
const body = (length: number) => new Uint8Array(length);

/** Body length of the messages that have a fixed one, as a controller sends them. */
const fixed = {
  featuresRequest: 0,
  getConfigRequest: 0,
  setConfig: 4,
  portMod: 24,
  barrierRequest: 0,
  queueGetConfigRequest: 4,
} as const;
const fixedNames = [
  'featuresRequest',
  'getConfigRequest',
  'setConfig',
  'portMod',
  'barrierRequest',
  'queueGetConfigRequest',
] as const;

export const malformed: Topic = {
  name: 'malformed messages',
  rule: 'ED20',
  sequences: [
    ...[22, 23, 64, 99, 255].map((type) => raw(`type ${type}`, rawMessage(type, body(8)))),
    raw('type 22 without a body', rawMessage(22, [])),
    raw('an unknown type of 300 bytes is quoted to its 64th', rawMessage(99, body(292))),
    ...fixedNames.map((name) =>
      raw(`${name}, eight bytes too long`, rawMessage(messageTypes[name], body(fixed[name] + 8))),
    ),
    ...fixedNames
      .filter((name) => fixed[name] > 0)
      .map((name) => raw(`${name} without its body`, rawMessage(messageTypes[name], []))),
    ...fixedNames
      .filter((name) => fixed[name] > 0)
      .map((name) => raw(`${name}, a byte short`, rawMessage(messageTypes[name], body(fixed[name] - 1)))),
    ...[0, 2, 3, 4, 5, 6, 99, 255].map((version) =>
      except(
        raw(
          `version ${version} after version 1 was agreed`,
          rawMessage(messageTypes.getConfigRequest, [], { version }),
        ),
        errorVersion,
      ),
    ),
    raw('ECHO_REQUEST of version 4', rawMessage(messageTypes.echoRequest, [1, 2], { version: 4 })),
    except(raw('an unknown type of version 2', rawMessage(88, [1, 2], { version: 2 })), errorVersion),
    ...[0, 1, 7].map((length) => raw(`a length of ${length}`, rawMessage(messageTypes.echoRequest, [], { length }))),
    raw(
      'a length of 7, then a right message',
      rawMessage(messageTypes.echoRequest, [], { length: 7 }),
      bytesOf(getConfig),
    ),
    raw('FLOW_MOD without its body', rawMessage(messageTypes.flowMod, [])),
    raw('FLOW_MOD, a byte short', resized(bytesOf(flowMod()), -1)),
    raw('FLOW_MOD, a byte too long', resized(bytesOf(flowMod()), 1)),
    except(raw('FLOW_MOD of version 4', patched(bytesOf(flowMod()), 0, 4)), errorVersion),
    raw('PACKET_OUT without its body', rawMessage(messageTypes.packetOut, [])),
    raw('PACKET_OUT, a byte short', rawMessage(messageTypes.packetOut, body(7))),
    raw('STATS_REQUEST without its body', rawMessage(messageTypes.statsRequest, [])),
    except(
      raw('HELLO of version 9 with rubbish', rawMessage(messageTypes.hello, [9, 9, 9], { version: 9 })),
      errorVersion,
    ),
    raw('ERROR without its body', rawMessage(messageTypes.error, [])),
    except(raw('ERROR of an unknown type', rawMessage(messageTypes.error, [0, 99, 0, 99])), errorAnswered),
    raw('ERROR with a body cut', rawMessage(messageTypes.error, [0])),
    {
      name: 'malformed: a wrong message between right ones stops neither',
      steps: [
        send(
          forward({}, [2]),
          rawMessage(99, [1]),
          packetOut(plain(), [output(3)]),
          rawMessage(messageTypes.portMod, [1]),
          setConfig(77),
          { ...barrier, xid: 99 },
        ),
        send(getConfig),
        dumpFlows,
      ],
    },
    {
      name: 'malformed: a hundred wrong messages are a hundred errors',
      steps: [send(...Array.from({ length: 100 }, (_, i) => rawMessage(200, [], { xid: 1000 + i })))],
    },
    except(
      {
        name: 'malformed: the error quotes the whole of a short message',
        steps: [send(rawMessage(messageTypes.vendor, [0, 0, 0x12, 0x34, 1, 2, 3]))],
      },
      eitherFault,
    ),
    {
      name: 'malformed: the error quotes the start of a long message',
      steps: [send(flowMod({ actions: [...Array.from({ length: 40 }, () => output(1)), output(0)] }))],
    },
  ],
};
