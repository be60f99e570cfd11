import { noBuffer } from '../../../../protocols/openflow/v10/bodies.ts';
import type { MatchFields } from '../../../../protocols/openflow/v10/match.ts';
import type { MessageOf } from '../../../../protocols/openflow/v10/message.ts';
import { portNumbers } from '../../../../protocols/openflow/v10/port.ts';
import { hiddenTable, vendorError } from '../differences.ts';
import { alice, bob, everybody, ping, plain, udp } from '../frames.ts';
import { barrier, bytesOf, dumpFlows, everyField, flowMod, forward, output, patched, resized } from '../messages.ts';
import { except, frameIn, type Sequence, type Step, send, type Topic } from '../sequence.ts';

const toBob = { dlDst: bob.mac };
const ip = { dlType: 0x0800 };
const both = (fields: MatchFields = {}): Step => send(forward(fields, [2]), forward({ ...fields, inPort: 1 }, [3]));

export const adding: Topic = {
  name: 'flow entries: add',
  rule: 'ED6',
  sequences: [
    { name: 'an entry that matches everything', steps: [send(forward({}, [2])), frameIn(1, plain()), dumpFlows] },
    { name: 'an entry without actions drops', steps: [send(flowMod()), frameIn(1, plain()), dumpFlows] },
    {
      name: 'an entry with a cookie and both time-outs',
      steps: [
        send(forward(toBob, [2], { cookie: 0xfedc_ba98_7654_3210n, idleTimeoutS: 30, hardTimeoutS: 60 })),
        dumpFlows,
      ],
    },
    {
      name: 'the same match and priority replaces: actions, cookie, time-outs and counters are new',
      steps: [
        send(forward(toBob, [2], { cookie: 1n, idleTimeoutS: 9 })),
        frameIn(1, plain()),
        send(forward(toBob, [3], { cookie: 2n, hardTimeoutS: 8 })),
        frameIn(1, plain()),
        dumpFlows,
      ],
    },
    {
      name: 'the same match of another priority is another entry',
      steps: [
        send(forward(toBob, [2], { priority: 5 }), forward(toBob, [3], { priority: 6 })),
        frameIn(1, plain()),
        dumpFlows,
      ],
    },
    {
      name: 'a replaced entry that wanted FLOW_REMOVED is not told',
      steps: [
        send(forward(toBob, [2], { flags: ['sendFlowRemoved'] })),
        send(forward(toBob, [3], { flags: ['sendFlowRemoved'] })),
        dumpFlows,
      ],
    },
    {
      name: 'fields that the wildcards hide are not kept',
      steps: [send(patched(bytesOf(forward({}, [2])), 8 + 4, 0, 7, 1, 2, 3, 4, 5, 6)), dumpFlows],
    },
    {
      name: 'addresses are kept without the bits that the prefix ignores',
      steps: [send(forward({ ...ip, nwSrc: '10.0.0.77/24', nwDst: '10.9.8.7/9' }, [2])), dumpFlows],
    },
    {
      name: 'network fields without an Ethernet type mean nothing',
      steps: [
        send(forward({ nwSrc: '10.0.0.1', nwProto: 17, tpDst: 5 }, [2])),
        dumpFlows,
        frameIn(1, ping()),
        frameIn(1, plain()),
      ],
    },
    {
      name: 'transport fields without a protocol mean nothing',
      steps: [send(forward({ ...ip, tpSrc: 1, tpDst: 2 }, [2])), dumpFlows, frameIn(1, ping())],
    },
    {
      name: 'transport fields of a protocol without ports mean nothing',
      steps: [send(forward({ ...ip, nwProto: 47, tpSrc: 1, tpDst: 2 }, [2])), dumpFlows],
    },
    { name: 'TOS is kept without its two lowest bits', steps: [send(forward({ ...ip, nwTos: 0x2f }, [2])), dumpFlows] },
    {
      name: 'wildcard bits beyond those defined are not kept',
      steps: [send(patched(bytesOf(forward({}, [2])), 8, 0xff, 0xff, 0xff, 0xff)), dumpFlows],
    },
    {
      name: 'prefixes of 32 and of 63 ignored bits are the same',
      steps: [send(patched(bytesOf(forward(ip, [2])), 8, 0x00, 0x3f, 0xff, 0xef)), dumpFlows],
    },
    {
      name: 'output to a port that is not there is taken',
      steps: [send(forward(toBob, [77])), frameIn(1, plain()), dumpFlows],
    },
    {
      name: 'output to ports that are there and not there',
      steps: [send(forward(toBob, [77, 2])), frameIn(1, plain()), dumpFlows],
    },
    { name: 'a match on a port that is not there is taken', steps: [send(forward({ inPort: 77 }, [2])), dumpFlows] },
    {
      name: 'an exact match',
      steps: [send(forward(everyField, [2])), frameIn(1, udp()), frameIn(1, udp({ sourcePort: 1001 })), dumpFlows],
    },
    {
      name: 'priority 0 and 65535',
      steps: [
        send(forward({}, [2], { priority: 0 }), forward({ inPort: 2 }, [3], { priority: 65_535 })),
        frameIn(1, plain()),
        frameIn(2, plain()),
        dumpFlows,
      ],
    },
    ...[5, 6, 0x7fff].map(
      (command): Sequence => ({
        name: `a command ${command} is not known`,
        steps: [send(flowMod({ command })), dumpFlows],
      }),
    ),
    { name: 'a buffer that is not there', steps: [send(forward(toBob, [2], { bufferId: 0x1234 })), dumpFlows] },
    { name: 'a buffer id of 0', steps: [send(forward(toBob, [2], { bufferId: 0 })), dumpFlows] },
    {
      name: 'a thousand entries',
      steps: [
        send(
          ...Array.from({ length: 1000 }, (_, i) => forward({ inPort: 1, dlVlan: i & 0xfff }, [2], { priority: i })),
        ),
        send({
          kind: 'statsRequest',
          xid: 0,
          stats: { kind: 'aggregate', flags: [], match: flowMod().match, tableId: 0xff, outPort: portNumbers.None },
        }),
      ],
    },
    {
      name: 'an entry is there when the barrier is answered',
      steps: [send(forward({}, [2]), barrier), frameIn(1, everybody())],
    },
    except(
      { name: 'unknown flag bits', steps: [send(patched(bytesOf(forward(toBob, [2])), 70, 0xff, 0xf8)), dumpFlows] },
      vendorError,
    ),
    { name: 'a flow mod cut in its match', steps: [send(resized(bytesOf(flowMod()), -40)), dumpFlows] },
  ],
};

