import { connect } from 'node:net';
import { expect, test, vi } from 'vitest';
import { decodeTraceBatch } from '../../bridge/packet/trace-batch.ts';
import { nowMs } from '../clock.ts';
import { until } from '../terminals/testing.ts';
import { highWaterBytes } from '../terminals/viewers.ts';
import { serveForTest, type TestPage } from '../testing/serve-for-test.ts';

// Real programs on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const lab = 'simple-router';
const typed = (text: string) => Buffer.from(text);

/** What a page's terminal got, acknowledged at once or not at all. */
function watchTerminal(page: TestPage, acknowledges = true) {
  const seen = { text: '', bytes: 0, screens: 0 };
  page.on('terminal:output', ({ id, data }) => {
    seen.bytes += data.length;
    seen.text = (seen.text + Buffer.from(data).toString()).slice(-200_000);
    if (acknowledges) page.tell('terminal:drawn', { lab, id, bytes: data.length });
  });
  page.on('terminal:screen', ({ screen }) => {
    seen.screens += 1;
    seen.text = screen;
  });
  return seen;
}
/** The records that a page got, each taken in at once or not at all. */
function watchTrace(page: TestPage, takes = true) {
  const seen = { seqs: [] as number[], skipped: 0, epochs: new Set<number>() };
  page.on('trace:batch', ({ data, skipped }) => {
    const { records, epochMs } = decodeTraceBatch(new Uint8Array(data));
    seen.skipped += skipped;
    seen.epochs.add(epochMs);
    for (const { seq } of records) seen.seqs.push(seq);
    if (takes) page.tell('trace:taken', { lab, seq: seen.seqs.at(-1) ?? 0 });
  });
  return seen;
}
const countTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

test('[LIVE1] a page that watches a lab hears its status, events and checks; another hears nothing', async () => {
  await using server = await serveForTest();
  const page = await server.page();
  const other = await server.page();
  const heard: string[] = [];
  const overheard: string[] = [];
  page.socket.onAny((event: string) => heard.push(event));
  other.socket.onAny((event: string) => overheard.push(event));
  const first = await page.value('lab:watch', { lab });
  expect(first).toMatchObject({ status: { lab, phase: 'stopped' }, events: [], grade: { state: 'idle' } });
  await server.labs.start(lab);
  server.labs.tell({ id: 1, atMs: 1, afterSeq: 0, level: 'bad', text: '<img src=x onerror=alert(1)>', reason: '' });
  server.checks.run(lab, undefined);
  await until(() => ['lab:status', 'lab:event', 'grade:progress'].every((event) => heard.includes(event)));
  expect(overheard).toEqual([]);
  page.tell('lab:unwatch', { lab });
  await until(() => server.labs.status(lab).viewers === 0);
  heard.length = 0;
  server.labs.changed();
  await other.socket.timeout(1000).emitWithAck('ping');
  expect(heard).toEqual([]);
});

test('[LIVE1] an echo says what the server’s clock shows', async () => {
  await using server = await serveForTest();
  const page = await server.page();
  const beforeMs = nowMs();
  const saidMs = await page.socket.timeout(20_000).emitWithAck('ping');
  expect(saidMs).toBeGreaterThanOrEqual(beforeMs);
  expect(saidMs).toBeLessThanOrEqual(nowMs());
});

test('[LIVE1] the pages that watch a lab are counted, however they leave', async () => {
  await using server = await serveForTest();
  const pages = await Promise.all([server.page(), server.page(), server.page()]);
  for (const page of pages) await page.value('lab:watch', { lab });
  expect(server.labs.status(lab).viewers).toBe(3);
  pages[0]?.socket.disconnect();
  await until(() => server.labs.status(lab).viewers === 2);
  pages[1]?.socket.io.engine.close();
  await until(() => server.labs.status(lab).viewers === 1);
});

