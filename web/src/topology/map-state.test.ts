import { expect, test } from 'vitest';
import { bareProcess } from '../../../server/contract/status.fixture.ts';
import type { RouterProcess } from '../../../server/contract/status.ts';
import { labOf, statusOf } from '../state/lab.fixture.ts';
import { layoutMap, type MapLink, type MapNode } from './layout.ts';
import { linkFacts } from './link-card.tsx';
import { bridgeText, interfaceText, linkState, mapRows, nodeState, routerPhase } from './map-state.ts';

const lab = labOf(2, 1, 1);
const layout = layoutMap(lab, false);
const link = (kind: MapLink['kind']) => {
  const found = layout.links.find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found;
};
const node = (name: string): MapNode => {
  const found = layout.nodes.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};
const ended: RouterProcess = { ...bareProcess, state: 'ended' };

test('[MAP2] a cable follows its port, and is not there while its switch is not', () => {
  const status = statusOf(lab);
  expect(linkState(link('cable'), status)).toBe('up');
  const port = status.switches[0]?.ports[0];
  if (port !== undefined) port.up = false;
  expect(linkState(link('cable'), status)).toBe('down');
  const own = status.switches[0];
  if (own !== undefined) own.connected = false;
  expect([linkState(link('cable'), status), linkState(link('openflow'), status)]).toEqual(['off', 'off']);
  expect(linkState(link('cable'), undefined)).toBe('off');
});

test('[MAP2] a router’s links: dotted before it is ready, up, and down when it crashed', () => {
  const of = (router: Parameters<typeof statusOf>[1]) => {
    const status = statusOf(lab, router);
    return [routerPhase(status.routers[0]), linkState(link('vns'), status), nodeState(node('r1'), status)];
  };
  expect(of({})).toEqual(['ready', 'up', 'normal']);
  expect(of({ state: 'absent' })).toEqual(['absent', 'off', 'ghost']);
  expect(of({ state: 'parked' })).toEqual(['holding', 'off', 'waiting']);
  expect(of({ state: 'absent', process: { ...ended, signal: 'SIGSEGV' } })).toEqual(['crashed', 'down', 'bad']);
  expect(of({ state: 'absent', process: { ...ended, exitCode: 1 } })).toEqual(['crashed', 'down', 'bad']);
  expect(of({ state: 'absent', process: { ...ended, exitCode: 0 } })).toEqual(['ended', 'down', 'bad']);
  expect(of({ state: 'absent', process: { ...ended, signal: 'SIGTERM', stopped: true } })).toEqual([
    'absent',
    'off',
    'ghost',
  ]);
});

test('[MAP2] addresses stand at interfaces once they could be sent', () => {
  const router = lab.routers[0];
  if (router === undefined) throw new Error('no router');
  expect(interfaceText(router, 'eth2', statusOf(lab))).toBe('10.0.2.1');
  expect(interfaceText(router, 'eth2', statusOf(lab, { state: 'absent' }))).toBe('not sent yet');
});

test('[MAP2] the bridge says what is connected, and a measured figure only when it was measured', () => {
  const figures = (us: number) => `${us} µs`;
  const status = statusOf(lab, { state: 'absent' });
  expect(bridgeText(status, figures)).toEqual({
    controller: ['OpenFlow 1.0', 'switch is up'],
    vns: ['port 8888', 'listening'],
    vnsWaits: true,
  });
  const busy = statusOf(lab);
  busy.counters.dispatchP99Us = 90;
  expect(bridgeText(busy, figures)).toMatchObject({ controller: ['OpenFlow 1.0', 'p99 90 µs'], vnsWaits: false });
});

test('[MAP6] the table says the same as the picture', () => {
  expect(mapRows(layout, statusOf(lab)).slice(0, 4)).toEqual([
    { from: 'h0x1', to: 'sw0 port 1', state: 'up', kind: 'Cable', impaired: '' },
    { from: 'h0x2', to: 'sw0 port 2', state: 'up', kind: 'Cable', impaired: '' },
    { from: 'sw0', to: 'bridge', state: 'up', kind: 'OpenFlow channel', impaired: '' },
    { from: 'bridge', to: 'r1 eth1', state: 'up', kind: 'VNS connection', impaired: '' },
  ]);
});

test('[MAP8] the table and the card of an impaired link say what it does', () => {
  const impaired = labOf(2, 1, 0);
  Object.assign(impaired.links[0] ?? {}, { impairments: { lossPercent: 2, bandwidthMbps: 10 } });
  const drawn = layoutMap(impaired, false);
  const status = statusOf(impaired);
  expect(mapRows(drawn, status).map((row) => row.impaired)).toEqual(['loss 2 %, bandwidth 10 Mbit/s', '', '']);
  const [first, second] = drawn.links;
  expect(first && linkFacts(first, status)).toEqual([
    ['From', 'h0x1'],
    ['To', 'sw0 port 1'],
    ['State', 'up'],
    ['Loss', '2 %'],
    ['Bandwidth', '10 Mbit/s'],
    ['Holds', 'each way by itself'],
  ]);
  expect(second && linkFacts(second, undefined)).toEqual([
    ['From', 'h0x2'],
    ['To', 'sw0 port 2'],
    ['State', 'not there yet'],
  ]);
});
