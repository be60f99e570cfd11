import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Upload } from '../../../server/contract/captures.ts';
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
let root: Root;
let kept: Upload[];
const asked: string[] = [];
const byTestId = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);

beforeEach(() => {
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true);
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
  const host = document.createElement('div');
  document.body.append(host);
  root = createRoot(host);
});
afterEach(async () => {
  await act(async () => root.unmount());
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

test('[INJECT7] captures on the server are listed with size and time, added, chosen and let go', async () => {
  const chosen = vi.fn();
  await act(async () => root.render(<Uploads lab="made" chosen={undefined} onChoose={chosen} />));
  expect(byTestId('upload-1')?.textContent).toContain('3 packets, 12 kB');
  expect(byTestId('upload-1')?.textContent).toContain(new Date(1_700_000_000_000).toLocaleString());
  await act(async () => byTestId('upload-1')?.click());
  expect(chosen).toHaveBeenLastCalledWith(kept[0]);

  const input = document.querySelector<HTMLInputElement>('[data-testid="uploads-input"]');
  Object.defineProperty(input, 'files', { value: [new File(['x'], 'new & nice.pcap')] });
  await act(async () => input?.dispatchEvent(new Event('change', { bubbles: true })));
  await vi.waitFor(() => expect(chosen).toHaveBeenLastCalledWith(upload(2, 'new.pcap')));
  expect(asked).toContain('POST /api/labs/made/uploads?name=new%20%26%20nice.pcap');

  await act(async () => root.render(<Uploads lab="made" chosen={kept[1]} onChoose={chosen} />));
  expect(byTestId('upload-2')?.getAttribute('aria-current')).toBe('true');
  await act(async () => byTestId('cmd-upload-2.remove')?.click());
  expect(chosen).toHaveBeenLastCalledWith(undefined);
  expect([byTestId('upload-2'), byTestId('upload-1') !== null]).toEqual([null, true]);
});
