import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { projectDir } from './labs/project-paths.ts';
import { until } from './terminals/testing.ts';

const started: ChildProcess[] = [];
afterEach(() => {
  for (const process of started.splice(0)) process.kill('SIGKILL');
});

/** The server's command line as a process of its own. */
function patchbay(argv: string[], nodeOptions: string[] = [], env: NodeJS.ProcessEnv = {}) {
  const main = join(projectDir, 'dist/server/main.js');
  const child = spawn(process.execPath, [...nodeOptions, main, ...argv], {
    cwd: projectDir,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
  });
  started.push(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (data: Buffer) => {
    said.out += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    said.err += data.toString();
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const address = async () => {
    await until(() => said.out.includes('\n'), 20_000);
    return /^Patchbay is at (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(said.out)?.[1] ?? `no address in: ${said.out}`;
  };
  return { said, exit, address, kill: (signal: NodeJS.Signals) => child.kill(signal) };
}

test('[API8] one line tells the address; a second server there says that it is in use; SIGTERM ends the first', async () => {
  const first = patchbay(['--port', '0', '--vns-port', '0']);
  const address = await first.address();
  expect((await fetch(`${address}/healthz`)).status).toBe(200);
  const second = patchbay(['--port', new URL(address).port]);
  expect(await second.exit).toBe(1);
  expect(second.said).toMatchObject({ out: '' });
  expect(second.said.err).toMatch(/^patchbay: 127\.0\.0\.1:\d+ is in use: is Patchbay running already\?/m);
  first.kill('SIGTERM');
  expect(await first.exit).toBe(0);
}, 40_000);

test('[API8] a server whose terminal is closed while a lab runs leaves nothing behind', async () => {
  const tmp = mkdtempSync(join(tmpdir(), 'pb-'));
  try {
    const server = patchbay(['--port', '0', '--vns-port', '0', '--runtime', 'emulated', '--lab', 'simple-router'], [], {
      TMPDIR: tmp,
    });
    await server.address();
    await until(() => readdirSync(tmp, { recursive: true }).length > 1, 20_000);
    server.kill('SIGHUP');
    expect(await server.exit).toBe(0);
    expect(readdirSync(tmp, { recursive: true })).toEqual([expect.stringMatching(/^patchbay-/)]);
  } finally {
    rmSync(tmp, { recursive: true, force: true });
  }
}, 40_000);

test('[API8] what is wrong with the options is one sentence and exit code 1; --help is the help', async () => {
  const wrong = patchbay(['--host', '0.0.0.0']);
  const unknown = patchbay(['--port', '0', '--vns-port', '0', '--lab', 'no-such-lab']);
  const asked = patchbay(['--help']);
  expect(await wrong.exit).toBe(1);
  expect(wrong.said.err).toMatch(/^patchbay: --host 0\.0\.0\.0: others can reach this address.*\n$/);
  expect(await unknown.exit).toBe(1);
  expect(unknown.said.err).toMatch(/^patchbay: There is no such thing\. .*no-such-lab/m);
  expect(await asked.exit).toBe(0);
  expect(asked.said.out).toMatch(/^Patchbay: a browser-based SDN lab console\.\n/);
}, 40_000);

test('[API9] an error that nobody handled is logged, and the server goes on', async () => {
  // Thrown when the test says so: before the server stands nobody handles anything.
  const bug = 'process.on("SIGUSR2", () => { throw new Error("a bug"); })';
  const server = patchbay(
    ['--port', '0', '--vns-port', '0'],
    ['--import', `data:text/javascript,${encodeURIComponent(bug)}`],
  );
  const address = await server.address();
  server.kill('SIGUSR2');
  await until(() => server.said.err.includes('a bug'), 20_000);
  expect(server.said.err).toContain('"msg":"unhandled error"');
  expect((await fetch(`${address}/healthz`)).status).toBe(200);
  server.kill('SIGINT');
  expect(await server.exit).toBe(0);
}, 40_000);
