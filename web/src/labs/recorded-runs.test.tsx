import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BundleInfo } from '../../../server/contract/bundle.ts';
import { click, find, freshPage } from '../ui/page.fixture.ts';
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
let kept: BundleInfo[];

beforeEach(() => {
  vi.stubGlobal('fetch', async (url: string, { method = 'GET' }: RequestInit = {}) => {
    if (method === 'DELETE') kept = kept.filter(({ id }) => !url.endsWith(`/${id}`));
    return Response.json({ bundles: kept });
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});
const page = freshPage();

test('[UI45] recorded runs are listed with size and time, opened and let go; without any there is nothing', async () => {
  kept = [run(1, ''), run(2, 'mine.gz')];
  await page.draw(<RecordedRuns />);
  expect(find('recorded-run-2')?.textContent).toMatch(/^mine\.gzMade, 1 packet, 1\.2 MB, /);
  expect(find('recorded-run-1')?.textContent).toContain('Made');
  await click('recorded-run-2');
  expect(location.pathname).toBe('/bundle/2');
  for (const id of [2, 1]) await click(`cmd-recorded-run-${id}.remove`);
  expect(find('recorded-runs')).toBeNull();
});
