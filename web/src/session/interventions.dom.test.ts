import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bareStatus } from '../../../server/contract/status.fixture.ts';
import { useInterventions } from '../state/interventions.ts';
import { resetLab, useLab } from '../state/lab-store.ts';
import { useNotices } from '../state/notices.ts';
import { traceStore } from '../state/trace-store.ts';
import { actOnHeld, followInterventions } from './interventions.ts';

const held = { nowUs: 0, frames: [] };
const answers: Record<string, unknown> = {
  'hold/list': held,
  'hold/breakpoints': { stopRouter: false, holdMs: 30_000, capacity: 256, breakpoints: [] },
  'fault/list': [],
  'inject/status': { state: 'none', total: 0, sent: 0, skipped: 0, firstSeq: 0, lastSeq: 0 },
};
const problem = { code: 'not-found', title: 'Not found', status: 404, detail: 'No frame 9 is held' };
let asked: string[] = [];
let stop: () => void = () => undefined;
const lists = () => asked.filter((path) => path === 'hold/list').length;
const workbench = (part: object) => ({
  ...{ held: 0, breakpoints: 0, faults: 0, replaying: false, distorted: false, stopsRouter: false },
  ...part,
});

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  resetLab('lab');
  useLab.setState({ connection: { state: 'connected' }, status: undefined });
  vi.stubGlobal('fetch', async (path: string) => {
    const method = String(path).replace(/.*workbench\//, '');
    asked.push(method);
    const answer = answers[method];
    return new Response(JSON.stringify(answer ?? problem), {
      status: answer === undefined ? 404 : 200,
      headers: { 'content-type': 'application/json' },
    });
  });
  stop = followInterventions('lab');
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('[HOLD1] the lab is asked when its status says that something changed, not with every status', async () => {
  useLab.setState({ status: { ...bareStatus, workbench: workbench({}) } });
  await vi.advanceTimersByTimeAsync(200);
  expect(lists()).toBe(1);
  useLab.setState({ status: { ...bareStatus, viewers: 3, workbench: workbench({}) } });
  await vi.advanceTimersByTimeAsync(3_000);
  expect(lists()).toBe(1);
  useLab.setState({ status: { ...bareStatus, workbench: workbench({ held: 1 }) } });
  await vi.advanceTimersByTimeAsync(200);
  expect(lists()).toBe(2);
});

test('[HOLD1] a record of holding asks, too; while something is on the lab is asked each second', async () => {
  useLab.setState({ status: { ...bareStatus, workbench: workbench({}) } });
  await vi.advanceTimersByTimeAsync(200);
  const record = {
    ...{ seq: 1, tUs: 0, point: 'hold' as const, node: 'sw0', port: 1, verdict: 'held' as const },
    ...{ cause: 'none' as const, parents: [], rule: 'none' as const, confidence: 100, length: 0 },
    frame: new Uint8Array(0),
  };
  answers['inject/status'] = { state: 'running', total: 9, sent: 1, skipped: 0, firstSeq: 1, lastSeq: 1 };
  traceStore.take({ epochMs: 1, records: [record] });
  await vi.advanceTimersByTimeAsync(200);
  expect(lists()).toBe(2);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(lists()).toBe(5);
  answers['inject/status'] = { state: 'none', total: 0, sent: 0, skipped: 0, firstSeq: 0, lastSeq: 0 };
});

test('[HOLD1] a break keeps what is known and asks again after it; a lab that stops has nothing held or set', async () => {
  useLab.setState({ status: { ...bareStatus, workbench: workbench({}) } });
  await vi.advanceTimersByTimeAsync(200);
  useLab.setState({ connection: { state: 'reconnecting', attempt: 1, lastDataMs: 0 } });
  await vi.advanceTimersByTimeAsync(500);
  expect([lists(), useInterventions.getState().breakpoints?.holdMs]).toEqual([1, 30_000]);
  useLab.setState({ connection: { state: 'connected' } });
  await vi.advanceTimersByTimeAsync(500);
  expect(lists()).toBe(2);
  useLab.setState({ status: { ...bareStatus, phase: 'stopped' } });
  expect(useInterventions.getState().breakpoints).toBeUndefined();
});

test('[HOLD8] what the lab refuses is told', async () => {
  useNotices.setState({ notices: [] });
  expect(await actOnHeld([9], { kind: 'forward' })).toBe(0);
  expect(useNotices.getState().notices.map(({ detail }) => detail)).toEqual(['No frame 9 is held']);
});
