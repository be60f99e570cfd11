import { expect, test } from 'vitest';
import type { RouterProcess } from '../../../server/contract/status.ts';
import { labOf, statusOf } from '../state/lab.fixture.ts';
import { endReason, endTitle, ownCommand, programOf, reachText, waitingReason } from './router-text.ts';

const process: RouterProcess = {
  state: 'ended',
  choice: { kind: 'command', argv: ['/home/me/sr', '-p', '8888'], cwd: '/home/me' },
  command: '/home/me/sr -p 8888',
  pid: 4127,
  startedMs: 0,
  endedMs: 134_000,
  stopped: false,
  packetsRouted: 96,
};

test('[UI23] how it ended, and how long after which packet', () => {
  expect(endTitle({ ...process, signal: 'SIGSEGV', lastPacket: { seq: 431, msBefore: 12.2 } })).toBe(
    'SIGSEGV 12 ms after packet #431',
  );
  expect(endTitle({ ...process, exitCode: 1, lastPacket: { seq: 7, msBefore: 0.42 } })).toBe(
    'Exit code 1 0.4 ms after packet #7',
  );
  expect(endTitle({ ...process, exitCode: 1, lastPacket: { seq: 7, msBefore: 61_000 } })).toBe(
    'Exit code 1 1 min 1 s after packet #7',
  );
  expect(endTitle({ ...process, signal: 'SIGABRT' })).toBe('SIGABRT, before its first packet');
});

test('[UI23] what it was and did', () => {
  expect(endReason(process)).toBe('sr (pid 4127) ran for 2 min 14 s and routed 96 packets.');
  expect(programOf({ ...process, choice: { kind: 'reference' } })).toBe('The reference router');
});

test('[UI23] the command for one’s own names the host that reaches VNS, and the router', () => {
  const status = statusOf(labOf(1, 1, 2));
  const [first, second] = status.routers;
  if (first === undefined || second === undefined) throw new Error('no routers');
  expect(ownCommand(status, first, 'lab.example.edu')).toBe('./sr -s localhost -p 8888 -v vhost1');
  const open = { ...status, vns: { host: '0.0.0.0', port: 9000 } };
  expect(ownCommand(open, second, 'lab.example.edu')).toBe('./sr -s lab.example.edu -p 9000 -v vhost2');
  expect([reachText(status), reachText(open)]).toEqual([
    'Or start your own, on this machine',
    'Or start your own, on any machine that reaches this one',
  ]);
});

test('[UI23] why nothing runs: the switch is ready, or not yet', () => {
  const status = statusOf(labOf(1, 1, 1));
  expect(waitingReason(status)).toMatch(/switch is ready/);
  const own = status.switches[0];
  if (own !== undefined) own.connected = false;
  expect(waitingReason(status)).toMatch(/not up yet/);
});
