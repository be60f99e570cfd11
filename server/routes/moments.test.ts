import { expect, test } from 'vitest';
import { serveForTest } from '../testing/serve-for-test.ts';

test('[API10] the past of a lab and of its terminals is read like the present', async () => {
  await using server = await serveForTest();
  const lab = `${server.url}/api/labs/simple-router`;
  const get = async (url: string) => {
    const response = await fetch(url);
    return { status: response.status, body: await response.json() };
  };
  expect((await get(`${lab}/terminals/mininet/screen?atMs=1`)).body).toMatchObject({ code: 'lab-not-running' });
  await fetch(`${lab}/start`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url },
    body: '{"router":{"kind":"reference"}}',
  });
  expect((await get(`${lab}/history`)).body).toMatchObject({ moments: [{ atMs: 1000, phase: 'running' }] });
  expect((await get(`${lab}/terminals/mininet/screen?atMs=1`)).body).toMatchObject({ state: 'early' });
  const now = await get(`${lab}/terminals/mininet/screen?atMs=${Date.now() + 1000}`);
  expect(now.body).toMatchObject({ state: 'kept', cols: 80, rows: 24 });
  expect((await get(`${lab}/terminals/nobody/screen?atMs=1`)).status).toBe(404);
  expect((await get(`${lab}/terminals/mininet/screen?atMs=now`)).status).toBe(400);
  expect((await get(`${server.url}/api/labs/none/history`)).status).toBe(404);
});
