import { expect, test } from 'vitest';
import { bareStatus } from '../contract/status.fixture.ts';
import type { LabStatus } from '../contract/status.ts';
import { StatusHistory } from './status-history.ts';

const status: LabStatus = {
  ...bareStatus,
  switches: [{ name: 'sw0', dpid: '1', connected: true, description: '', ports: [] }],
};
const router = (packetsRouted: number, state: 'running' | 'ended'): LabStatus => ({
  ...status,
  routers: [
    {
      name: 'router',
      vhost: 'vrhost',
      state: state === 'running' ? 'ready' : 'absent',
      peer: '',
      interfaces: [],
      process: {
        state,
        choice: { kind: 'reference' },
        command: 'sr',
        pid: 1,
        startedMs: 0,
        stopped: false,
        packetsRouted,
        lastPacket: { seq: packetsRouted, msBefore: 1 },
      },
    },
  ],
});

test('[LAB16] a moment is kept when switches, routers or hosts changed, not when they only counted', () => {
  const history = new StatusHistory();
  history.note(status, 1);
  history.note({ ...status, viewers: 3 }, 2);
  history.note(router(1, 'running'), 3);
  history.note(router(2, 'running'), 4);
  history.note(router(2, 'ended'), 5);
  expect(history.moments.map(({ atMs }) => atMs)).toEqual([1, 3, 5]);
  expect(history.moments[2]?.routers[0]?.process?.state).toBe('ended');
  history.clear();
  expect(history.moments).toEqual([]);
});

test('[LAB16] the oldest of more than 500 moments are forgotten', () => {
  const history = new StatusHistory();
  for (let at = 0; at < 600; at++) history.note({ ...status, hosts: [{ name: `h${at}`, ready: true }] }, at);
  expect([history.moments.length, history.moments[0]?.atMs]).toEqual([500, 100]);
});
