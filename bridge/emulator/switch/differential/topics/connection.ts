import { messageTypes } from '../../../../protocols/openflow/v10/header.ts';
import { helloElements } from '../../../../protocols/openflow/v10/hello.ts';
import { eitherFault, emptyBitmap, errorAnswered, errorVersion, moreFragments, wordless } from '../differences.ts';
import { everybody } from '../frames.ts';
import { output, packetOut, rawMessage, setConfig } from '../messages.ts';
import { except, frameIn, type Sequence, send, type Topic } from '../sequence.ts';

const hello = (version: number, elements: Uint8Array | readonly number[] = []) =>
  rawMessage(messageTypes.hello, elements, { version });
const features = { kind: 'featuresRequest', xid: 0 } as const;
const getConfig = { kind: 'getConfigRequest', xid: 0 } as const;
const echo = (data: Uint8Array) => ({ kind: 'echoRequest', xid: 0, data }) as const;
const none = new Uint8Array(0);

const greeting = (name: string, ...greetings: readonly Uint8Array[]): Sequence => ({
  name,
  opening: 'none',
  steps: [send(...greetings), send(getConfig)],
});

export const hellos: Topic = {
  name: 'HELLO',
  rule: 'ED3',
  sequences: [
    greeting('no HELLO at all'),
    greeting('HELLO of version 1, said', hello(1)),
    greeting('HELLO of version 4 without a bitmap: the lower version is taken', hello(4)),
    greeting('HELLO of version 4 with a bitmap that has version 1', hello(4, helloElements([1, 4]))),
    except(
      greeting('HELLO of version 4 with a bitmap without version 1', hello(4, helloElements([4, 5]))),
      errorVersion,
    ),
    except(
      greeting('HELLO of version 1 with a bitmap that has only version 4', hello(1, helloElements([4]))),
      errorVersion,
    ),
    greeting('HELLO of version 255', hello(255)),
    except(greeting('HELLO of version 0', hello(0)), wordless),
    greeting('HELLO with bytes that are no element', hello(1, [1, 2, 3])),
    greeting('HELLO with an element that is not known', hello(1, [0, 9, 0, 8, 1, 2, 3, 4])),
    greeting('HELLO with an element that says it is shorter than its head', hello(1, [0, 1, 0, 2, 0, 0, 0, 0])),
    greeting('HELLO with an element that goes beyond the message', hello(4, [0, 1, 0, 40, 0, 0, 0, 2])),
    except(greeting('HELLO with an empty bitmap', hello(4, [0, 1, 0, 4, 0, 0, 0, 0])), emptyBitmap),
    greeting('HELLO in two pieces', hello(1).subarray(0, 5), hello(1).subarray(5)),
    { name: 'a request before any HELLO', opening: 'none', steps: [send(features), send(hello(1)), send(getConfig)] },
    { name: 'ECHO_REQUEST before any HELLO', opening: 'none', steps: [send(echo(none)), send(hello(1))] },
    { name: 'ERROR instead of a HELLO', opening: 'none', steps: [send(rawMessage(1, [0, 0, 0, 0])), send(getConfig)] },
    { name: 'a second HELLO', steps: [send(hello(1)), send(getConfig)] },
    except({ name: 'a second HELLO of another version', steps: [send(hello(4)), send(getConfig)] }, errorVersion),
  ],
};

const fragmented = (fragments: Parameters<typeof setConfig>[1]): Sequence => ({
  name: `SET_CONFIG of fragments ${fragments}`,
  steps: [send(setConfig(128, fragments)), send(getConfig)],
});

