import { messageTypes } from '../../../../protocols/openflow/v10/header.ts';
import { portNumbers } from '../../../../protocols/openflow/v10/port.ts';
import { defaultQueue, hiddenTable } from '../differences.ts';
import { alice, bob, ping, plain, udp } from '../frames.ts';
import {
  aggregateStats,
  barrier,
  flowMod,
  flowStats,
  forward,
  output,
  packetOut,
  rawMessage,
  stats,
} from '../messages.ts';
import { except, frameIn, type Sequence, type Step, send, type Topic, wait } from '../sequence.ts';

const { None, All, Local, Flood, Controller, InPort } = portNumbers;
const port = (number: number) => stats({ kind: 'port', flags: [], port: number });
const queue = (number: number, queueId: number) => stats({ kind: 'queue', flags: [], port: number, queueId });
const table = stats({ kind: 'table', flags: [] });
const allQueues = 0xffff_ffff;
const raw = (...body: readonly number[]) => rawMessage(messageTypes.statsRequest, body);

const entries: Step = send(
  forward({ dlDst: bob.mac }, [2], { priority: 3, cookie: 11n }),
  forward({ dlType: 0x0800, nwDst: '10.0.0.0/24' }, [2, 3], { priority: 2, cookie: 12n, idleTimeoutS: 20 }),
  flowMod({ match: { inPort: 4 }, priority: 1, cookie: 13n }),
);
const traffic: readonly Step[] = [
  frameIn(1, ping()),
  frameIn(1, plain()),
  frameIn(3, ping({ via: alice.mac })),
  frameIn(4, plain(bob, alice.mac)),
];
const of = (name: string, ...requests: readonly Step[]): Sequence => ({
  name: `statistics: ${name}`,
  steps: [entries, ...traffic, ...requests],
});

export const statistics: Topic = {
  name: 'statistics',
  rule: 'ED17',
  sequences: [
    { name: 'statistics: flows of an empty table', steps: [send(flowStats())] },
    { name: 'statistics: aggregate of an empty table', steps: [send(aggregateStats())] },
    { name: 'statistics: table, empty', steps: [send(table)] },
    { name: 'statistics: description', steps: [send(stats({ kind: 'desc', flags: [] }))] },
    of('flows', send(flowStats())),
    of('flows within a match', send(flowStats({ dlType: 0x0800 }))),
    of('flows within a match: none', send(flowStats({ inPort: 1 }))),
    of('flows that lead to a port', send(flowStats({}, { outPort: 3 }))),
    of('flows that lead to a port: none', send(flowStats({}, { outPort: 4 }))),
    of('flows of table 0', send(flowStats({}, { tableId: 0 }))),
    of('flows of table 1', send(flowStats({}, { tableId: 1 }))),
    of('flows of table 253', send(flowStats({}, { tableId: 253 }))),
    of('aggregate', send(aggregateStats())),
    of('aggregate within a match', send(aggregateStats({ dlDst: bob.mac }))),
    of('aggregate that leads to a port', send(aggregateStats({}, { outPort: 2 }))),
    of('aggregate of table 1', send(aggregateStats({}, { tableId: 1 }))),
    except(of('aggregate of the emergency table', send(aggregateStats({}, { tableId: 0xfe }))), hiddenTable),
    of('table', send(table)),
    of('durations', wait(2500), send(flowStats())),
    of('counters go on', send(flowStats()), ...traffic, send(flowStats()), send(aggregateStats())),
    of(
      'counters of PACKET_OUT to TABLE',
      send(packetOut(ping(), [output(portNumbers.Table)], { inPort: 3 })),
      send(flowStats()),
      send(table),
    ),
    of('all ports', send(port(None))),
    of('one port', send(port(1))),
    of('another port', send(port(2))),
    of('port LOCAL', send(port(Local))),
    of('a port that is not there', send(port(77))),
    ...[0, All, Flood, Controller, InPort].map((number) => of(`port ${number}`, send(port(number)))),
    of('ports after PACKET_OUT', send(packetOut(udp(), [output(1), output(4)])), send(port(1)), send(port(4))),
    except(of('all queues', send(queue(All, allQueues))), defaultQueue),
    except(of('queues of a port', send(queue(1, allQueues))), defaultQueue),
    except(of('queue 0 of a port', send(queue(1, 0))), defaultQueue),
    except(of('queue 0 of all ports', send(queue(All, 0))), defaultQueue),
    of('a queue that is not there', send(queue(1, 44))),
    of('queues of a port that is not there', send(queue(77, allQueues))),
    except(of('queues of NONE', send(queue(None, allQueues))), defaultQueue),
    of(
      'several kinds in one write',
      send(
        { ...flowStats(), xid: 51 },
        { ...table, xid: 52 },
        { ...aggregateStats(), xid: 53 },
        { ...barrier, xid: 54 },
      ),
    ),
    {
      name: 'statistics: so many flows that they need MORE',
      steps: [
        send(...Array.from({ length: 1500 }, (_, i) => forward({ dlVlan: i }, [2, 3, 4], { priority: i }))),
        send(flowStats()),
      ],
    },
    { name: 'statistics: of a type that is not there', steps: [send(raw(0, 99, 0, 0))] },
    { name: 'statistics: of type 6', steps: [send(raw(0, 6, 0, 0, 0, 0, 0, 0))] },
    {
      name: 'statistics: of a vendor',
      steps: [send(stats({ kind: 'vendor', flags: [], vendor: 0x4321, body: new Uint8Array(4) }))],
    },
    { name: 'statistics: of a vendor without a vendor', steps: [send(raw(0xff, 0xff, 0, 0))] },
    { name: 'statistics: without a type', steps: [send(raw())] },
    { name: 'statistics: cut in its type', steps: [send(raw(0, 1))] },
    { name: 'statistics: unknown flags', steps: [send(raw(0, 3, 0xff, 0xff))] },
    { name: 'statistics: flows, cut', steps: [send(raw(0, 1, 0, 0, 1, 2, 3))] },
    { name: 'statistics: flows, too long', steps: [send(raw(0, 1, 0, 0, ...new Uint8Array(48)))] },
    { name: 'statistics: aggregate, cut', steps: [send(raw(0, 2, 0, 0, ...new Uint8Array(40)))] },
    { name: 'statistics: description with a body', steps: [send(raw(0, 0, 0, 0, 1, 2, 3, 4))] },
    { name: 'statistics: table with a body', steps: [send(raw(0, 3, 0, 0, 1, 2, 3, 4))] },
    { name: 'statistics: port, cut', steps: [send(raw(0, 4, 0, 0, 0, 1))] },
    { name: 'statistics: port, too long', steps: [send(raw(0, 4, 0, 0, ...new Uint8Array(12)))] },
    { name: 'statistics: queue, cut', steps: [send(raw(0, 5, 0, 0, 0, 1))] },
  ],
};