const overlap = (
  name: string,
  there: MatchFields,
  added: MatchFields,
  priorities: readonly [number, number] = [10, 10],
): Sequence => ({
  name: `CHECK_OVERLAP: ${name}`,
  steps: [
    send(forward(there, [2], { priority: priorities[0] })),
    send(forward(added, [3], { priority: priorities[1], flags: ['checkOverlap'] })),
    dumpFlows,
  ],
});

const emergency = (name: string, fields: Partial<MessageOf<'flowMod'>>): Sequence => ({
  name: `emergency: ${name}`,
  steps: [
    send(flowMod({ ...fields, match: toBob, flags: ['emergency'], actions: [output(2)] })),
    dumpFlows,
    frameIn(1, plain()),
  ],
});

export const flags: Topic = {
  name: 'flow entries: flags',
  rule: 'ED7',
  sequences: [
    overlap('the very same match', toBob, toBob),
    overlap('a wider match', toBob, {}),
    overlap('a narrower match', {}, toBob),
    overlap('matches that cross', toBob, { inPort: 1 }),
    overlap('matches that exclude each other', toBob, { dlDst: alice.mac }),
    overlap('another priority', toBob, {}, [10, 11]),
    overlap('prefixes, one in the other', { ...ip, nwDst: '10.0.0.0/8' }, { ...ip, nwDst: '10.1.0.0/16' }),
    overlap('prefixes beside each other', { ...ip, nwDst: '10.1.0.0/16' }, { ...ip, nwDst: '10.2.0.0/16' }),
    overlap('other Ethernet types', ip, { dlType: 0x0806 }),
    overlap('other protocols, the same ports', { ...ip, nwProto: 6, tpDst: 80 }, { ...ip, nwProto: 17, tpDst: 80 }),
    overlap('tagged and untagged', { dlVlan: 0xffff }, { dlVlan: 5 }),
    overlap('a port and another', { inPort: 1 }, { inPort: 2 }),
    {
      name: 'CHECK_OVERLAP counts for modify, too, when nothing is there to modify',
      steps: [
        send(forward(toBob, [2])),
        send(forward({ inPort: 1 }, [3], { command: 'modify', flags: ['checkOverlap'] })),
        dumpFlows,
      ],
    },
    emergency('an entry', {}),
    emergency('an entry with time-outs', { idleTimeoutS: 5, hardTimeoutS: 6 }),
    emergency('modify', { command: 'modify' }),
    emergency('delete', { command: 'delete' }),
    emergency('with a buffer', { bufferId: 3 }),
    {
      name: 'emergency and overlap together',
      steps: [send(flowMod({ flags: ['emergency', 'checkOverlap'] })), dumpFlows],
    },
    except(
      {
        name: 'statistics of the emergency table',
        steps: [
          send(forward({}, [2])),
          send({
            kind: 'statsRequest',
            xid: 0,
            stats: { kind: 'flow', flags: [], match: flowMod().match, tableId: 0xfe, outPort: portNumbers.None },
          }),
        ],
      },
      hiddenTable,
    ),
  ],
};