test('[LIVE2] rubbish is answered with what was expected, or counted, and the page goes on', async () => {
  await using server = await serveForTest();
  await server.labs.start(lab);
  const page = await server.page();
  expect(await page.problem('lab:watch', { lab: '../etc' })).toMatch(/^bad-request: lab:watch\.lab: expected an id/);
  expect(await page.problem('lab:watch', null)).toBe('bad-request: lab:watch: expected an object, found null');
  expect(await page.problem('lab:watch', { lab: 'no-such-lab' })).toBe('not-found: There is no lab "no-such-lab".');
  expect(await page.problem('terminal:input', { lab, id: 'mininet', data: 'text' })).toBe(
    'bad-request: terminal:input.data: expected bytes, found "text"',
  );
  expect(await page.problem('trace:follow', { lab, fromSeq: -1 })).toMatch(/expected a whole number of at least 0/);
  expect(await page.problem('terminal:open', { lab, target: { kind: 'host', host: 'a;b' } })).toMatch(/^bad-request/);
  expect(await page.problem('terminal:end', { lab, id: 'mininet' })).toMatch(/is not a host shell/);
  const { socket } = page;
  for (const rubbish of [
    undefined,
    5,
    'x'.repeat(1000),
    [[[]]],
    { lab },
    Buffer.alloc(99),
    { __proto__: null, lab: {} },
  ]) {
    socket.emit('terminal:resize', rubbish);
    socket.emit('no:such:event', rubbish);
    socket.emit('constructor', rubbish, rubbish);
    socket.emit('terminal:drawn', rubbish, 'no function');
  }
  expect(await page.ask('lab:watch', { lab })).toMatchObject({ ok: true });
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(Number(/bad_events_total (\d+)/.exec(metrics)?.[1])).toBeGreaterThan(25);
});

