import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadLab } from '../load-lab.ts';
import { catalogDir } from '../project-paths.ts';
import { twoHosts } from '../testing/two-hosts.ts';
import { networkConfig } from './emulated-config.ts';

const { lab: simpleRouter } = await loadLab(join(catalogDir, 'simple-router/lab.json'));

test('[RUN10] a host alone in its network reaches its gateway directly and everything else through it', () => {
  const client = networkConfig(simpleRouter).hosts.find(({ name }) => name === 'client');
  expect(client).toEqual({
    name: 'client',
    interfaces: [{ mac: '02:00:00:00:00:03', address: '10.0.1.100', prefix: 32 }],
    routes: [
      { destination: '10.0.1.1', prefix: 32, gateway: undefined, interface: 0 },
      { destination: '0.0.0.0', prefix: 0, gateway: '10.0.1.1', interface: 0 },
    ],
    services: [],
  });
});

test('[RUN10] hosts in a network have a default route only with a gateway, and a MAC of their own without one', () => {
  const lab = twoHosts({ server: { gateway: '10.0.0.1', services: [{ kind: 'echo', port: 7 }] } });
  delete lab.hosts[0]?.mac;
  const [h1, h2] = networkConfig(lab).hosts;
  expect(h1).toMatchObject({ interfaces: [{ mac: '02:00:00:00:01:00' }], routes: [], services: [] });
  expect(h2?.routes).toEqual([{ destination: '0.0.0.0', prefix: 0, gateway: '10.0.0.1', interface: 0 }]);
  expect(h2?.services).toEqual([{ kind: 'echo', port: 7 }]);
  const hosts = Array.from(
    { length: 64 },
    (_, i) => ({ name: `h${i}`, role: 'client', address: '10.0.0.1/24' }) as const,
  );
  const macs = networkConfig({ ...lab, hosts }).hosts.map(({ interfaces }) => interfaces[0]?.mac);
  expect(new Set(macs).size).toBe(64);
});

test('[RUN10] switches keep their datapath id and port numbers, and forward nothing without a controller', () => {
  const { switches, links } = networkConfig(simpleRouter);
  expect(switches).toEqual([{ name: 'sw0', dpid: '0000000000000001', failMode: 'secure' }]);
  expect(links[2]).toEqual({ a: { node: 'client', port: 0 }, b: { node: 'sw0', port: 3 } });
});

test('[RUN12] what a link does comes in base units: bits, microseconds, shares of one', () => {
  const link = {
    bandwidthMbps: 2.5,
    delayMs: 0.5,
    jitterMs: 0.25,
    lossPercent: 12.5,
    duplicatePercent: 25,
    reorderPercent: 50,
    corruptPercent: 100,
    queueFrames: 20,
  };
  expect(networkConfig(twoHosts({ link })).links[0]?.impairments).toEqual({
    bandwidthBps: 2_500_000,
    queueFrames: 20,
    delayUs: 500,
    jitterUs: 250,
    loss: 0.125,
    duplicate: 0.25,
    reorder: 0.5,
    corrupt: 1,
  });
  // A link without bandwidth is as fast as can be, not as slow as nothing.
  const lossy = networkConfig(twoHosts({ link: { lossPercent: 1 } })).links[0]?.impairments;
  expect(lossy).toMatchObject({ loss: 0.01, delayUs: 0 });
  expect(Object.keys(lossy ?? {})).not.toContain('bandwidthBps');
});
