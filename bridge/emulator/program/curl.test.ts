import { describe, expect, test } from 'vitest';
import { parseIpv4 } from '../../codec/addresses.ts';
import { VirtualScheduler } from '../../determinism/scheduler.ts';
import { startHttpServer } from '../services/http-server.ts';
import { FakeNetwork } from '../testing/fake-host.ts';
import { serveScript } from '../testing/scripted-server.ts';
import { startProgram } from '../testing/test-process.ts';
import { curl } from './curl.ts';

const serverAddress = parseIpv4('192.168.2.2') ?? 0;

function lab() {
  const scheduler = new VirtualScheduler();
  const network = new FakeNetwork(scheduler);
  const server = network.add('server1', serverAddress);
  const client = network.add('client', parseIpv4('10.0.1.100') ?? 0);
  network.add('router', parseIpv4('10.0.1.1') ?? 0);
  startHttpServer(server, 80, { wallMs: undefined, address: '192.168.2.2' });
  const run = async (...args: string[]) => {
    const { exit, written, files } = startProgram(curl, ['curl', ...args], client);
    return { exit: await scheduler.settle(exit), stdout: written.stdout, stderr: written.stderr, files };
  };
  const scripted = (...answers: (string | undefined)[]) => serveScript(server, 81, ...answers);
  return { network, run, scripted };
}
const page = '<p>This page came from 192.168.2.2, through your network.</p>\n';
const head = 'HTTP/1.0 200 OK\r\nServer: Patchbay\r\nContent-type: text/html\r\nContent-Length: 118\r\n\r\n';

describe('curl', () => {
  test('[EP70] writes the page; -i the head before it, -I the head alone', async () => {
    const { run } = lab();
    expect((await run('-s', 'http://192.168.2.2/')).stdout.endsWith(page)).toBe(true);
    expect((await run('-si', 'server1')).stdout.startsWith(`${head}<!doctype html>`)).toBe(true);
    expect((await run('-sI', 'server1')).stdout).toBe(head);
  });
  test('[EP70] -o and -O write files, with the meter beside them', async () => {
    const { run } = lab();
    const { files, stderr } = await run('-O', 'http://192.168.2.2/1M');
    expect(files.list()).toEqual([{ path: '1M', bytes: 1_048_576 }]);
    expect(stderr).toMatch(/Dload {2}Upload.*\n\r100 1024k {2}100 1024k {4}0 {5}0 /);
    expect((await run('-s', '-o', 'x', '192.168.2.2/1K')).files.list()).toEqual([{ path: 'x', bytes: 1024 }]);
  });
  test('[EP70] -v tells the conversation', async () => {
    const { stderr } = await lab().run('-sv', 'http://192.168.2.2/1K');
    expect(stderr).toBe(`*   Trying 192.168.2.2:80...
* Connected to 192.168.2.2 (192.168.2.2) port 80 (#0)
> GET /1K HTTP/1.1
> Host: 192.168.2.2
> User-Agent: curl/7.88.1
> Accept: */*
> 
* HTTP 1.0, assume close after body
< HTTP/1.0 200 OK
< Server: Patchbay
< Content-type: application/octet-stream
< Content-Length: 1024
< 
* Closing connection 0
`);
  });
  test('[EP70] -L follows, -w tells figures', async () => {
    const { run, scripted } = lab();
    scripted('HTTP/1.0 301 Moved\r\nLocation: http://192.168.2.2/1K\r\nContent-Length: 0\r\n\r\n');
    const { stdout } = await run('-sL', '-o', '/dev/null', '-w', '%{http_code} %{size_download}\\n', '192.168.2.2:81');
    expect(stdout).toBe('200 1024\n');
  });
  test.each([
    [['10.0.1.1'], 7, "curl: (7) Failed to connect to 10.0.1.1 port 80 after 1 ms: Couldn't connect to server\n"],
    [['9.9.9.9'], 7, "curl: (7) Failed to connect to 9.9.9.9 port 80 after 1 ms: Couldn't connect to server\n"],
    [['nosuchhost'], 6, 'curl: (6) Could not resolve host: nosuchhost\n'],
    [['-f', '192.168.2.2/no'], 22, 'curl: (22) The requested URL returned error: 404\n'],
    [['foo://x'], 1, 'curl: (1) Protocol "foo" not supported or disabled in libcurl\n'],
    [['-O', '192.168.2.2/'], 23, 'curl: (23) Failed writing received data to disk/application\n'],
    [[], 2, "curl: try 'curl --help' or 'curl --manual' for more information\n"],
    [
      ['--bogus', 'x'],
      2,
      "curl: option --bogus: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
    ],
    [
      ['-m', 'x', 'h'],
      2,
      "curl: option -m: expected a proper numerical parameter\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
    ],
  ])('[EP71] %j fails with %i', async (args, exit, stderr) => {
    expect(await lab().run('-sS', ...args)).toMatchObject({ exit, stderr });
  });
  test('[EP71] time-outs, an early end, no answer, and a reset', async () => {
    const { run, scripted, network } = lab();
    scripted(undefined, '', 'HTTP/1.0 200 OK\r\nContent-Length: 100\r\n\r\nshort');
    const url = '192.168.2.2:81';
    const silent = 'curl: (28) Operation timed out after 1000 milliseconds with 0 bytes received\n';
    expect(await run('-sS', '-m', '1', url)).toMatchObject({ exit: 28, stderr: silent });
    expect(await run('-sS', url)).toMatchObject({ exit: 52, stderr: 'curl: (52) Empty reply from server\n' });
    const early = 'curl: (18) transfer closed with 95 bytes remaining to read\n';
    expect(await run('-sS', url)).toMatchObject({ exit: 18, stderr: early, stdout: 'short' });
    network.faults.set(serverAddress, 'ETIMEDOUT');
    const late = 'curl: (28) Failed to connect to 192.168.2.2 port 80 after 1000 ms: Timeout was reached\n';
    expect(await run('-sS', '--connect-timeout', '1', '192.168.2.2')).toMatchObject({ exit: 28, stderr: late });
    expect((await run('-s', '-m', '1', '192.168.2.2')).stderr).toBe('');
  });
});
