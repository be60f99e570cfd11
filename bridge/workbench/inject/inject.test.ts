import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { summarize } from '../../packet/dissect.ts';
import { StageLab, udp } from '../testing/stage-lab.ts';
import type { ReplayRequest } from './inject.ts';

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const status = (lab: StageLab) => lab.ask('inject:status', {});
const record = (lab: StageLab, count: number, gapMs: number) => {
  for (let mark = 1; mark <= count; mark++) {
    lab.send('packet_in', 1, udp(mark));
    lab.advanceMs(gapMs);
  }
};
const replay = (lab: StageLab, more: object = {}, speed = 1) => {
  const from = { kind: 'log', fromSeq: 1, toSeq: lab.log.logged, point: 'packet_in', ...more } as const;
  return lab.ask('inject:replay', { from, speed });
};

describe('one frame', () => {
  test.each([
    ['packet_in', 'sw0', ['1 inject injected', '2 packet_in passed 1', '3 to_router passed 2']],
    ['to_router', 'r0', ['1 inject injected', '2 to_router passed 1']],
    ['from_router', 'r0', ['1 inject injected', '2 from_router passed 1', '3 packet_out passed 2']],
    ['packet_out', 'sw0', ['1 inject injected', '2 packet_out passed 1']],
  ] as const)('[WB70] put in at %s, everything descends from its record', (point, node, story) => {
    const lab = new StageLab();
    expect(lab.ask('inject:frame', { point, node, port: 2, bytes: base64(udp(5)) })).toEqual({ seq: 1 });
    expect(lab.story()).toEqual(story);
    expect(lab.out).toMatchObject([{ port: 2, bytes: udp(5) }]);
    expect(lab.records()[0]).toMatchObject({ verdict: 'injected', parents: [], frame: udp(5), node });
  });

  test('[WB70] faults and breakpoints apply to it', () => {
    const lab = new StageLab();
    lab.fault({ what: { kind: 'duplicate' } });
    const points = ['to_router'] as const;
    lab.ask('hold:breakpoints', { breakpoints: [{ id: 'b', filter: 'udp', points, enabled: true, limit: 1 }] });
    lab.ask('inject:frame', { point: 'packet_in', node: 'sw0', port: 1, bytes: base64(udp(5)) });
    expect(lab.story()).toEqual([
      '1 inject injected',
      '2 packet_in passed 1',
      '3 fault duplicated 2',
      '4 hold held 2',
      '5 hold held 3',
    ]);
  });

  test('[WB71] a place that is not there is refused with those that are, and so is what is no frame', () => {
    const lab = new StageLab();
    const at = (point: 'packet_in' | 'to_router', node: string, port: number, bytes = base64(udp(1))) =>
      lab.ask('inject:frame', { point, node, port, bytes });
    expect(() => at('packet_in', 'r0', 1)).toThrow('There is no "r0" with packet_in, only sw0');
    expect(() => at('to_router', 'r0', 7)).toThrow('r0 has no port 7, only 1 (eth1), 2 (eth2), 3 (eth3)');
    expect(() => at('to_router', 'r0', 1, 'AAAA')).toThrow('this one 3');
    expect(lab.log.logged).toBe(0);
  });

  test('[WB74] a frame is built from a form', () => {
    const lab = new StageLab();
    const eth = { src: '02:00:00:00:00:01', dst: '02:00:00:00:00:02' };
    const { bytes } = lab.ask('inject:build', {
      eth,
      layer: {
        ...{ kind: 'ipv4', src: '10.0.1.100', dst: '10.0.1.1', ttl: 5, id: 1, dontFragment: false },
        transport: { kind: 'icmp', type: 8, code: 0, ident: 1, seq: 9 },
        payload: base64(new Uint8Array(20)),
      },
    });
    expect(summarize(Uint8Array.from(Buffer.from(bytes, 'base64'))).info).toBe('Echo request seq=9 ttl=5 id=0x0001');
    const arp = { senderMac: 'x', senderIp: '', targetMac: '', targetIp: '' };
    expect(() => lab.ask('inject:build', { eth, layer: { kind: 'arp', operation: 'reply', ...arp } })).toThrow(
      'arp.senderMac is "x"',
    );
  });
});

