import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AppError } from './errors.ts';
import { serveForTest } from './testing/serve-for-test.ts';

interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}
/** fetch would not let a test choose Host and Origin, and would clean the path. */
function ask(url: string, method = 'GET', headers: Record<string, string> = {}, body?: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const path = url.replace(/^https?:\/\/[^/]+/, '');
    const sent = request(url, { method, headers, path, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
const json = { 'content-type': 'application/json' };
const codeOf = ({ body }: Reply): unknown => JSON.parse(body).code;
const detailOf = ({ body }: Reply): unknown => JSON.parse(body).detail;

test('[API1] a lab is listed, shown, started, its router replaced, its checks run, and stopped', async () => {
  await using server = await serveForTest();
  const api = `${server.url}/api`;
  const list = JSON.parse((await ask(`${api}/labs`)).body);
  expect(list).toMatchObject({ labs: [{ id: 'simple-router' }], runtimes: [{ kind: 'mininet', available: true }] });
  expect(JSON.parse((await ask(`${api}/labs/simple-router`)).body)).toMatchObject({ guide: '# guide' });
  const started = await ask(`${api}/labs/simple-router/start`, 'POST', json, '{"router":{"kind":"reference"}}');
  expect([started.status, JSON.parse(started.body).phase]).toEqual([202, 'running']);
  const again = await ask(`${api}/labs/simple-router/start`, 'POST', json, '{"router":{"kind":"reference"}}');
  expect([again.status, codeOf(again)]).toEqual([409, 'lab-running']);
  const router = await ask(`${api}/labs/simple-router/routers/r0/start`, 'POST', json, '{"router":{"kind":"network"}}');
  expect(router.status).toBe(202);
  expect((await ask(`${api}/labs/simple-router/routers/r0/stop`, 'POST')).status).toBe(202);
  const second = `${api}/labs/simple-router/routers/r0/second`;
  expect((await ask(`${second}/start`, 'POST', json, '{"router":{"kind":"reference"}}')).status).toBe(202);
  expect((await ask(`${second}/start`, 'POST', json, '{"router":{"kind":"network"}}')).status).toBe(400);
  expect((await ask(`${second}/stop`, 'POST')).status).toBe(202);
  expect((await ask(`${api}/labs/simple-router/points`, 'POST', json, '{"all":true}')).status).toBe(200);
  const run = await ask(`${api}/labs/simple-router/checks/run`, 'POST', json, '{"checks":["arp","ping"]}');
  expect([run.status, JSON.parse(run.body).state]).toEqual([202, 'running']);
  expect((await ask(`${api}/labs/simple-router/checks/run`, 'POST')).status).toBe(202);
  expect(JSON.parse((await ask(`${api}/labs/simple-router/checks`)).body).maxScore).toBe(25);
  expect((await ask(`${api}/labs/simple-router/checks/stop`, 'POST')).status).toBe(200);
  const results = await ask(`${api}/labs/simple-router/checks/results.json`);
  expect(results.headers['content-disposition']).toBe('attachment; filename="results.json"');
  expect((await ask(`${api}/labs/simple-router/stop`, 'POST')).status).toBe(202);
  expect(server.labs.calls).toEqual([
    'start',
    'startRouter r0',
    'stopRouter r0',
    'startSecond r0',
    'stopSecond r0',
    'setPoints true',
    'stop',
  ]);
  expect(server.checks.calls).toEqual(['run arp,ping', 'run all']);
});

test('[API2] a wrong body is refused with the field and what was expected there', async () => {
  await using server = await serveForTest();
  const start = (body: string, headers: Record<string, string> = json) =>
    ask(`${server.url}/api/labs/simple-router/start`, 'POST', headers, body);
  expect(detailOf(await start('{"router":{"kind":"shell"}}'))).toMatch(/^body\.router: expected \{ kind: "reference"/);
  expect(detailOf(await start('{}'))).toBe('body: expected the key "router", found nothing');
  expect(detailOf(await start('{"router":{"kind":"reference"},"x":1}'))).toBe(
    'body.x: expected no such key (there are runtime, router), found 1',
  );
  const broken = await start('{"router":');
  expect([broken.status, codeOf(broken)]).toEqual([400, 'bad-request']);
  const form = await start('router=reference', { 'content-type': 'application/x-www-form-urlencoded' });
  expect([form.status, codeOf(form)]).toEqual([400, 'bad-request']);
  const name = await ask(`${server.url}/api/labs/${encodeURIComponent('../etc')}`);
  expect([name.status, codeOf(name)]).toEqual([400, 'bad-request']);
});

test('[RUN11] the catalogue says where a lab runs by default and why, and a lab what it lacks where', async () => {
  await using server = await serveForTest();
  const list = JSON.parse((await ask(`${server.url}/api/labs`)).body);
  expect(list.defaultRuntime).toEqual({ kind: 'mininet', why: 'It can run here.' });
  const detail = JSON.parse((await ask(`${server.url}/api/labs/simple-router`)).body);
  expect(detail.lacks).toEqual([{ kind: 'mininet', reasons: [] }]);
});

test('[API3] every refusal has the one error shape and its own status', async () => {
  await using server = await serveForTest();
  const unknown = await ask(`${server.url}/api/labs/no-such-lab`);
  expect(unknown.status).toBe(404);
  expect(unknown.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(JSON.parse(unknown.body)).toEqual({
    code: 'not-found',
    title: 'There is no such thing',
    status: 404,
    detail: 'There is no lab "no-such-lab".',
  });
  expect((await ask(`${server.url}/api/nothing`)).status).toBe(404);
  const large = await ask(`${server.url}/api/labs/simple-router/start`, 'POST', json, `"${'x'.repeat(70_000)}"`);
  expect([large.status, codeOf(large), detailOf(large)]).toEqual([413, 'too-large', 'The body is larger than 64 KiB.']);
});

test('[API3] what is no request, or has no readable address, is refused in the same shape', async () => {
  await using server = await serveForTest();
  const address = await ask(`${server.url}/assets/%c0%ae`);
  expect([address.status, codeOf(address)]).toEqual([400, 'bad-request']);
  const large = await ask(server.url, 'GET', { big: 'x'.repeat(100_000) });
  expect([large.status, codeOf(large), detailOf(large)]).toEqual([
    413,
    'too-large',
    'The headers are larger than 16 KiB.',
  ]);
  expect(large.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  const said = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write('\x16\x03 hello\r\n\r\n'));
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
  expect(said).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(JSON.parse(said.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code: 'bad-request', status: 400 });
});

test('[API3] a bug of ours is logged under an id, and nothing of it is told', async () => {
  await using server = await serveForTest();
  server.labs.detail = () => {
    throw new Error('secret path /home/x');
  };
  const reply = await ask(`${server.url}/api/labs/simple-router`);
  expect([reply.status, codeOf(reply)]).toEqual([500, 'internal']);
  expect(reply.body).not.toContain('secret');
  const id = /under (\w{8})/.exec(String(detailOf(reply)))?.[1] ?? 'none';
  expect(server.logged.some((line) => line.includes(id) && line.includes('secret path'))).toBe(true);
});

test('[API3] what a caller did wrong is no error of the log, what could not be done for them is', async () => {
  await using server = await serveForTest();
  for (const code of ['bad-request', 'network-failed'] as const) {
    server.labs.detail = () => {
      throw new AppError(code, 'It is so.', { cause: new Error(`behind ${code}`) });
    };
    await ask(`${server.url}/api/labs/simple-router`);
  }
  expect(server.logged.join('')).toContain('behind network-failed');
  expect(server.logged.join('')).not.toContain('behind bad-request');
});

test('[API4] the API describes itself as OpenAPI', async () => {
  await using server = await serveForTest();
  const { openapi, paths } = JSON.parse((await ask(`${server.url}/api/openapi.json`)).body);
  expect(openapi).toBe('3.1.0');
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining(['/api/labs', '/api/labs/{id}/start', '/api/session', '/healthz', '/readyz']),
  );
  const body = paths['/api/labs/{id}/start'].post.requestBody.content['application/json'].schema;
  expect(body.properties.router.anyOf.length).toBe(3);
});

test('[API5] the page comes from its folder: hashed assets for good, addresses of the page as index.html', async () => {
  const webDir = mkdtempSync(join(tmpdir(), 'patchbay-web-'));
  try {
    mkdirSync(join(webDir, 'assets'));
    writeFileSync(join(webDir, 'index.html'), '<title>Patchbay</title>');
    writeFileSync(join(webDir, 'assets/main-abc123.js'), 'export {}');
    writeFileSync(join(webDir, '.secret'), 'hidden');
    await using server = await serveForTest({ webDir });
    for (const address of ['/', '/labs/simple-router', '/labs/simple-router?seq=4'])
      expect(await ask(server.url + address)).toMatchObject({
        status: 200,
        body: '<title>Patchbay</title>',
        headers: { 'cache-control': 'no-cache', 'content-type': 'text/html; charset=utf-8' },
      });
    expect((await ask(`${server.url}/assets/main-abc123.js`)).headers['cache-control']).toBe(
      'public, max-age=31536000, immutable',
    );
    for (const address of [
      '/assets/gone.js',
      '/.secret',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/..%2f..%2fetc%2fpasswd',
      '/x.php',
    ])
      expect([address, (await ask(server.url + address)).status]).toEqual([address, 404]);
  } finally {
    rmSync(webDir, { recursive: true });
  }
});

test('[API5] a page that was not built says so, and how to build it', async () => {
  await using server = await serveForTest();
  const reply = await ask(`${server.url}/`);
  expect(reply.status).toBe(503);
  expect(reply.body).toContain('<code>npm start</code> builds it');
});

test('[API6] health, readiness and metrics are there for whoever runs the server', async () => {
  await using server = await serveForTest();
  expect((await ask(`${server.url}/healthz`)).body).toBe('{"status":"ok"}');
  expect((await ask(`${server.url}/readyz`)).body).toBe('{"status":"ok"}');
  await server.labs.start('simple-router');
  await ask(`${server.url}/api/labs`);
  const text = (await ask(`${server.url}/metrics`)).body;
  expect(text).toContain('patchbay_labs{phase="running"} 1');
  expect(text).toContain('patchbay_drops{lab="simple-router",cause="no router"} 3');
  expect(text).toContain('patchbay_terminals{lab="simple-router"} 1');
  expect(text).toContain('patchbay_http_request_seconds_count{method="GET",route="/api/labs",status="200"} 1');
  expect(text).toMatch(/patchbay_event_loop_delay_seconds\{quantile="0.99"\} \d/);
  server.labs.list = () => [];
  expect((await ask(`${server.url}/readyz`)).status).toBe(503);
});

test('[SEC1] what changes something is refused from a page of another site', async () => {
  await using server = await serveForTest();
  const stop = (headers: Record<string, string>) =>
    ask(`${server.url}/api/labs/simple-router/stop`, 'POST', headers).then(({ status }) => status);
  expect(await stop({ origin: 'https://evil.example' })).toBe(403);
  expect(await stop({ origin: 'null' })).toBe(403);
  expect(await stop({ origin: server.url.replace(/:\d+$/, ':1') })).toBe(403);
  expect(await stop({ origin: `${server.url}.evil.example` })).toBe(403);
  expect(await stop({ 'sec-fetch-site': 'cross-site' })).toBe(403);
  expect(server.labs.calls).toEqual([]);
  expect(await stop({ origin: server.url, 'sec-fetch-site': 'same-origin' })).toBe(202);
  expect(await stop({})).toBe(202);
});

test('[SEC2] a Host that is not a name of this server is refused, whatever is asked', async () => {
  await using server = await serveForTest({ publicHosts: ['lab.example.edu'] });
  const port = new URL(server.url).port;
  const by = (host: string) => ask(`${server.url}/api/labs`, 'GET', { host }).then(({ status }) => status);
  expect(await by(`rebound.evil.example:${port}`)).toBe(403);
  expect(await by('127.0.0.1.evil.example')).toBe(403);
  expect(await by(`localhost:${port}`)).toBe(200);
  expect(await by(`[::1]:${port}`)).toBe(200);
  expect(await by('lab.example.edu')).toBe(200);
  expect(await by('LAB.example.edu:443')).toBe(200);
});

test('[SEC4] with a password nothing is told without a session, and a session is a cookie that no script reads', async () => {
  await using server = await serveForTest({ password: 'correct horse' });
  const api = `${server.url}/api`;
  expect((await ask(`${api}/session`)).body).toBe('{"authenticated":false,"passwordRequired":true}');
  for (const address of ['/labs', '/labs/simple-router', '/openapi.json', '/labs/simple-router/checks']) {
    const refused = await ask(api + address);
    expect([address, refused.status, codeOf(refused)]).toEqual([address, 401, 'unauthorized']);
  }
  const wrong = await ask(`${api}/session`, 'POST', json, '{"password":"wrong"}');
  expect([wrong.status, codeOf(wrong), wrong.headers['set-cookie']]).toEqual([401, 'wrong-password', undefined]);
  const login = await ask(`${api}/session`, 'POST', json, '{"password":"correct horse"}');
  const setCookie = String(login.headers['set-cookie']);
  expect(setCookie).toMatch(/^patchbay_session=[\w-]{43}\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  const cookie = setCookie.split(';')[0] ?? '';
  expect((await ask(`${api}/labs`, 'GET', { cookie })).status).toBe(200);
  expect((await ask(`${api}/labs`, 'GET', { cookie: `${cookie.slice(0, -2)}xx` })).status).toBe(401);
  expect((await ask(`${api}/labs`, 'GET', { cookie: `other=1; ${cookie}` })).status).toBe(200);
  await ask(`${api}/session`, 'DELETE', { cookie });
  expect((await ask(`${api}/labs`, 'GET', { cookie })).status).toBe(401);
});

test('[SEC4] guessing passwords is slowed down', async () => {
  await using server = await serveForTest({ password: 'correct horse' });
  const statuses: number[] = [];
  for (let tries = 0; tries < 12; tries++)
    statuses.push((await ask(`${server.url}/api/session`, 'POST', json, `{"password":"guess ${tries}"}`)).status);
  expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
});

test('[SEC5] scripts come from the server alone, and no other site may frame the page', async () => {
  await using server = await serveForTest();
  const { headers } = await ask(`${server.url}/`);
  const policy = String(headers['content-security-policy']).split(';');
  const host = new URL(server.url).host;
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("script-src-attr 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain(`connect-src 'self' ws://${host} wss://${host}`);
  expect(policy.filter((rule) => rule.startsWith('script') && rule.includes('unsafe'))).toEqual([]);
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['x-frame-options']).toBe('DENY');
});

test('[SEC6] a title with markup stays text: it travels as JSON only', async () => {
  await using server = await serveForTest();
  const reply = await ask(`${server.url}/api/labs`);
  expect(reply.headers['content-type']).toContain('application/json');
  expect(reply.body).toContain('<script>');
  const missing = await ask(`${server.url}/api/${encodeURIComponent('<script>alert(1)</script>')}`);
  expect(missing.headers['content-type']).toBe('application/problem+json; charset=utf-8');
});

test('[API7] what asks too often is told to wait', async () => {
  await using server = await serveForTest();
  const statuses: number[] = [];
  for (let round = 0; round < 30; round++)
    statuses.push(
      ...(await Promise.all(Array.from({ length: 41 }, () => ask(`${server.url}/api/session`)))).map(
        ({ status }) => status,
      ),
    );
  expect(statuses.filter((status) => status === 200).length).toBe(1200);
  expect(statuses.at(-1)).toBe(429);
}, 20_000);