export const configuration: Topic = {
  name: 'features and configuration',
  rule: 'ED4',
  sequences: [
    { name: 'FEATURES_REQUEST', steps: [send(features)] },
    { name: 'FEATURES_REQUEST twice in one write', steps: [send({ ...features, xid: 5 }, { ...features, xid: 6 })] },
    { name: 'GET_CONFIG_REQUEST of a new connection', steps: [send(getConfig)] },
    ...[0, 1, 64, 128, 0xffff].map(
      (length): Sequence => ({
        name: `SET_CONFIG of ${length} bytes is told by GET_CONFIG`,
        steps: [send(setConfig(length)), send(getConfig), frameIn(1, everybody())],
      }),
    ),
    ...(['normal', 'drop', 'reassemble'] as const).map(fragmented),
    ...(['mask', 4, 9] as const).map((fragments) => except(fragmented(fragments), moreFragments)),
    {
      name: 'fragments are set to drop and back to normal',
      steps: [send(setConfig(128, 'drop')), send(getConfig), send(setConfig(128)), send(getConfig)],
    },
    {
      name: 'FEATURES_REPLY from the controller',
      steps: [send(rawMessage(messageTypes.featuresReply, new Uint8Array(24)))],
    },
  ],
};

const data = (length: number) => Uint8Array.from({ length }, (_, i) => i & 255);

const fromSwitch = (kind: keyof typeof messageTypes): Sequence => ({
  name: `${kind}, which only a switch sends, of 80 zero bytes`,
  steps: [send(rawMessage(messageTypes[kind], new Uint8Array(80))), send(getConfig)],
});

export const echoes: Topic = {
  name: 'echo, barrier and vendor',
  rule: 'ED5',
  sequences: [
    ...[0, 1, 7, 64, 1500, 60_000, 0xffff - 8].map(
      (length): Sequence => ({ name: `ECHO_REQUEST of ${length} bytes`, steps: [send(echo(data(length)))] }),
    ),
    {
      name: 'ECHO_REPLY that nobody asked for',
      steps: [send({ kind: 'echoReply', xid: 0, data: data(4) }), send(getConfig)],
    },
    { name: 'BARRIER_REQUEST', steps: [send({ kind: 'barrierRequest', xid: 0 })] },
    { name: 'BARRIER_REQUEST with a body', steps: [send(rawMessage(messageTypes.barrierRequest, [1, 2, 3, 4]))] },
    { name: 'BARRIER_REPLY from the controller', steps: [send({ kind: 'barrierReply', xid: 0 })] },
    {
      name: 'barriers between requests keep the order',
      steps: [
        send(
          { ...echo(data(3)), xid: 31 },
          { kind: 'barrierRequest', xid: 32 },
          { ...getConfig, xid: 33 },
          { kind: 'barrierRequest', xid: 34 },
          { ...echo(data(2)), xid: 35 },
        ),
      ],
    },
    {
      name: 'a message in pieces of a byte, and the next one behind it',
      steps: [...rawMessage(messageTypes.echoRequest, [9, 8, 7])].map((byte) => send(Uint8Array.of(byte))),
    },
    ...[0, 1, 0x1234, 0xffff_fffe].map(
      (vendor): Sequence => ({
        name: `VENDOR ${vendor.toString(16)}, which nobody is`,
        steps: [send({ kind: 'vendor', xid: 0, vendor, body: data(8) })],
      }),
    ),
    { name: 'VENDOR without a vendor', steps: [send(rawMessage(messageTypes.vendor, []))] },
    { name: 'VENDOR cut in its number', steps: [send(rawMessage(messageTypes.vendor, [0, 0]))] },
    {
      name: 'xids of 0 and of 2³² − 1 come back',
      steps: [send(rawMessage(2, [], { xid: 0 }), rawMessage(2, [], { xid: 0xffff_ffff }))],
    },
    except(
      {
        name: 'an ERROR from the controller is taken',
        steps: [send({ kind: 'error', xid: 0, type: 1, code: 6, data: data(12) }), send(getConfig)],
      },
      errorAnswered,
    ),
    {
      name: 'PACKET_OUT before a barrier has left when the barrier is answered',
      steps: [send(packetOut(everybody(), [output(2)]), { kind: 'barrierRequest', xid: 0 })],
    },
    ...(['getConfigReply', 'packetIn', 'flowRemoved', 'portStatus', 'statsReply'] as const).map(fromSwitch),
    except(fromSwitch('queueGetConfigReply'), eitherFault),
  ],
};
