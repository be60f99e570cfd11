import { describe, expect, test } from 'vitest';
import { parseIpv4 } from '../../codec/addresses.ts';
import { VirtualScheduler } from '../../determinism/scheduler.ts';
import { startEcho } from '../services/echo.ts';
import { FakeNetwork } from '../testing/fake-host.ts';
import { startProgram } from '../testing/test-process.ts';
import { nc } from './nc.ts';

function lab() {
  const scheduler = new VirtualScheduler();
  const network = new FakeNetwork(scheduler);
  const h1 = network.add('h1', parseIpv4('10.0.0.1') ?? 0);
  const h2 = network.add('h2', parseIpv4('10.0.0.2') ?? 0);
  const start = (host: typeof h1, words: string) => startProgram(nc, words.split(' '), host);
  return { scheduler, network, h1, h2, start };
}

describe('nc', () => {
  test('[EP72] two of them talk, and end with one another', async () => {
    const { scheduler, h1, h2, start } = lab();
    const server = start(h2, 'nc -lv 8080');
    const client = start(h1, 'nc -Nv 10.0.0.2 8080');
    client.type('hello\n');
    await scheduler.runUntil(() => server.written.stdout === 'hello\n');
    server.type('there\n');
    await scheduler.runUntil(() => client.written.stdout === 'there\n');
    client.type(undefined);
    expect(await scheduler.settle(server.exit)).toBe(0);
    expect(await scheduler.settle(client.exit)).toBe(0);
    expect(server.written.stderr).toBe('Listening on 0.0.0.0 8080\nConnection received on h1 40000\n');
    expect(client.written.stderr).toBe('Connection to 10.0.0.2 8080 port [tcp/http-alt] succeeded!\n');
  });
  test('[EP72] -k listens on, -p takes the local port', async () => {
    const { scheduler, h1, h2, start } = lab();
    const server = start(h2, 'nc -lkvn 9');
    for (const word of ['one', 'two']) {
      const client = start(h1, 'nc -N -p 4000 10.0.0.2 9');
      client.type(word);
      client.type(undefined);
      expect(await scheduler.settle(client.exit)).toBe(0);
    }
    expect(server.written.stdout).toBe('onetwo');
    expect(server.written.stderr.match(/Connection received on 10.0.0.1 4000\n/g)).toHaveLength(2);
    server.interrupt();
    expect(await scheduler.settle(server.exit)).toBe(130);
  });
  test('[EP72] UDP: datagrams to an echo come back; -w ends it', async () => {
    const { scheduler, h1, h2, start } = lab();
    startEcho(h2, 7);
    const client = start(h1, 'nc -u -w 1 10.0.0.2 7');
    client.type('ping\n');
    expect(await scheduler.settle(client.exit)).toBe(0);
    expect(client.written.stdout).toBe('ping\n');
  });
  test('[EP73] -z scans ports and says what is open', async () => {
    const { scheduler, h1, h2, start } = lab();
    startEcho(h2, 80);
    const scan = start(h1, 'nc -zv 10.0.0.2 79-81');
    expect(await scheduler.settle(scan.exit)).toBe(0);
    expect(scan.written.stderr).toBe(`nc: connect to 10.0.0.2 port 79 (tcp) failed: Connection refused
Connection to 10.0.0.2 80 port [tcp/http] succeeded!
nc: connect to 10.0.0.2 port 81 (tcp) failed: Connection refused
`);
    expect(await scheduler.settle(start(h1, 'nc -zu 10.0.0.2 80').exit)).toBe(0);
    expect(await scheduler.settle(start(h1, 'nc -zu 10.0.0.2 81').exit)).toBe(1);
  });
  test.each([
    ['nc 10.0.0.2 81', ''],
    ['nc -v 10.0.0.2 81', 'nc: connect to 10.0.0.2 port 81 (tcp) failed: Connection refused\n'],
    ['nc nosuch 80', 'nc: getaddrinfo for host "nosuch" port 80: Name or service not known\n'],
    ['nc 10.0.0.2 x', 'nc: port number invalid: x\n'],
    ['nc 10.0.0.2 99999', 'nc: port number too large: 99999\n'],
    ['nc -w x 10.0.0.2 80', 'nc: timeout invalid: x\n'],
  ])('[EP73] %s fails as it says', async (words, stderr) => {
    const { scheduler, h1, start } = lab();
    const run = start(h1, words);
    expect(await scheduler.settle(run.exit)).toBe(1);
    expect(run.written.stderr).toBe(stderr);
  });
});
