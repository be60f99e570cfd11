import { expect, test } from 'vitest';
import type { GradeRun } from '../../../server/contract/grade.ts';
import type { Lab } from '../../../server/contract/lab.ts';
import { bareStatus } from '../../../server/contract/status.fixture.ts';
import type { LabStatus } from '../../../server/contract/status.ts';
import { recordOf } from '../trace/records.fixture.ts';
import { commandLines } from './command-box.tsx';
import { type FirstUseFacts, firstUseSteps, isPingThrough } from './first-use.ts';

const lab: Lab = {
  id: 'lab',
  title: 'Lab',
  summary: 's',
  description: '',
  hours: 1,
  topics: [],
  app: 'vns-router',
  hosts: [],
  switches: [],
  links: [],
  routers: [{ name: 'r1', vhost: 'v', switch: 'sw0', interfaces: [], rtable: [] }],
  commands: [],
  checks: [{ id: 'arp', title: 'Gateways answer ARP', points: 1, requirement: 'r', steps: [] }],
};
const status: LabStatus = {
  ...bareStatus,
  phase: 'starting',
  routers: [{ name: 'r1', vhost: 'v', state: 'absent', peer: '', interfaces: [] }],
  hosts: [{ name: 'client', ready: false }],
};
const nothing = { lab, status, grade: undefined, pinged: false, opened: false };
const ticked = (facts: Partial<FirstUseFacts>) =>
  firstUseSteps({ ...nothing, ...facts })
    .filter((step) => step.done)
    .map((step) => step.id);

const run = (state: 'waiting' | 'running' | 'failed'): GradeRun => ({
  lab: 'lab',
  state: 'done',
  startedMs: 1,
  score: 0,
  maxScore: 1,
  checks: [{ id: 'arp', title: '', requirement: '', points: 1, score: 0, state, durationMs: 0, steps: [] }],
});

test('[GUIDE4] each tick comes from what happened', () => {
  expect(ticked({})).toEqual([]);
  expect(ticked({ status: { ...status, phase: 'running' } })).toEqual([]);
  const up: LabStatus = { ...status, phase: 'running', hosts: [{ name: 'client', ready: true }] };
  expect(ticked({ status: up })).toEqual(['lab']);
  const routed: LabStatus = {
    ...up,
    routers: [{ name: 'r1', vhost: 'v', state: 'ready', peer: '127.0.0.1:5', interfaces: [] }],
  };
  expect(ticked({ status: routed })).toEqual(['lab', 'router']);
  expect(ticked({ pinged: true, opened: true })).toEqual(['ping', 'packet']);
  expect(ticked({ grade: run('waiting') })).toEqual([]);
  expect(ticked({ grade: run('running') })).toEqual([]);
  expect(ticked({ grade: run('failed') })).toEqual(['check']);
});

test('[GUIDE4] a lab without routers or checks does not ask for them', () => {
  const plain = firstUseSteps({ ...nothing, lab: { ...lab, routers: [], checks: [] } });
  expect(plain.map((step) => step.id)).toEqual(['lab', 'ping', 'packet']);
});

test('[GUIDE4] a ping is through when its reply goes out to a host', () => {
  const frame = new Uint8Array(98);
  frame.set([0x08, 0x00, 0x46], 12);
  frame[23] = 1;
  const record = recordOf(1, { point: 'packet_out', length: 98, frame });
  // A header of 24 bytes: the type stands behind its options.
  frame[14 + 20] = 8;
  expect(isPingThrough(record)).toBe(true);
  frame[14 + 24] = 8;
  expect(isPingThrough(record)).toBe(false);
  frame[14 + 24] = 0;
  expect(isPingThrough({ ...record, point: 'packet_in' })).toBe(false);
  expect(isPingThrough({ ...record, frame: frame.subarray(0, 20) })).toBe(false);
});

test('[GUIDE3] a block of several lines is several commands, each of its host', () => {
  expect(commandLines('client', 'ping a\n\n  arp -n ')).toEqual(['client ping a', 'client arp -n']);
  expect(commandLines(undefined, 'net')).toEqual(['net']);
});
