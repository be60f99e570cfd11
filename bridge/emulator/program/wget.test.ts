import { describe, expect, test } from 'vitest';
import { parseIpv4 } from '../../codec/addresses.ts';
import { VirtualScheduler } from '../../determinism/scheduler.ts';
import { startHttpServer } from '../services/http-server.ts';
import { FakeNetwork } from '../testing/fake-host.ts';
import { serveScript } from '../testing/scripted-server.ts';
import { startProgram } from '../testing/test-process.ts';
import { wget } from './wget.ts';

const serverAddress = parseIpv4('192.168.2.2') ?? 0;

function lab() {
  const scheduler = new VirtualScheduler();
  const network = new FakeNetwork(scheduler);
  const server = network.add('server1', serverAddress);
  const client = network.add('client', parseIpv4('10.0.1.100') ?? 0);
  network.add('router', parseIpv4('10.0.1.1') ?? 0);
  startHttpServer(server, 80, { wallMs: () => Date.UTC(2026, 10, 21), address: '192.168.2.2' });
  const run = async (command: string, columns?: number) => {
    const started = startProgram(wget, command.split(' '), client, columns === undefined ? {} : { columns });
    const exit = await scheduler.settle(started.exit);
    return { ...started, exit, text: withoutTimes(started.written.stderr), stdout: started.written.stdout };
  };
  return { scheduler, network, server, client, run };
}

/** Times and rates are what differs from run to run. */
const withoutTimes = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME')
    .replace(/\([\d.]+ [KMG]?B\/s\)/g, '(RATE)')
    .replace(/ +[\d.]+[KMG ]=[\d.]+s/g, ' RATE=TIME')
    .replace(/ +[\d.]+[KMG ] \d+s\n/g, ' RATE ETA\n')
    .replace(/(wall clock time: | in )[\d.]+s/g, '$1TIME');

const got = (url: string, where: string, name: string) => `--TIME--  ${url}
${where}HTTP request sent, awaiting response... 200 OK
Length: 118 [text/html]
Saving to: ‘${name}’

     0K                                                       100% RATE=TIME

TIME (RATE) - ‘${name}’ saved [118/118]

`;

