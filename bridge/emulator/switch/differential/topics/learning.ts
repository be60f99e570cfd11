import { portNumbers } from '../../../../protocols/openflow/v10/port.ts';
import { alice, arp, bob, carol, everybody, llc, ping, plain, withVlan } from '../frames.ts';
import { flowMod, forward, output, packetOut } from '../messages.ts';
import { frameIn, type Sequence, type Step, send, type Topic, wait } from '../sequence.ts';

const normal: Step = send(forward({}, [portNumbers.Normal]));
const learn = (name: string, ...steps: readonly Step[]): Sequence => ({
  name: `NORMAL: ${name}`,
  steps: [normal, ...steps],
});
const fromAlice = frameIn(1, plain(alice, bob.mac));
const fromBob = frameIn(2, plain(bob, alice.mac));

export const learning: Topic = {
  name: 'NORMAL',
  rule: 'ED21',
  sequences: [
    learn('an unknown address is flooded', fromAlice),
    learn('an address is learned', fromAlice, fromBob, fromAlice),
    learn(
      'broadcast and multicast are flooded',
      fromBob,
      frameIn(1, everybody()),
      frameIn(1, plain(alice, '01:00:5e:00:00:01')),
    ),
    learn('an address that moves is learned anew', fromAlice, fromBob, frameIn(3, plain(alice, bob.mac)), fromBob),
    learn(
      'an address behind the port that asks is not sent back',
      fromAlice,
      frameIn(1, plain(bob, alice.mac)),
      fromAlice,
    ),
    learn(
      'a group address is no source',
      frameIn(1, plain({ ...alice, mac: '03:00:00:00:00:01' }, bob.mac)),
      frameIn(2, plain(bob, '03:00:00:00:00:01')),
    ),
    learn(
      'spanning tree and its neighbours stay here',
      ...['00', '01', '02', '0e', '0f', '10', '21'].map((last) => frameIn(1, plain(alice, `01:80:c2:00:00:${last}`))),
    ),
    learn('802.3 is forwarded', frameIn(1, llc(undefined, bob.mac))),
    learn('a gratuitous ARP', frameIn(1, arp(alice, alice.address)), fromBob),
    learn('ARP, its answer, and ping', frameIn(1, arp()), frameIn(2, plain(bob, alice.mac)), frameIn(1, ping())),
    learn(
      'VLANs learn by themselves',
      frameIn(1, withVlan(ping(), 5)),
      frameIn(2, withVlan(plain(bob, alice.mac), 6)),
      frameIn(2, withVlan(plain(bob, alice.mac), 5)),
    ),
    learn(
      'a priority tag is the untagged VLAN',
      frameIn(1, plain()),
      frameIn(2, withVlan(plain(bob, alice.mac), 0, 5)),
    ),
    learn('a priority tag to a port', fromBob, frameIn(1, withVlan(plain(alice, bob.mac), 0, 5))),
    learn('an address is forgotten after five minutes', fromAlice, wait(200_000), fromBob, wait(250_000), fromBob),
    learn('an address that is used is kept', fromAlice, wait(200_000), fromAlice, wait(200_000), fromBob),
    learn(
      'PACKET_OUT to NORMAL uses what was learned',
      fromAlice,
      send(packetOut(plain(carol, alice.mac), [output(portNumbers.Normal)])),
    ),
    learn(
      'PACKET_OUT to NORMAL learns',
      send(packetOut(plain(carol, bob.mac), [output(portNumbers.Normal)], { inPort: 3 })),
      frameIn(1, plain(alice, carol.mac)),
    ),
    learn(
      'PACKET_OUT from nowhere learns nothing',
      send(packetOut(plain(carol, bob.mac), [output(portNumbers.Normal)])),
      frameIn(1, plain(alice, carol.mac)),
    ),
    learn(
      'rewritten before NORMAL: the new address is looked up',
      fromBob,
      send(flowMod({ actions: [{ kind: 'setDlDst', address: bob.mac }, output(portNumbers.Normal)] })),
      frameIn(3, plain(carol, '02:00:00:00:00:99')),
    ),
    learn(
      'rewritten before NORMAL: which source is learned',
      send(flowMod({ actions: [{ kind: 'setDlSrc', address: carol.mac }, output(portNumbers.Normal)] })),
      fromAlice,
      frameIn(2, plain(bob, carol.mac)),
      frameIn(2, plain(bob, alice.mac)),
    ),
    learn(
      'entries above NORMAL count first',
      send(forward({ inPort: 1 }, [4], { priority: 0xffff })),
      fromAlice,
      fromBob,
    ),
    learn(
      'only entries that say NORMAL learn',
      send(forward({ inPort: 1 }, [4], { priority: 0xffff })),
      fromAlice,
      send(flowMod({ command: 'delete', match: { inPort: 1 } })),
      fromBob,
    ),
    learn('what is learned outlives the entry', fromAlice, send(flowMod({ command: 'delete' })), normal, fromBob),
    learn(
      'FLOOD learns nothing',
      send(forward({ inPort: 1 }, [portNumbers.Flood], { priority: 0xffff })),
      fromAlice,
      fromBob,
    ),
  ],
};
