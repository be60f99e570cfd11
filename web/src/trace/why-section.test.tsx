import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Why } from '../../../server/contract/chains.ts';
import { api } from '../session/api.ts';
import { ProblemError, unreachable } from '../session/problem.ts';
import { useLab } from '../state/lab-store.ts';
import { find, freshPage, wait } from '../ui/page.fixture.ts';
import { AgainNote, CauseNote } from './cause-note.tsx';
import { recordOf } from './records.fixture.ts';
import { unexplained, WhySection } from './why-section.tsx';

beforeEach(() => {
  useLab.setState({ id: 'lab', status: { phase: 'running' } as never });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});
const page = freshPage();

const same = { rule: 'same frame', confidence: 100 } as const;
const given = [recordOf(1), recordOf(2, { point: 'to_router', parents: [1], ...same })];
const dropped = recordOf(3, { point: 'drop', verdict: 'dropped', cause: 'no router', parents: [1], ...same });
const missing: Why = {
  seq: 2,
  text: '',
  reasons: [
    {
      kind: 'inferred',
      what: 'missing',
      seq: 2,
      text: 'Its TTL was 1.',
      requirement: { rule: 'RT7', text: 'Time exceeded.' },
    },
  ],
};

test('[TRACE61] a drop and a router that stays silent need explaining, a journey that went well does not', () => {
  expect(unexplained([recordOf(1), dropped])).toBe(3);
  expect(unexplained(given)).toBe(2);
  const asked = recordOf(3, { point: 'from_router', parents: [2], rule: 'arp request for', confidence: 98 });
  expect(unexplained([...given, asked])).toBe(2);
  expect(unexplained([...given, recordOf(4, { point: 'from_router', parents: [2], rule: 'forward' })])).toBeUndefined();
  expect(unexplained([recordOf(1)])).toBeUndefined();
});

test('[TRACE61] reasons are shown as observed or inferred, with the requirement', async () => {
  const ask = vi.spyOn(api, 'workbench').mockResolvedValue(missing as never);
  await page.draw(<WhySection journey={given} />);
  expect(ask).toHaveBeenCalledWith('lab', 'trace:why', { seq: 2 });
  expect(find('why-missing')?.dataset.kind).toBe('inferred');
  expect(find('why-missing')?.textContent).toBe('inferredIts TTL was 1.Requirement RT7: Time exceeded.');
  expect(find('why-missing')?.querySelector('.chip-inferred')).not.toBeNull();
});

test('[TRACE61] what may still come is asked for again, and an answer that came needs no section', async () => {
  vi.useFakeTimers();
  const reasons = missing.reasons.map((reason) => ({ ...reason, what: 'pending' as const }));
  const answered = missing.reasons.map((reason) => ({ ...reason, what: 'answered' as const }));
  vi.spyOn(api, 'workbench')
    .mockResolvedValueOnce({ ...missing, reasons } as never)
    .mockResolvedValueOnce({ ...missing, reasons: answered } as never);
  await page.draw(<WhySection journey={given} />);
  expect(find('why-pending')).not.toBeNull();
  await wait(1_500);
  expect(find('packet-why')).toBeNull();
});

test('[TRACE61] a bridge that cannot be asked says so; where nothing needs explaining nobody is asked', async () => {
  const ask = vi.spyOn(api, 'workbench').mockRejectedValue(unreachable('Record #2 is not kept.'));
  await page.draw(<WhySection journey={[recordOf(1)]} />);
  expect(ask).not.toHaveBeenCalled();
  await page.draw(<WhySection journey={given} />);
  expect(find('packet-why')?.textContent).toContain('Record #2 is not kept.');
  expect(unreachable('')).toBeInstanceOf(ProblemError);
});

test('[TRACE60] an inferred link says its rule and confidence, an unknown one says unknown, an observed one nothing', async () => {
  const inferred = recordOf(5, { point: 'from_router', parents: [2, 4], rule: 'arp release', confidence: 90 });
  await page.draw(<CauseNote record={inferred} />);
  expect(find('packet-cause')?.textContent).toBe('≈ arp release #2, inferred 90 %');
  expect(find('packet-cause')?.title).toContain('It waited until #4 came.');
  await page.draw(<CauseNote record={recordOf(5, { point: 'from_router' })} />);
  expect(find('packet-cause')?.textContent).toBe('? cause unknown');
  await page.draw(<CauseNote record={given[1] ?? recordOf(1)} />);
  expect(find('packet-cause')).toBeNull();
});

test('[TRACE62] what a host says again is marked with the first time; the mark does not outlive the packet', async () => {
  const again = { of: 1, what: 'retransmission' };
  vi.spyOn(api, 'workbench')
    .mockResolvedValueOnce({ seq: 9, text: '', again } as never)
    .mockResolvedValueOnce({ seq: 8, text: '', again: null } as never);
  await page.draw(<AgainNote record={recordOf(9)} />);
  expect(find('packet-again')?.textContent).toBe('retransmission of #1');
  await page.draw(<AgainNote record={recordOf(8)} />);
  expect(find('packet-again')).toBeNull();
});