const three: Step = send(
  forward({ dlDst: bob.mac }, [2], { priority: 10, cookie: 1n }),
  forward({ dlDst: bob.mac, inPort: 1 }, [3], { priority: 20, cookie: 2n }),
  forward({ inPort: 2 }, [2, 4], { priority: 30, cookie: 3n }),
);
const modifying = (name: string, fields: Parameters<typeof flowMod>[0]): Sequence => ({
  name,
  steps: [
    three,
    frameIn(1, plain()),
    send(flowMod({ actions: [output(4)], cookie: 9n, ...fields })),
    frameIn(1, plain()),
    dumpFlows,
  ],
});

export const modify: Topic = {
  name: 'flow entries: modify',
  rule: 'ED8',
  sequences: [
    modifying('modify: everything', { command: 'modify' }),
    modifying('modify: all that is within a match', { command: 'modify', match: { dlDst: bob.mac } }),
    modifying('modify: priority does not count', { command: 'modify', match: { inPort: 2 }, priority: 1 }),
    modifying('modify: nothing there, so it is added', { command: 'modify', match: { inPort: 3 }, priority: 7 }),
    modifying('modify: a wider match there is not within a narrower one', {
      command: 'modify',
      match: { dlDst: bob.mac, inPort: 4 },
    }),
    modifying('modify: out_port does not count', { command: 'modify', outPort: 99 }),
    modifying('modify: to no actions', { command: 'modify', actions: [] }),
    modifying('modify strict: one', { command: 'modifyStrict', match: { dlDst: bob.mac }, priority: 10 }),
    modifying('modify strict: another priority is added', {
      command: 'modifyStrict',
      match: { dlDst: bob.mac },
      priority: 11,
    }),
    modifying('modify strict: a wider match is added', { command: 'modifyStrict', priority: 10 }),
    modifying('modify: time-outs and flags stay as they were', {
      command: 'modify',
      match: { inPort: 2 },
      idleTimeoutS: 4,
      hardTimeoutS: 5,
      flags: ['sendFlowRemoved'],
    }),
    modifying('modify: actions that are wrong change nothing', { command: 'modify', actions: [output(0)] }),
    modifying('modify: a buffer that is not there', { command: 'modify', bufferId: 77 }),
    {
      name: 'modify added: its time-outs and flags count',
      steps: [
        send(forward(toBob, [2], { command: 'modify', idleTimeoutS: 4, hardTimeoutS: 5, cookie: 6n, priority: 3 })),
        dumpFlows,
      ],
    },
  ],
};

const deleting = (name: string, fields: Parameters<typeof flowMod>[0]): Sequence => ({
  name,
  steps: [three, send(flowMod({ command: 'delete', ...fields })), dumpFlows],
});
const removed: Step = send(
  forward({ dlDst: bob.mac }, [2], { priority: 10, cookie: 1n, flags: ['sendFlowRemoved'] }),
  forward({ inPort: 1 }, [3], {
    priority: 5,
    cookie: 2n,
    idleTimeoutS: 7,
    hardTimeoutS: 8,
    flags: ['sendFlowRemoved'],
  }),
  forward({ inPort: 2 }, [4], { priority: 30, cookie: 3n }),
);

