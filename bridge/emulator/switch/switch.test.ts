import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../determinism/random.ts';
import { VirtualScheduler } from '../../determinism/scheduler.ts';
import { matchOf } from '../../protocols/openflow/v10/match.ts';
import { alice, bob, carol, plain } from './differential/frames.ts';
import { OpenFlowSwitch } from './switch.ts';
import { flowMod, macOfPort, output, SwitchBench, TestController } from './testing/switch-bench.ts';

const frame = plain();
const ports = (sent: Record<number, unknown>): number[] => Object.keys(sent).map(Number);

describe('ports', () => {
  test('[ES44] names, addresses and links; the local port is the controller’s matter only', () => {
    const bench = new SwitchBench({ ports: 2 });
    bench.port(2).setUp(false);
    expect(bench.sw.ports.map(({ number, name, mac, isUp }) => ({ number, name, mac, isUp }))).toEqual([
      { number: 1, name: 'sw0-eth1', mac: macOfPort(1), isUp: true },
      { number: 2, name: 'sw0-eth2', mac: macOfPort(2), isUp: false },
    ]);
    expect([bench.sw.name, bench.sw.dpid]).toEqual(['sw0', '00000000000000a1']);
  });

  test('[ES44] numbers that are taken or none, and addresses that are none, are refused', () => {
    const { sw } = new SwitchBench({ ports: 1 });
    const add = (number: number, mac = macOfPort(9)) => sw.addPort(number, 'x', mac, () => expect.unreachable());
    expect(() => add(1)).toThrow('sw0 has a port 1 already');
    for (const number of [0, 0xff00, 1.5]) expect(() => add(number)).toThrow('is not a port number');
    expect(() => add(2, 'nonsense')).toThrow('nonsense is not a hardware address');
  });

  test('[ES44] a datapath id has 16 hex digits', () => {
    const deps = { scheduler: new VirtualScheduler(), random: seededRandom(1) };
    const make = (dpid: string) => new OpenFlowSwitch({ name: 'x', dpid, failMode: 'secure' }, deps);
    expect(() => make('1')).toThrow('1 is not a datapath id of 16 hex digits');
  });

  test('[ES44] long names are cut as the kernel cuts them', () => {
    const { sw } = new SwitchBench({ ports: 0 });
    sw.addPort(1, 'a-very-long-interface', macOfPort(1), () => ({ isUp: true, send: () => {}, setUp: () => {} }));
    expect(sw.ports[0]?.name).toBe('a-very-long-int');
  });
});

describe('without a controller', () => {
  test('[ES65] secure: entries stay and end by their time, misses go nowhere', () => {
    const bench = new SwitchBench({ failMode: 'secure' });
    const match = matchOf({ inPort: 1 });
    bench.controller.says(flowMod({ match, hardTimeoutS: 60, actions: [output(2)] }));
    bench.controller.session.ended('gone');
    bench.scheduler.advance(30e6);
    expect(ports(bench.gives(1, frame))).toEqual([2]);
    expect(bench.gives(3, frame)).toEqual({});
    bench.scheduler.advance(30e6);
    expect(bench.sw.flowCount).toBe(0);
  });

  test('[ES66] standalone: after 15 s the entries are forgotten and the switch learns by itself', () => {
    const bench = new SwitchBench({ failMode: 'standalone' });
    bench.controller.says(flowMod({ match: matchOf(), actions: [output(2)] }));
    bench.controller.session.ended('gone');
    bench.scheduler.advance(15e6 - 1);
    expect(ports(bench.gives(1, plain(alice, bob.mac)))).toEqual([2]);
    expect(ports(bench.gives(3, plain(carol, bob.mac)))).toEqual([2]);
    bench.scheduler.advance(1);
    expect(bench.sw.flowCount).toBe(0);
    expect(ports(bench.gives(1, plain(alice, bob.mac)))).toEqual([2, 3]);
    expect(ports(bench.gives(2, plain(bob, alice.mac)))).toEqual([1]);
  });

  test('[ES66] a controller that comes takes over at once; one that comes back in time changes nothing', () => {
    const bench = new SwitchBench({ failMode: 'standalone' });
    bench.controller.session.ended('gone');
    bench.scheduler.advance(15e6);
    const second = new TestController(bench.sw).greets();
    expect(bench.gives(1, frame)).toEqual({});
    expect(second.hears()).toMatchObject([{ kind: 'packetIn' }]);
    second.session.ended('gone');
    bench.scheduler.advance(14e6);
    const third = new TestController(bench.sw).greets();
    bench.scheduler.advance(14e6);
    expect(bench.gives(1, frame)).toEqual({});
    expect(third.hears()).toMatchObject([{ kind: 'packetIn' }]);
  });

  test('[ES66] a standalone switch that never had a controller learns after 15 s; a connection without HELLO is none', () => {
    const bench = new SwitchBench({ failMode: 'standalone' });
    bench.controller.session.ended('gone');
    const mute = new TestController(bench.sw);
    bench.scheduler.advance(15e6);
    expect(mute.isEnded).toBe(false);
    expect(ports(bench.gives(1, frame))).toEqual([2, 3]);
  });
});

test('[ES67] close ends connections and timers, also those that come later', () => {
  const bench = new SwitchBench({ failMode: 'standalone' });
  bench.controller.says(flowMod({ match: matchOf(), flags: ['sendFlowRemoved'], hardTimeoutS: 1 }));
  bench.sw.close();
  bench.sw.close();
  expect(bench.controller.isEnded).toBe(true);
  expect(bench.sw.isConnected).toBe(false);
  bench.controller.hears();
  bench.scheduler.advance(60e6);
  expect(bench.controller.hears()).toEqual([]);
  expect(bench.gives(1, frame)).toEqual({});
  expect(new TestController(bench.sw).isEnded).toBe(true);
});
