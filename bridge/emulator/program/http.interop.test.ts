import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseIpv4 } from '../../codec/addresses.ts';
import { VirtualScheduler } from '../../determinism/scheduler.ts';
import { httpContent } from '../services/http-content.ts';
import { startHttpServer } from '../services/http-server.ts';
import { FakeNetwork } from '../testing/fake-host.ts';
import { startProgram } from '../testing/test-process.ts';
import { curl } from './curl.ts';
import type { Program } from './program.ts';
import { wget } from './wget.ts';

const address = '192.168.2.2';
const canRun =
  spawnSync('unshare', ['-n', 'sh', '-c', 'ip link set lo up && command -v wget curl python3']).status === 0;
const programs: Readonly<Record<string, Program>> = { wget, curl };

const commands = `wget -O - -T 5 -t 1 http://192.168.2.2/
wget -O /dev/null -T 3 -t 1 http://192.168.2.2:81/
wget http://192.168.2.2/
wget 192.168.2.2/100K
wget -nv http://192.168.2.2/
wget -q http://192.168.2.2/
wget -nv http://192.168.2.2/no
wget http://192.168.2.2/no
wget --spider http://192.168.2.2/
wget --spider http://192.168.2.2/1K
wget --spider http://192.168.2.2/no
wget -nv http://192.168.2.2:81/
wget http://9.9.9.9/
wget -t 2 http://192.168.2.2:81/
wget http://192.168.2.2/1K http://192.168.2.2/
wget -P folder http://192.168.2.2/1K
wget foo://x/
wget -T x http://192.168.2.2/
wget --bogus x
wget -O
wget
curl -s http://192.168.2.2/
curl -sS http://192.168.2.2:81/
curl -sS http://9.9.9.9/
curl -s http://192.168.2.2:81/
curl -sf http://192.168.2.2/no
curl -sSf http://192.168.2.2/no
curl -sS foo://x
curl -sSO http://192.168.2.2/
curl -s -o /dev/null -w '%{http_code}:%{size_download}\\n' http://192.168.2.2/100K
curl --bogus x
curl -m x http://192.168.2.2/
curl -o
curl`.split('\n');

/** What differs from run to run, and from server to server. */
const normal = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME')
    .replace(/\([\d.]+ [KMG]?B\/s\)/g, '(RATE)')
    .replace(/ +[\d.]+[KMG ]=[\d.]+s/g, ' RATE=TIME')
    .replace(/ +[\d.]+[KMG ] \d+s\n/g, ' RATE ETA\n')
    .replace(/(wall clock time: | in )[\d.]+s/g, '$1TIME')
    .replace(/after \d+ ms/g, 'after N ms');

describe.skipIf(!canRun)('beside GNU Wget and curl, in front of the server that Mininet labs have', () => {
  let folder = '';
  let theirs: { stdout: string; stderr: string; exit: number }[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'patchbay-http-'));
    for (const [path, file] of httpContent('server1', address)) {
      const whole = new Uint8Array(Math.min(file.length, 102_400));
      for (let at = 0; at < whole.length; ) {
        const piece = file.slice(at).subarray(0, whole.length - at);
        whole.set(piece, at);
        at += piece.length;
      }
      if (path !== '/') writeFileSync(join(folder, path), whole);
    }
    const runs = commands.map(
      (command, i) => `(mkdir r${i}; cd r${i}; ${command} >../out${i} 2>../err${i}; echo $? >../code${i})`,
    );
    const script = `ip link set lo up; ip address add ${address}/32 dev lo; cd '${folder}'
      python3 -m http.server --protocol HTTP/1.1 --bind ${address} 80 >/dev/null 2>&1 & server=$!
      for i in $(seq 100); do curl -s -o /dev/null ${address} && break; sleep 0.05; done
      mkdir runs; cd runs; ${runs.join('\n')}
      kill $server`;
    spawnSync('unshare', ['-n', 'sh', '-c', script], { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
    const read = (name: string) => spawnSync('cat', [join(folder, 'runs', name)], { encoding: 'utf8' }).stdout;
    theirs = commands.map((_, i) => ({
      stdout: read(`out${i}`),
      stderr: read(`err${i}`),
      exit: Number(read(`code${i}`)),
    }));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(commands.map((command, i) => ({ command, i })))(
    '[EP56, EP57, EP70, EP71] $command',
    async ({ command, i }) => {
      const scheduler = new VirtualScheduler();
      const network = new FakeNetwork(scheduler);
      const server = network.add('server1', parseIpv4(address) ?? 0);
      startHttpServer(server, 80, { wallMs: () => Date.UTC(2026, 10, 21), address });
      const argv = command.replaceAll("'", '').split(' ');
      const program = programs[argv[0] ?? ''];
      if (program === undefined) throw new Error(`no program ${argv[0]}`);
      const run = startProgram(program, argv, network.add('client', parseIpv4('10.0.1.100') ?? 0));
      const exit = await scheduler.settle(run.exit);
      expect({ stdout: run.written.stdout, stderr: normal(run.written.stderr), exit }).toEqual({
        ...theirs[i],
        stderr: normal(theirs[i]?.stderr ?? ''),
      });
    },
  );
});
