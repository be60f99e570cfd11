import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { until } from './support/processes.ts';
import { ServerProcess } from './support/server-process.ts';

// What docker/ promises, proved without a container engine: the same command under the same capabilities.
const root = fileURLToPath(new URL('..', import.meta.url));
const dockerfile = readFileSync(join(root, 'docker/Dockerfile'), 'utf8');
const compose = readFileSync(join(root, 'docker/compose.yaml'), 'utf8');
const debian = readFileSync(join(root, 'scripts/lib/debian.js'), 'utf8');

/** What an engine gives a container by default. */
const engineDefaults =
  'chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service net_raw sys_chroot mknod audit_write setfcap'.split(
    ' ',
  );

test('[DOCKER1] the image installs every package that a lab needs, and copies only what exists', () => {
  const labPart = debian.slice(debian.indexOf('labPrograms'), debian.indexOf('testPrograms'));
  const packages = [...labPart.matchAll(/: '([a-z0-9-]+)'/g)].map((match) => match[1]);
  expect(packages.length).toBeGreaterThan(8);
  for (const name of packages) expect(dockerfile).toMatch(new RegExp(`\\b${name}\\b`));
  const copied = [...dockerfile.matchAll(/^COPY --from=build (.+) \S+$/gm)].flatMap(
    (match) => match[1]?.split(' ') ?? [],
  );
  expect(copied.length).toBeGreaterThan(3);
  for (const path of copied) expect(existsSync(join(root, path.replace('/patchbay/', ''))), path).toBe(true);
});

test('[DOCKER2] compose asks for three capabilities and a device, never for privileged', () => {
  expect(compose).toMatch(/cap_add: \[NET_ADMIN, SYS_ADMIN, SYS_NICE\]/);
  expect(compose).toMatch(/devices: \[\/dev\/net\/tun\]/);
  expect(compose).not.toMatch(/privileged: *true/);
});

test('[DOCKER3] under the container’s capabilities the lab comes up, routes, and the health check agrees', async () => {
  const bounding = `-all,${[...engineDefaults, 'net_admin', 'sys_admin'].map((name) => `+${name}`).join(',')}`;
  await using server = await ServerProcess.start({
    launcher: ['setpriv', '--bounding-set', bounding, '--inh-caps', '-all'],
  });
  const health = /CMD (\["node".+\])/.exec(dockerfile)?.[1];
  const [, ...args] = JSON.parse(health ?? '[]') as string[];
  const port = new URL(server.url).port;
  await promisify(execFile)(
    process.execPath,
    args.map((argument) => argument.replace('8070', port)),
  );

  const api = `${server.url}/api/labs/simple-router`;
  const post = (path: string, body: unknown) =>
    fetch(`${api}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: server.url },
      body: JSON.stringify(body),
    });
  const started = await post('/start', { router: { kind: 'reference' } });
  expect(started.status, await started.text()).toBe(202);
  const chips = async () =>
    ((await (await fetch(api)).json()) as { status: { chips: { id: string; state: string }[] } }).status.chips;
  await until('six green chips', async () => (await chips()).every((chip) => chip.state === 'ok'), 30_000);
  expect((await post('/checks/run', { checks: ['client-pings-router'] })).status).toBe(202);
  const grade = async () => (await (await fetch(`${api}/checks`)).json()) as { state: string; score: number };
  await until('the check is done', async () => (await grade()).state === 'done', 30_000);
  expect((await grade()).score).toBeGreaterThan(0);
});
