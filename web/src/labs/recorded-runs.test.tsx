import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BundleInfo } from '../../../server/contract/bundle.ts';
import { RecordedRuns } from './recorded-runs.tsx';

const run = (id: number, name: string): BundleInfo => ({
  id,
  lab: 'made',
  title: 'Made',
  name,
  bytes: 1_234_567,
  importedMs: 1_700_000_000_000,
  writtenMs: 0,
  records: 1,
  firstSeq: 1,
  lastSeq: 1,
});
let root: Root;
let kept: BundleInfo[];
const byTestId = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);

beforeEach(() => {
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true);
  vi.stubGlobal('fetch', async (url: string, { method = 'GET' }: RequestInit = {}) => {
    if (method === 'DELETE') kept = kept.filter(({ id }) => !url.endsWith(`/${id}`));
    return Response.json({ bundles: kept });
  });
  const host = document.createElement('div');
  document.body.append(host);
  root = createRoot(host);
});
afterEach(async () => {
  await act(async () => root.unmount());
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

test('[UI45] recorded runs are listed with size and time, opened and let go; without any there is nothing', async () => {
  kept = [run(1, ''), run(2, 'mine.gz')];
  await act(async () => root.render(<RecordedRuns />));
  expect(byTestId('recorded-run-2')?.textContent).toMatch(/^mine\.gzMade, 1 packet, 1\.2 MB, /);
  expect(byTestId('recorded-run-1')?.textContent).toContain('Made');
  await act(async () => byTestId('recorded-run-2')?.click());
  expect(location.pathname).toBe('/bundle/2');
  for (const id of [2, 1]) await act(async () => byTestId(`cmd-recorded-run-${id}.remove`)?.click());
  expect(byTestId('recorded-runs')).toBeNull();
});