describe('wget', () => {
  test('[EP56] says what GNU Wget says, and saves under the next free name', async () => {
    const { run } = lab();
    const { text, exit } = await run('wget 192.168.2.2');
    expect(text).toBe(got('http://192.168.2.2/', 'Connecting to 192.168.2.2:80... connected.\n', 'index.html'));
    expect(exit).toBe(0);
  });
  test('[EP56] a name is resolved, and said with its address', async () => {
    const { text } = await lab().run('wget http://server1/');
    const where =
      'Resolving server1 (server1)... 192.168.2.2\nConnecting to server1 (server1)|192.168.2.2|:80... connected.\n';
    expect(text).toBe(got('http://server1/', where, 'index.html'));
  });
  test('[EP56] several URLs share a connection that lasts, and are summed up', async () => {
    const { text, files, exit } = await lab().run('wget http://192.168.2.2/1K http://192.168.2.2/1K');
    expect(text).toContain('Reusing existing connection to 192.168.2.2:80.\n');
    expect(text).toMatch(
      /FINISHED --TIME--\nTotal wall clock time: TIME\nDownloaded: 2 files, 2.0K in TIME \(RATE\)\n$/,
    );
    expect(files.list()).toEqual([
      { path: '1K', bytes: 1024 },
      { path: '1K.1', bytes: 1024 },
    ]);
    expect(exit).toBe(0);
  });
  test('[EP56] rows of fifty dots, a kilobyte each', async () => {
    const { text } = await lab().run('wget -O /dev/null http://192.168.2.2/100K');
    expect(text).toContain(`
     0K .......... .......... .......... .......... .......... 50% RATE ETA
    50K .......... .......... .......... .......... .........`);
    expect(text).toContain('‘/dev/null’ saved [102400/102400]');
  });
  test('[EP56] a bar in a terminal', async () => {
    const { text } = await lab().run('wget http://192.168.2.2/100K', 80);
    expect(text).toMatch(/\r100K {16}100%\[===================>\] 100.00K {2}--.-KB\/s {4}in TIME +\n\n/);
  });
  test.each([
    ['wget -q http://192.168.2.2/', '', 0],
    ['wget -nv http://192.168.2.2/', 'TIME URL:http://192.168.2.2/ [118/118] -> "index.html" [1]\n', 0],
    ['wget -nv http://10.0.1.1/', 'failed: Connection refused.\n', 4],
    ['wget -nv http://192.168.2.2/no', 'http://192.168.2.2/no:\nTIME ERROR 404: File not found.\n', 8],
    [
      'wget http://10.0.1.1/',
      '--TIME--  http://10.0.1.1/\nConnecting to 10.0.1.1:80... failed: Connection refused.\n',
      4,
    ],
    ['wget 9.9.9.9', '--TIME--  http://9.9.9.9/\nConnecting to 9.9.9.9:80... failed: Network is unreachable.\n', 4],
    ['wget foo://x/', 'foo://x/: Unsupported scheme ‘foo’.\n', 1],
    ['wget http://h:99999/', 'http://h:99999/: Bad port number.\n', 1],
    ['wget http:///', 'http:///: Invalid host name.\n', 1],
    ['wget -T x h', 'wget: --timeout: Invalid time period ‘x’\n', 2],
    ['wget -O /nowhere/x h', '/nowhere/x: No such file or directory\n', 1],
    ['wget', "wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n", 1],
    [
      'wget --bogus h',
      "wget: unrecognized option '--bogus'\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n",
      2,
    ],
    [
      'wget h',
      '--TIME--  http://h/\nResolving h (h)... failed: Temporary failure in name resolution.\nwget: unable to resolve host address ‘h’\n',
      4,
    ],
    [
      'wget http://192.168.2.2/no',
      '--TIME--  http://192.168.2.2/no\nConnecting to 192.168.2.2:80... connected.\n' +
        'HTTP request sent, awaiting response... 404 File not found\nTIME ERROR 404: File not found.\n\n',
      8,
    ],
    [
      'wget --spider http://192.168.2.2/',
      'Spider mode enabled. Check if remote file exists.\n--TIME--  http://192.168.2.2/\n' +
        'Connecting to 192.168.2.2:80... connected.\nHTTP request sent, awaiting response... 200 OK\nLength: 118 [text/html]\n' +
        'Remote file exists and could contain further links,\nbut recursion is disabled -- not retrieving.\n\n',
      0,
    ],
  ])('[EP57] %s', async (command, text, exit) => {
    expect(await lab().run(command)).toMatchObject({ text, exit });
  });
  test('[EP56] -O - writes to the standard output', async () => {
    const { stdout, text } = await lab().run('wget -O - -T 5 -t 1 http://192.168.2.2/');
    expect(stdout).toContain('<p>This page came from 192.168.2.2, through your network.</p>\n');
    expect(text).toContain('Saving to: ‘STDOUT’\n');
    expect(text).toContain('TIME (RATE) - written to stdout [118/118]\n\n');
  });
  test('[EP58] who never answers is tried again as often as asked, with -T seconds each', async () => {
    const { network, run, scheduler } = lab();
    network.faults.set(serverAddress, 'ETIMEDOUT');
    const { text, exit } = await run('wget -T 2 -t 2 http://192.168.2.2/');
    expect(text).toBe(`--TIME--  http://192.168.2.2/
Connecting to 192.168.2.2:80... failed: Connection timed out.
Retrying.

--TIME--  (try: 2)  http://192.168.2.2/
Connecting to 192.168.2.2:80... failed: Connection timed out.
Giving up.

`);
    expect(exit).toBe(4);
    expect(scheduler.nowUs()).toBe(5_000_000);
  });
  test('[EP58] a server that closes early, and one that says nothing', async () => {
    const { server, run } = lab();
    serveScript(server, 81, 'HTTP/1.0 200 OK\r\nContent-Length: 100\r\n\r\nshort', '', undefined);
    const { text, exit } = await run('wget -T 1 -t 3 http://192.168.2.2:81/');
    expect(text).toContain('TIME (RATE) - Connection closed at byte 5. Retrying.\n\n');
    expect(text).toContain('HTTP request sent, awaiting response... No data received.\nRetrying.\n\n');
    expect(text).toContain('awaiting response... Read error (Connection timed out) in headers.\nGiving up.\n\n');
    expect(exit).toBe(4);
  });
  test('[EP50] Ctrl-C ends it with 130', async () => {
    const { network, client, scheduler } = lab();
    network.faults.set(serverAddress, 'ETIMEDOUT');
    const run = startProgram(wget, ['wget', '192.168.2.2'], client);
    scheduler.advance(1_000_000);
    run.interrupt();
    expect(await scheduler.settle(run.exit)).toBe(130);
  });
});
