import { expect, test } from 'vitest';
import type { Lab } from '../../contract/lab.ts';
import { twoHosts } from '../testing/two-hosts.ts';
import { mininetLacks } from './mininet-lacks.ts';

const everything = { netem: true, iperf: true };
const iperfServer: Partial<Lab['hosts'][number]> = { services: [{ kind: 'iperf', port: 5001 }] };

test('[RUN9] without netem a lab lacks what only netem does, a sentence a link; a bandwidth is no such thing', () => {
  const lab = twoHosts({ link: { bandwidthMbps: 10, queueFrames: 20, delayMs: 5, lossPercent: 0, corruptPercent: 1 } });
  expect(mininetLacks(lab, { ...everything, netem: false })).toEqual([
    'The link h1–sw0 needs delay, corruption, and this kernel has no netem.',
  ]);
  expect(mininetLacks(lab, everything)).toEqual([]);
  const shaped = twoHosts({ link: { bandwidthMbps: 10, queueFrames: 20 } });
  expect(mininetLacks(shaped, { ...everything, netem: false })).toEqual([]);
});

test('[RUN9] a host that serves iperf lacks it where the program is not installed', () => {
  const lab = twoHosts({ server: iperfServer });
  expect(mininetLacks(lab, { ...everything, iperf: false })).toEqual([
    'h2 serves iperf, and the program is not here: install the package iperf.',
  ]);
  expect(mininetLacks(lab, everything)).toEqual([]);
  expect(mininetLacks(twoHosts(), { netem: false, iperf: false })).toEqual([]);
});
