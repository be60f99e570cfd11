import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Upload } from '../../../server/contract/captures.ts';
import { click, find, freshPage } from '../ui/page.fixture.ts';
import { Uploads } from './uploads.tsx';

const upload = (id: number, name: string): Upload => ({
  id,
  name,
  format: 'pcap',
  bytes: 12_345,
  packets: 3,
  interfaces: [],
  firstMs: 0,
  durationUs: 0,
  uploadedMs: 1_700_000_000_000,
});
let kept: Upload[];
const asked: string[] = [];

beforeEach(() => {
  asked.length = 0;
  kept = [upload(1, 'old.pcap')];
  vi.stubGlobal('fetch', async (url: string, { method = 'GET' }: RequestInit = {}) => {
    asked.push(`${method} ${url}`);
    if (method === 'DELETE') kept = kept.filter(({ id }) => !url.endsWith(`/${id}`));
    if (method !== 'POST') return Response.json({ uploads: kept });
    const added = upload(2, 'new.pcap');
    kept = [...kept, added];
    return Response.json(added, { status: 201 });
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});
const page = freshPage();

test('[INJECT7] captures on the server are listed with size and time, added, chosen and let go', async () => {
  const chosen = vi.fn();
  await page.draw(<Uploads lab="made" chosen={undefined} onChoose={chosen} />);
  expect(find('upload-1')?.textContent).toContain('3 packets, 12 kB');
  expect(find('upload-1')?.textContent).toContain(new Date(1_700_000_000_000).toLocaleString());
  await click('upload-1');
  expect(chosen).toHaveBeenLastCalledWith(kept[0]);

  const input = document.querySelector<HTMLInputElement>('[data-testid="uploads-input"]');
  Object.defineProperty(input, 'files', { value: [new File(['x'], 'new & nice.pcap')] });
  await act(async () => input?.dispatchEvent(new Event('change', { bubbles: true })));
  await expect.poll(() => chosen.mock.lastCall).toEqual([upload(2, 'new.pcap')]);
  expect(asked).toContain('POST /api/labs/made/uploads?name=new%20%26%20nice.pcap');

  await page.draw(<Uploads lab="made" chosen={kept[1]} onChoose={chosen} />);
  expect(find('upload-2')?.getAttribute('aria-current')).toBe('true');
  await click('cmd-upload-2.remove');
  expect(chosen).toHaveBeenLastCalledWith(undefined);
  expect([find('upload-2'), find('upload-1') !== null]).toEqual([null, true]);
});