test('[LIVE2] bytes that are no protocol at all end that connection only', async () => {
  await using server = await serveForTest();
  const page = await server.page();
  for (const rubbish of [
    '',
    '9',
    '2{"a"',
    '51-[',
    '520-["x"]',
    '{}',
    '51-["a",{"_placeholder":true,"num":9}]',
    Buffer.alloc(99),
  ]) {
    const bad = await server.page();
    bad.socket.io.engine.send(rubbish);
    bad.socket.io.engine.send('9');
    await bad.closed();
  }
  const { hostname, port } = new URL(server.url);
  const raw = connect(Number(port), hostname);
  raw.write(
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\n` +
      'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  raw.write(Buffer.alloc(4096, 0xff));
  raw.resume();
  await new Promise((resolve) => raw.once('close', resolve));
  expect(await page.ask('lab:watch', { lab })).toMatchObject({ ok: true });
});

test('[LIVE3] a page that floods the server is told why and let go', async () => {
  await using server = await serveForTest();
  const page = await server.page();
  const problems: string[] = [];
  page.on('problem', ({ code, detail }) => problems.push(`${code}: ${detail}`));
  for (let sent = 0; sent < 10_000; sent++) page.tell('lab:unwatch', { lab });
  await page.closed();
  expect(problems).toEqual(['too-many: The page sent more than 2000 messages and 4194304 bytes a second.']);
  expect(await (await server.page()).ask('lab:watch', { lab })).toMatchObject({ ok: true });
});

test('[LIVE3] a message above 1 MiB ends the connection, one below is answered', async () => {
  await using server = await serveForTest();
  await server.labs.start(lab);
  const page = await server.page();
  await page.value('terminal:join', { lab, id: 'mininet' });
  expect(await page.problem('terminal:input', { lab, id: 'mininet', data: Buffer.alloc(900_000, 'x') })).toMatch(
    /^too-large: 900000 bytes were typed at once/,
  );
  page.tell('terminal:input', { lab, id: 'mininet', data: Buffer.alloc(1_200_000, 'x') });
  await page.closed();
});

test('[LIVE4] a page that does not read is let go, and its statuses do not pile up', async () => {
  await using server = await serveForTest();
  const page = await server.page();
  await page.value('lab:watch', { lab });
  // Nothing is read from here on: TCP itself holds the server back.
  const engine: unknown = page.socket.io.engine.transport;
  const raw: unknown = Reflect.get(Object(Reflect.get(Object(engine), 'ws')), '_socket');
  Reflect.apply(Reflect.get(Object(raw), 'pause'), raw, []);
  const notes = ['x'.repeat(200_000)];
  for (let pushed = 0; pushed < 400; pushed++) {
    server.labs.changed(notes);
    if (pushed % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(server.labs.status(lab).viewers).toBe(1);
  const event = { id: 1, atMs: 1, afterSeq: 0, level: 'info' as const, text: 'x'.repeat(100_000), reason: '' };
  for (let told = 0; told < 200 && server.labs.status(lab).viewers === 1; told++) {
    server.labs.tell(event);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await until(() => server.labs.status(lab).viewers === 0);
  expect(server.logged.some((line) => line.includes('"reason":"slow"'))).toBe(true);
});

test('[LIVE5] a follower gets every record once and in order, from the log and then live', async () => {
  await using server = await serveForTest();
  await server.labs.start(lab);
  const { bridge } = server.labs;
  bridge.log(2500);
  const page = await server.page();
  const seen = watchTrace(page);
  expect(await page.value('trace:follow', { lab, fromSeq: 0 })).toEqual({ firstSeq: 1, nextSeq: 2501 });
  for (let round = 0; round < 50; round++) {
    bridge.logSilently(37);
    await new Promise((resolve) => setTimeout(resolve, round % 3));
    bridge.log(3);
  }
  await until(() => seen.seqs.length >= 4500);
  expect(seen.seqs).toEqual(countTo(4500));
  expect(seen.skipped).toBe(0);
  const reads = bridge.reads;
  for (let round = 0; round < 20; round++) bridge.log(10);
  await until(() => seen.seqs.length >= 4700);
  expect(bridge.reads - reads).toBeLessThanOrEqual(1);
});

test('[LIVE5] following resumes where a page left off, and nobody who follows means no batches are made', async () => {
  await using server = await serveForTest();
  await server.labs.start(lab);
  const { bridge } = server.labs;
  bridge.log(100);
  const page = await server.page();
  expect(bridge.listeners).toBe(0);
  const seen = watchTrace(page);
  await page.value('trace:follow', { lab, fromSeq: 41 });
  await until(() => seen.seqs.length === 60);
  expect(seen.seqs).toEqual(countTo(100, 41));
  expect(bridge.listeners).toBe(1);
  page.tell('trace:unfollow', { lab });
  await until(() => bridge.listeners === 0);
  bridge.log(10);
  expect(await page.value('trace:follow', { lab, fromSeq: 101 })).toEqual({ firstSeq: 1, nextSeq: 111 });
  await until(() => seen.seqs.length === 70);
  expect(seen.seqs.at(-1)).toBe(110);
  page.socket.disconnect();
  await until(() => bridge.listeners === 0);
});

test('[LIVE5] of a long log a follower gets the newest, as many as it asks for', async () => {
  await using server = await serveForTest();
  await server.labs.start(lab);
  const { bridge } = server.labs;
  bridge.log(2500);
  const page = await server.page();
  const seen = watchTrace(page);
  expect(await page.value('trace:follow', { lab, fromSeq: 0, newest: 400 })).toEqual({ firstSeq: 1, nextSeq: 2501 });
  bridge.log(3);
  await until(() => seen.seqs.at(-1) === 2503);
  expect(seen.seqs).toEqual(countTo(2503, 2101));
  expect(seen.skipped).toBe(0);
  const other = await server.page();
  const known = watchTrace(other);
  await other.value('trace:follow', { lab, fromSeq: 2400, newest: 400 });
  await until(() => known.seqs.at(-1) === 2503);
  expect(known.seqs).toEqual(countTo(2503, 2400));
});

test('[LIVE5] a lab that is not running is followed from its start, and its next run from the beginning', async () => {
  await using server = await serveForTest();
  const page = await server.page();
  const seen = watchTrace(page);
  expect(await page.value('trace:follow', { lab, fromSeq: 900 })).toEqual({ firstSeq: 1, nextSeq: 1 });
  await server.labs.start(lab);
  server.labs.bridge.log(5);
  await until(() => seen.seqs.length === 5);
  await server.labs.stop(lab);
  await server.labs.start(lab);
  server.labs.bridge.log(3);
  await until(() => seen.seqs.length === 8);
  expect(seen.seqs).toEqual([1, 2, 3, 4, 5, 1, 2, 3]);
});

test('[LIVE6] a page that takes nothing in gets its credit and no more, then the rest from the log without a gap', async () => {
  await using server = await serveForTest();
  await server.labs.start(lab);
  const { bridge } = server.labs;
  const page = await server.page();
  const seen = watchTrace(page, false);
  for (let round = 0; round < 30; round++) bridge.log(1000);
  await page.value('trace:follow', { lab, fromSeq: 0 });
  await until(() => seen.seqs.length >= 16_384);
  await page.socket.timeout(20_000).emitWithAck('ping');
  expect(seen.seqs.length).toBeGreaterThanOrEqual(16_384);
  expect(seen.seqs.length).toBeLessThan(18_000);
  for (let rounds = 0; seen.seqs.length < 30_000 && rounds < 100; rounds++) {
    const had = seen.seqs.length;
    page.tell('trace:taken', { lab, seq: had });
    await until(() => seen.seqs.length > had);
    await page.socket.timeout(20_000).emitWithAck('ping');
  }
  expect(seen.seqs.length).toBe(30_000);
  expect(seen.seqs.every((seq, index) => seq === index + 1)).toBe(true);
  expect(seen.skipped).toBe(0);
});

test('[LIVE6] what the log forgot meanwhile is counted as skipped, not passed over', async () => {
  await using server = await serveForTest();
  await server.labs.start(lab);
  const { bridge } = server.labs;
  const page = await server.page();
  const seen = watchTrace(page, false);
  for (let round = 0; round < 30; round++) bridge.log(1000);
  await page.value('trace:follow', { lab, fromSeq: 0 });
  await until(() => seen.seqs.length >= 16_384);
  await page.socket.timeout(20_000).emitWithAck('ping');
  const last = seen.seqs.at(-1) ?? 0;
  bridge.forget(25_001);
  page.tell('trace:taken', { lab, seq: last });
  await until(() => seen.seqs.at(-1) === 30_000);
  expect(seen.skipped).toBe(25_000 - last);
  expect(seen.seqs).toEqual([...countTo(last), ...countTo(30_000, 25_001)]);
});

test('[LIVE7] a page types into the console and sees the answer; a host shell is opened and ended', async () => {
  await using server = await serveForTest();
  await server.labs.start(lab);
  const page = await server.page();
  const seen = watchTerminal(page);
  expect(await page.value('terminal:open', { lab, target: { kind: 'mininet' } })).toMatchObject({
    id: 'mininet',
    cols: 80,
  });
  await page.value('terminal:input', { lab, id: 'mininet', data: typed('echo 漢字 $((6*7))\r') });
  await until(() => seen.text.includes('漢字 42'));
  const { id } = await page.value('terminal:open', { lab, target: { kind: 'host', host: 'client' } });
  expect(server.labs.terminals.list().map((terminal) => terminal.id)).toEqual(['mininet', id]);
  expect(await page.ask('terminal:end', { lab, id })).toEqual({ ok: true, value: null });
  expect(server.labs.terminals.list().map((terminal) => terminal.id)).toEqual(['mininet']);
  expect(await page.problem('terminal:join', { lab, id })).toBe(
    `not-found: The lab "simple-router" has no terminal "${id}".`,
  );
  expect(await page.problem('terminal:open', { lab, target: { kind: 'router', router: 'r0' } })).toMatch(/^not-found/);
});

test('[LIVE7] who has not joined a terminal does not type into it', async () => {
  await using server = await serveForTest();
  await server.labs.start(lab);
  const page = await server.page();
  expect(await page.problem('terminal:input', { lab, id: 'mininet', data: typed('x') })).toBe(
    'bad-request: Join the terminal "mininet" first: nothing was typed.',
  );
});

test('[LIVE7] a reload in the middle of a flood gets the screen, the flood, and stops it with Ctrl-C', async () => {
  await using server = await serveForTest();
  await server.labs.start(lab);
  const first = await server.page();
  const before = watchTerminal(first);
  await first.value('terminal:join', { lab, id: 'mininet' });
  await first.value('terminal:input', { lab, id: 'mininet', data: typed('yes flooding\r') });
  await until(() => before.bytes > 2 * highWaterBytes);
  first.socket.disconnect();
  const second = await server.page();
  const after = watchTerminal(second);
  const { screen } = await second.value('terminal:join', { lab, id: 'mininet' });
  expect(String(screen)).toContain('flooding');
  await until(() => after.bytes > highWaterBytes);
  await second.value('terminal:input', { lab, id: 'mininet', data: typed('\x03') });
  await until(() => after.text.includes('mininet> ') && after.text.includes('^C'));
});

test('[LIVE8] a hundred pages see one terminal to its end, one that acknowledges nothing among them', async () => {
  await using server = await serveForTest();
  await server.labs.start(lab);
  const pages = await Promise.all(Array.from({ length: 100 }, () => server.page()));
  const seen = pages.map((page, index) => watchTerminal(page, index !== 0));
  await Promise.all(pages.map((page) => page.value('terminal:join', { lab, id: 'mininet' })));
  const typist = pages[50];
  await typist?.value('terminal:input', { lab, id: 'mininet', data: typed('seq 1 20000; echo th""e end\r') });
  await until(() => seen.every(({ text }, index) => index === 0 || text.includes('the end')));
  expect(seen[0]?.bytes).toBeGreaterThan(0);
});

test('[SEC1] a socket from another site, or by another name, is refused before anything is read', async () => {
  await using server = await serveForTest();
  expect(await server.refusal({ origin: 'https://evil.example' })).toBe('websocket error');
  expect(await server.refusal({ host: 'rebound.evil.example' })).toBe('websocket error');
  const page = await server.page({ origin: server.url });
  expect(page.socket.connected).toBe(true);
});

test('[SEC4] a socket needs the session, and ends with it', async () => {
  await using server = await serveForTest({ password: 'correct horse' });
  expect(await server.refusal({})).toBe('unauthorized');
  expect(await server.refusal({ cookie: 'patchbay_session=a.b' })).toBe('unauthorized');
  const login = await fetch(`${server.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"password":"correct horse"}',
  });
  const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
  const page = await server.page({ cookie });
  await fetch(`${server.url}/api/session`, { method: 'DELETE', headers: { cookie } });
  await page.closed();
  expect(await server.refusal({ cookie })).toBe('unauthorized');
});