export const remove: Topic = {
  name: 'flow entries: delete',
  rule: 'ED9',
  sequences: [
    deleting('delete: everything', {}),
    deleting('delete: all that is within a match', { match: { dlDst: bob.mac } }),
    deleting('delete: nothing is within', { match: { inPort: 4 } }),
    deleting('delete: an entry that is wider is not within', { match: { dlDst: bob.mac, inPort: 1, dlType: 0x0800 } }),
    deleting('delete: priority and cookie do not count', { match: { inPort: 2 }, priority: 1, cookie: 77n }),
    deleting('delete: actions do not count', { match: { inPort: 2 }, actions: [output(1)] }),
    deleting('delete: wrong actions are refused all the same', { match: { inPort: 2 }, actions: [output(0)] }),
    deleting('delete: only what leads to a port', { outPort: 2 }),
    deleting('delete: a port that nothing leads to', { outPort: 1 }),
    deleting('delete: a match and a port', { match: { dlDst: bob.mac }, outPort: 3 }),
    deleting('delete: a port that cannot be', { outPort: 0 }),
    deleting('delete: out_port CONTROLLER', { outPort: portNumbers.Controller }),
    deleting('delete strict: one', { command: 'deleteStrict', match: { dlDst: bob.mac }, priority: 10 }),
    deleting('delete strict: another priority', { command: 'deleteStrict', match: { dlDst: bob.mac }, priority: 11 }),
    deleting('delete strict: a wider match', { command: 'deleteStrict', priority: 10 }),
    deleting('delete strict: its port', {
      command: 'deleteStrict',
      match: { dlDst: bob.mac },
      priority: 10,
      outPort: 2,
    }),
    deleting('delete strict: not its port', {
      command: 'deleteStrict',
      match: { dlDst: bob.mac },
      priority: 10,
      outPort: 3,
    }),
    deleting('delete: a buffer id is ignored', { bufferId: 0x55 }),
    deleting('delete: by prefix', { match: { dlType: 0x0800, nwDst: '10.0.0.0/8' } }),
    {
      name: 'delete by prefix: those within go',
      steps: [
        send(
          forward({ ...ip, nwDst: '10.0.0.0/8' }, [2], { priority: 1 }),
          forward({ ...ip, nwDst: '10.1.0.0/16' }, [2], { priority: 2 }),
          forward({ ...ip, nwDst: '10.1.2.3' }, [2], { priority: 3 }),
          forward({ ...ip, nwDst: '10.2.0.0/16' }, [2], { priority: 4 }),
        ),
        send(flowMod({ command: 'delete', match: { ...ip, nwDst: '10.1.0.0/16' } })),
        dumpFlows,
      ],
    },
    {
      name: 'delete by out_port looks at ENQUEUE, too',
      steps: [
        send(flowMod({ match: toBob, actions: [{ kind: 'enqueue', port: 2, queueId: 0 }] })),
        send(flowMod({ command: 'delete', outPort: 2 })),
        dumpFlows,
      ],
    },
    {
      name: 'delete by out_port FLOOD',
      steps: [
        send(forward({}, [portNumbers.Flood])),
        send(flowMod({ command: 'delete', outPort: 3 })),
        send(flowMod({ command: 'delete', outPort: portNumbers.Flood })),
        dumpFlows,
      ],
    },
    {
      name: 'FLOW_REMOVED: of all that wanted it',
      steps: [removed, frameIn(1, plain()), send(flowMod({ command: 'delete' })), dumpFlows],
    },
    {
      name: 'FLOW_REMOVED: strict',
      steps: [removed, send(flowMod({ command: 'deleteStrict', match: { inPort: 1 }, priority: 5 }))],
    },
    { name: 'FLOW_REMOVED: by out_port', steps: [removed, send(flowMod({ command: 'delete', outPort: 2 }))] },
    {
      name: 'FLOW_REMOVED comes before the barrier is answered',
      steps: [send(forward(toBob, [2], { flags: ['sendFlowRemoved'] })), send(flowMod({ command: 'delete' }), barrier)],
    },
    {
      name: 'what is deleted matches no more',
      steps: [
        both(),
        frameIn(1, plain()),
        send(flowMod({ command: 'delete', match: { inPort: 1 } }), barrier),
        frameIn(1, plain()),
      ],
    },
    {
      name: 'delete, then add, in one write',
      steps: [
        both(),
        send(flowMod({ command: 'delete' }), forward({}, [4], { bufferId: noBuffer })),
        frameIn(1, plain()),
        dumpFlows,
      ],
    },
  ],
};