describe('replay', () => {
  test.each([
    [1, [0, 10, 20]],
    [2, [0, 5, 10]],
    [0, [0, 0.5, 1]],
    [1000, [0, 0.5, 1]],
  ])('[WB72] at speed %d', (speed, expectedMs) => {
    const lab = new StageLab();
    record(lab, 3, 10);
    expect(replay(lab, {}, speed)).toMatchObject({ state: 'running', total: 3, sent: 0, skipped: 0 });
    expect(lab.interventions.state).toMatchObject({ replaying: true, distorted: true });
    lab.advanceMs(100);
    expect(lab.out.slice(3).map(({ atUs }) => atUs / 1000 - 30)).toEqual(expectedMs);
    expect(lab.came()).toEqual([1, 2, 3, 1, 2, 3]);
    expect(status(lab)).toEqual({ state: 'done', total: 3, sent: 3, skipped: 0, firstSeq: 7, lastSeq: 13 });
    expect(lab.interventions.state).toMatchObject({ replaying: false, distorted: false });
    expect(lab.records()[6]).toMatchObject({ point: 'inject', verdict: 'injected', port: 1 });
  });

  test('[WB72] it tells how far it is, can be cancelled, and there is one at a time', () => {
    const lab = new StageLab();
    expect(status(lab).state).toBe('none');
    record(lab, 10, 10);
    replay(lab);
    lab.advanceMs(35);
    expect(status(lab)).toMatchObject({ state: 'running', sent: 4, total: 10 });
    expect(() => replay(lab)).toThrow('A replay is running');
    expect(lab.ask('inject:cancel', {})).toMatchObject({ state: 'cancelled', sent: 4 });
    lab.advanceMs(1000);
    expect(lab.out).toHaveLength(14);
    expect(replay(lab, {}, 0).state).toBe('running');
    lab.interventions.close();
    lab.advanceMs(1000);
    expect(lab.out).toHaveLength(14);
  });

  test('[WB72] frames that are given go to one place, by their times; 10,000 at most', () => {
    const lab = new StageLab();
    const at = { point: 'from_router', node: 'r0', port: 3 } as const;
    const frames = [
      { atUs: 9_000, bytes: base64(udp(2)) },
      { atUs: 5_000, bytes: base64(udp(1)) },
    ];
    const from: ReplayRequest['from'] = { kind: 'frames', at, frames };
    lab.ask('inject:replay', { from, speed: 1 });
    lab.advanceMs(10);
    expect(lab.out.map(({ atUs, port, at: point }) => [point, port, atUs])).toEqual([
      ['packet_out', 3, 0],
      ['packet_out', 3, 4_000],
    ]);
    const many = Array.from({ length: 10_001 }, () => ({ atUs: 0, bytes: '' }));
    expect(() => lab.ask('inject:replay', { from: { ...from, frames: many }, speed: 1 })).toThrow('at most 10000');
    const elsewhere: ReplayRequest['from'] = { ...from, at: { ...at, node: 'r9' } };
    expect(() => lab.ask('inject:replay', { from: elsewhere, speed: 1 })).toThrow('no "r9"');
  });

  test('[WB72] never more than 2,000 a second, even when the thread was late', () => {
    const lab = new StageLab();
    record(lab, 100, 0);
    replay(lab, {}, 0);
    lab.advanceMs(20);
    expect(status(lab).sent).toBe(41);
  });

  test('[WB73] records of one point and range, each where it was seen or all to one place; cut ones are skipped', () => {
    const lab = new StageLab();
    lab.send('packet_in', 1, udp(1));
    lab.send('packet_in', 2, udp(2));
    const cut = udp(3);
    lab.log.append('packet_in', lab.log.node('sw0'), 1, cut, 0, 40, cut.length);
    lab.log.append('packet_in', lab.log.node('gone'), 1, cut, 0, cut.length);
    lab.send('packet_in', 3, udp(4));
    expect(replay(lab, { toSeq: 6 }, 0)).toMatchObject({ total: 2, skipped: 2 });
    lab.advanceMs(10);
    expect(lab.out.slice(3).map(({ port }) => port)).toEqual([1, 2]);
    replay(lab, { fromSeq: 2, toSeq: 4, at: { node: 'sw0', port: 3 } }, 0);
    lab.advanceMs(10);
    expect(lab.out.slice(5).map(({ port, bytes }) => [port, bytes])).toEqual([[3, udp(2)]]);
    expect(() => replay(lab, { point: 'packet_out' })).toThrow('no whole frame');
    expect(() => replay(lab, { at: { node: 'sw0', port: 9 } })).toThrow('no port 9');
  });
});
