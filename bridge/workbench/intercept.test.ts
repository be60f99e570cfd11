import { Buffer } from 'node:buffer';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createBridge } from '../create-bridge.ts';
import { addressOf, EventWatch, ethernet, labConfig, traceOf, until } from '../testing/lab.ts';
import { ScriptedSwitch } from '../testing/scripted-switch.ts';
import { Interceptor } from '../trace/intercept.ts';
import type { FaultEffect, FaultPlace } from './fault/fault.ts';

const [a, b, broadcast] = ['02:00:00:00:00:0a', '02:00:00:00:00:0b', 'ff:ff:ff:ff:ff:ff'];
afterEach(() => void vi.restoreAllMocks());

/** A learning switch in a real bridge: the same points without a router. */
async function startLab() {
  const bridge = await createBridge(labConfig({ kind: 'l2-learning', idleTimeoutS: 10, hardTimeoutS: 60 }));
  const events = new EventWatch(bridge);
  const sw = await ScriptedSwitch.connect(addressOf(bridge, 'openflow'));
  await events.next('switch:connected');
  await sw.hears('flowMod');
  return {
    ...{ bridge, sw, events },
    fault: (where: FaultPlace, what: FaultEffect) =>
      bridge.call('fault:set', { where, what, which: { filter: '' }, seed: 1, when: { afterMs: 0, forMs: 0 } }),
    hold: (point: 'packet_in' | 'packet_out', filter = '') =>
      bridge.call('hold:breakpoints', {
        breakpoints: [{ id: 'b', filter, points: [point], enabled: true, limit: 0 }],
      }),
    held: () => until(() => bridge.state.workbench.held > 0),
    out: async () => {
      const { actions, data, bufferId } = await sw.hears('packetOut');
      return { to: actions.map((action) => (action.kind === 'output' ? action.port : -1)), data, bufferId };
    },
    [Symbol.asyncDispose]: async () => {
      sw.close();
      await bridge.close();
    },
  };
}

describe('in a bridge', () => {
  test('[WB40] while nothing is set nobody is asked, and again when everything is removed', async () => {
    const takes = vi.spyOn(Interceptor.prototype, 'takes');
    await using lab = await startLab();
    const pass = async () => {
      lab.sw.packetIn(1, ethernet(broadcast, a));
      await lab.out();
    };
    await pass();
    expect(takes).not.toHaveBeenCalled();
    await lab.hold('packet_in', 'arp');
    await pass();
    expect(takes).toHaveBeenCalledTimes(2);
    await lab.bridge.call('hold:breakpoints', { breakpoints: [] });
    await pass();
    expect(takes).toHaveBeenCalledTimes(2);
  });

  test('[WB42] the state that is pushed says what is held, and the frame goes on when it is forwarded', async () => {
    await using lab = await startLab();
    await lab.hold('packet_in');
    const pushed: number[] = [];
    lab.bridge.onState(({ workbench }) => pushed.push(workbench.held));
    const question = ethernet(broadcast, a);
    lab.sw.packetIn(1, question);
    await until(() => pushed.includes(1));
    expect(lab.bridge.state.workbench).toMatchObject({ held: 1, breakpoints: 1, faults: 0, distorted: true });
    await lab.bridge.call('hold:act', { ids: 'all', action: { kind: 'forward' } });
    expect(await lab.out()).toMatchObject({ to: [0xfffb], data: question });
    expect((await traceOf(lab.bridge)).map(({ point, parents }) => [point, ...parents])).toEqual([
      ['packet_in'],
      ['hold', 1],
      ['packet_out', 2],
    ]);
    await until(() => pushed.at(-1) === 0);
  });

  test('[WB55] what the switch keeps in a buffer is released from there, or sent as bytes once it is edited', async () => {
    await using lab = await startLab();
    await lab.hold('packet_out');
    const frame = ethernet(broadcast, a);
    lab.sw.packetIn(1, frame, { bufferId: 77 });
    await lab.held();
    await lab.bridge.call('hold:run', {});
    expect(await lab.out()).toEqual({ to: [0xfffb], data: new Uint8Array(0), bufferId: 77 });
    await until(() => lab.bridge.state.workbench.held === 0);
    lab.sw.packetIn(1, frame, { bufferId: 78 });
    await lab.held();
    const bytes = ethernet(broadcast, a, 80, 7);
    const base64 = Buffer.from(bytes).toString('base64');
    await lab.bridge.call('hold:act', { ids: [2], action: { kind: 'edit-bytes', bytes: base64 } });
    await lab.bridge.call('hold:act', { ids: [2], action: { kind: 'forward' } });
    expect(await lab.out()).toEqual({ to: [0xfffb], data: bytes, bufferId: 0xffff_ffff });
  });

  test('[WB60] a flooded frame is lost on the link of the fault only', async () => {
    await using lab = await startLab();
    await lab.fault({ kind: 'link', switch: 'sw0', port: 2, direction: 'out' }, { kind: 'lose' });
    await until(() => lab.bridge.state.workbench.distorted);
    lab.sw.packetIn(1, ethernet(broadcast, a));
    expect(await lab.out()).toMatchObject({ to: [3] });
    expect((await traceOf(lab.bridge)).map(({ point, port }) => [point, port])).toEqual([
      ['packet_in', 1],
      ['fault', 2],
      ['packet_out', 3],
    ]);
    expect(lab.bridge.state.counters.drops).toEqual({ fault: 1 });
  });

  test('[WB65] the connection of a switch is ended, and each new one until the fault is removed', async () => {
    await using lab = await startLab();
    const { id } = await lab.fault({ kind: 'controller', direction: 'both' }, { kind: 'disconnect' });
    expect(await lab.events.next('switch:disconnected')).toMatchObject({
      node: 'sw0',
      reason: expect.stringContaining('The fault f1 disconnects it'),
    });
    const again = () => ScriptedSwitch.connect(addressOf(lab.bridge, 'openflow'));
    await using _second = await again();
    await lab.events.next('switch:disconnected');
    await lab.bridge.call('fault:remove', { id });
    await using _third = await again();
    await until(() => lab.bridge.state.switches[0]?.connected === true);
    await expect(lab.events.next('switch:disconnected', 200)).rejects.toThrow('No switch:disconnected');
  });

  test('[WB42] frames between learned addresses are held at both points, one after the other', async () => {
    await using lab = await startLab();
    lab.sw.packetIn(1, ethernet(broadcast, a));
    await lab.out();
    await lab.hold('packet_in');
    const answer = ethernet(a, b);
    lab.sw.packetIn(2, answer);
    await lab.held();
    expect(await lab.bridge.call('hold:step', {})).toEqual({ outcome: 'held', id: 2 });
    const { frames } = await lab.bridge.call('hold:list', {});
    expect(frames).toMatchObject([{ point: 'packet_out', node: 'sw0', port: 1, next: 'out of sw0-eth1 of sw0' }]);
    await lab.bridge.call('hold:step', {});
    expect(await lab.out()).toMatchObject({ to: [1], data: answer });
  });
});
