import { expect, test } from 'vitest';
import { bareProcess } from '../contract/status.fixture.ts';
import type { RouterProcess } from '../contract/status.ts';
import { describeEnd } from './router-end.ts';

test("[LAB12] how a router's program ended, in words", () => {
  const lastPacket = { seq: 431, msBefore: 12.3 };
  const end = (part: Partial<RouterProcess>) => describeEnd({ ...bareProcess, state: 'ended', ...part });
  expect(end({ signal: 'SIGSEGV', lastPacket })).toBe('crashed: SIGSEGV 12 ms after packet #431');
  expect(end({ signal: 'SIGABRT' })).toBe('crashed: SIGABRT');
  expect(end({ signal: 'SIGKILL', lastPacket: { seq: 7, msBefore: 2500 } })).toBe(
    'was ended by SIGKILL 2.5 s after packet #7',
  );
  expect(end({ exitCode: 1, lastPacket: { seq: 7, msBefore: 0.2 } })).toBe(
    'ended with exit code 1 less than 1 ms after packet #7',
  );
  expect(end({ exitCode: 0 })).toBe('ended by itself');
  expect(end({ signal: 'SIGTERM', stopped: true, lastPacket })).toBe('was stopped');
});
