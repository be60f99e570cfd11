import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BridgeState } from '../../bridge/index.ts';
import { bareProcess } from '../contract/status.fixture.ts';
import type { RouterProcess } from '../contract/status.ts';
import { quietWorkbench } from '../testing/fake-bridge.ts';
import { parseLab } from './load-lab.ts';
import { catalogDir } from './project-paths.ts';
import { isReady, type LabFacts, missing, Readiness } from './readiness.ts';

const lab = parseLab(await readFile(join(catalogDir, 'simple-router/lab.json'), 'utf8'), 'lab.json');

function bridgeState(router: BridgeState['routers'][number]['state'], ports: readonly number[]): BridgeState {
  const [first] = lab.routers;
  if (first === undefined) throw new Error('the lab has a router');
  const interfaces = first.interfaces.map((each) => ({ ...each, mac: '' }));
  return {
    listening: { openflow: [], vns: [{ kind: 'tcp', host: '127.0.0.1', port: 8888 }] },
    switches: [
      {
        name: 'sw0',
        dpid: '0000000000000001',
        connected: ports.length > 0,
        description: 'Open vSwitch',
        ports: ports.map((port) => ({ port, name: `sw0-eth${port}`, mac: '', up: true })),
      },
    ],
    routers: [
      {
        name: 'router',
        vhost: 'vrhost',
        state: router,
        peer: '',
        interfaces,
        toRouter: 0,
        fromRouter: 0,
        lastToRouter: { seq: 0, tUs: 0 },
      },
    ],
    workbench: quietWorkbench,
    comments: { revision: 0, kept: 0, forgotten: 0 },
    counters: {
      logged: 0,
      forgotten: 0,
      packetsIn: 0,
      packetsOut: 0,
      drops: {},
      dispatchP50Us: 0,
      dispatchP99Us: 0,
    },
    epochMs: 0,
    nowUs: 0,
  };
}

const nothing: LabFacts = {
  lab,
  phase: 'starting',
  runtime: 'mininet',
  bridge: undefined,
  network: undefined,
  processes: new Map(),
  failure: undefined,
};
const everything: LabFacts = {
  ...nothing,
  phase: 'running',
  bridge: bridgeState('ready', [1, 2, 3]),
  network: { linked: true, readyHosts: ['server1', 'server2', 'client'] },
  processes: new Map([['router', bareProcess]]),
};

const read = (facts: LabFacts, nowMs = 0, readiness = new Readiness()) =>
  Object.fromEntries(readiness.read(facts, nowMs).map(({ id, state, detail }) => [id, `${state}: ${detail}`]));

test('[LAB10] an emulated lab waits for the emulated network, never for Mininet', () => {
  const facts: LabFacts = { ...nothing, runtime: 'emulated', bridge: bridgeState('absent', []) };
  expect(read(facts)).toMatchObject({
    network: 'waiting: waits for the emulated network to make hosts, switches and links',
    switch: 'waiting: sw0 waits for the emulated network to make it',
    hosts: 'waiting: server1, server2, client wait for the emulated network to make them',
  });
  expect(JSON.stringify(read({ ...facts, bridge: undefined }))).not.toContain('Mininet');
});

test('[LAB10] each chip names what it waits for and on whom, from the start to the end', () => {
  expect(read(nothing)).toEqual({
    network: 'waiting: waits for the controller to listen',
    switch: 'waiting: sw0 waits for Mininet to make it',
    controller: 'waiting: the controller starts',
    vns: 'waiting: the controller starts',
    router: 'waiting: router waits for the controller',
    hosts: 'waiting: server1, server2, client wait for Mininet to make them',
  });
  const half = { ...everything, bridge: bridgeState('parked', []), network: { linked: true, readyHosts: ['client'] } };
  expect(read(half)).toMatchObject({
    network: 'ok: 3 hosts, 1 switch and 3 links',
    switch: 'waiting: sw0 has not connected to the controller',
    vns: 'ok: routers connect to 127.0.0.1:8888',
    router: 'waiting: router is connected and waits for sw0 to come up: then its interfaces are sent',
    hosts: 'waiting: server1, server2 wait for addresses, routes and services',
  });
  expect(read({ ...everything, bridge: bridgeState('ready', [1, 3]) }).switch).toBe(
    'waiting: sw0 has not told of its port 2',
  );
  const chips = new Readiness().read(everything, 0);
  expect(isReady(chips)).toBe(true);
  expect(missing(chips)).toBe('');
});

test('[LAB10] a chip that waits too long fails with what it waited for, and recovers', () => {
  const readiness = new Readiness();
  const late = { ...everything, bridge: bridgeState('absent', [1, 2, 3]) };
  expect(read(late, 1000, readiness).router).toMatch(/^waiting: /);
  expect(read(late, 10_900, readiness).router).toMatch(/^waiting: /);
  expect(read(late, 11_000, readiness).router).toBe(
    'failed: After 10 s still: router runs and has not connected to 127.0.0.1:8888',
  );
  expect(readiness.read(late, 12_000).find(({ id }) => id === 'router')?.sinceMs).toBe(1000);
  expect(read(everything, 13_000, readiness).router).toBe('ok: router has its interfaces: eth1, eth2, eth3');
});

test('[LAB10] a router over the network has all the time; a program that ended does not', () => {
  const readiness = new Readiness();
  const absent = { ...everything, bridge: bridgeState('absent', [1, 2, 3]), processes: new Map() };
  read(absent, 0, readiness);
  expect(read(absent, 3_600_000, readiness).router).toBe('waiting: waits for router to connect to 127.0.0.1:8888');
  const ended: RouterProcess = { ...bareProcess, state: 'ended', exitCode: 3 };
  expect(read({ ...absent, processes: new Map([['router', ended]]) }).router).toBe(
    'failed: router ended with exit code 3',
  );
});

test('[LAB11] when a lab has failed, one chip says why and the others rest', () => {
  const failed = { ...everything, phase: 'failed', failure: { chip: 'network', why: 'It is gone.' } } as const;
  expect(read(failed)).toMatchObject({ network: 'failed: It is gone.', hosts: 'idle: ', router: 'idle: ' });
});
