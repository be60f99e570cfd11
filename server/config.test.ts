import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError, help, readConfig } from './config.ts';

const refusal = (argv: string[], env: Record<string, string> = {}): string => {
  try {
    readConfig(argv, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
};

test('[API8] without options the server is on loopback, port 8070, and takes the runtime that can run', () => {
  expect(readConfig([], {})).toEqual({
    host: '127.0.0.1',
    port: 8070,
    runtime: undefined,
    vnsHost: '127.0.0.1',
    vnsPort: 8888,
    vnsKey: undefined,
    password: undefined,
    publicHosts: [],
    logLevel: 'info',
    traceRecords: 1_000_000,
    lab: undefined,
  });
});

test('[API8] every option has its environment variable, and the option wins', () => {
  const env = {
    PATCHBAY_HOST: 'localhost',
    PATCHBAY_PORT: '1',
    PATCHBAY_RUNTIME: 'emulated',
    PATCHBAY_VNS_HOST: '127.0.0.3',
    PATCHBAY_VNS_PORT: '2',
    PATCHBAY_PASSWORD: 'secret',
    PATCHBAY_PUBLIC_HOSTS: 'a.example, b.example:80,',
    PATCHBAY_LOG_LEVEL: 'debug',
    PATCHBAY_TRACE_RECORDS: '20000',
    PATCHBAY_LAB: 'simple-router',
  };
  expect(readConfig([], env)).toEqual({
    host: 'localhost',
    port: 1,
    runtime: 'emulated',
    vnsHost: '127.0.0.3',
    vnsPort: 2,
    vnsKey: undefined,
    password: 'secret',
    publicHosts: ['a.example', 'b.example:80'],
    logLevel: 'debug',
    traceRecords: 20_000,
    lab: 'simple-router',
  });
  expect(readConfig(['--port', '9', '--runtime=mininet'], env)).toMatchObject({ port: 9, runtime: 'mininet' });
});

test('[API8] a wrong option is refused with what was expected', () => {
  expect(refusal(['--port', '70000'])).toBe('--port 70000: expected a port, a number from 0 to 65535.');
  const recordsWanted = 'expected a number from 10000 to 4000000.';
  expect(refusal(['--trace-records', '9999'])).toBe(`--trace-records 9999: ${recordsWanted}`);
  expect(refusal(['--trace-records', '1e6'])).toBe(`--trace-records 1e6: ${recordsWanted}`);
  expect(refusal(['--port', '80a'])).toBe('--port 80a: expected a port, a number from 0 to 65535.');
  expect(refusal(['--runtime', 'docker'])).toBe('--runtime docker: expected one of mininet, emulated.');
  expect(refusal(['--log-level', 'loud'])).toMatch(/^--log-level loud: expected one of trace, debug/);
  expect(refusal(['--prot', '1'])).toMatch(/Unknown option '--prot'.*Try --help\.$/s);
  expect(refusal(['--port'])).toMatch(/Try --help\.$/);
});

test('[API8] --help names every option', () => {
  expect(readConfig(['--help', '--port', 'x'], {})).toBe('help');
  for (const option of [
    'host',
    'port',
    'runtime',
    'vns-host',
    'vns-port',
    'vns-key-file',
    'password-file',
    'public-hosts',
    'log-level',
    'lab',
  ])
    expect(help).toContain(`--${option} `);
});

test('[SEC3] an address that others can reach needs a password', () => {
  for (const host of ['0.0.0.0', '::', '192.168.1.5', 'lab.example.edu', '127.evil.example'])
    expect(refusal(['--host', host])).toBe(
      `--host ${host}: others can reach this address, so a password is needed: expected PATCHBAY_PASSWORD or --password-file.`,
    );
  for (const host of ['127.0.0.1', '127.0.0.2', '::1', 'localhost']) expect(refusal(['--host', host])).toBe('accepted');
  expect(refusal(['--host', '0.0.0.0'], { PATCHBAY_PASSWORD: 'secret' })).toBe('accepted');
});

test('[SEC3] the password comes from the first line of a file that can be read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-config-'));
  try {
    const file = join(folder, 'password.txt');
    writeFileSync(file, 'correct horse\r\nnot this\n');
    expect(readConfig(['--host', '0.0.0.0', '--password-file', file], {})).toMatchObject({ password: 'correct horse' });
    writeFileSync(file, '\n');
    expect(refusal(['--password-file', file])).toBe(
      `--password-file: expected the password in the first line of "${file}".`,
    );
    expect(refusal(['--password-file', join(folder, 'absent')])).toMatch(/cannot be read: ENOENT/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('[SEC7] routers from other machines need a key', () => {
  for (const host of ['0.0.0.0', '::', '192.168.1.5'])
    expect(refusal(['--vns-host', host])).toBe(
      `--vns-host ${host}: programs on other machines can reach this address and play a router, so a key is needed: expected --vns-key-file.`,
    );
  expect(refusal(['--vns-host', '::1'])).toBe('accepted');
});

test("[SEC7] the key is the first 64 bytes of the file, whatever they are; the file's path is absolute", () => {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-config-'));
  try {
    const file = join(folder, 'auth_key');
    const bytes = Uint8Array.from({ length: 70 }, (_, index) => 255 - index);
    writeFileSync(file, bytes);
    const vnsKey = { file, bytes: bytes.slice(0, 64) };
    expect(readConfig(['--vns-host', '0.0.0.0'], { PATCHBAY_VNS_KEY_FILE: file })).toMatchObject({ vnsKey });
    expect(readConfig(['--vns-key-file', relative('.', file)], {})).toMatchObject({ vnsKey });
    writeFileSync(file, '');
    expect(refusal(['--vns-key-file', file])).toBe(
      `--vns-key-file: "${file}" is empty: expected a key of 64 bytes or more.`,
    );
    expect(refusal(['--vns-key-file', folder])).toMatch(/^--vns-key-file: .*EISDIR/);
    expect(refusal(['--vns-key-file', join(folder, 'absent')])).toMatch(/cannot be read: ENOENT/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
