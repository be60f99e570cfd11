import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { expect, test } from 'vitest';
import { projectDir } from './labs/project-paths.ts';
import { createMininetRuntime } from './labs/runtimes/mininet.ts';
import { until } from './terminals/testing.ts';
import { asNobody, nobodyCanRead } from './testing/other-user.ts';

const { available, notes } = await createMininetRuntime().probe();
const isReadable = available && nobodyCanRead(import.meta.filename);
const lab = 'simple-router';

test.skipIf(!available)(
  `[API8] a server with a running lab ends everything at SIGTERM ${available ? '' : notes.join(' ')}`,
  async () => {
    const child = spawn(
      process.execPath,
      [join(projectDir, 'dist/server/main.js'), '--port', '0', '--vns-port', '0', '--lab', lab],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      let out = '';
      child.stdout.on('data', (data: Buffer) => {
        out += data.toString();
      });
      await until(() => out.includes('\n'), 20_000);
      const page = io(out.split(' at ')[1]?.trim() ?? '', { transports: ['websocket'], reconnection: false });
      await new Promise((resolve) => page.once('connect', () => resolve(undefined)));
      const chips = async (): Promise<string[]> => {
        const answer = await page.timeout(5000).emitWithAck('lab:watch', { lab });
        return answer.value.status.chips.map(({ state }: { state: string }) => state);
      };
      for (let states = await chips(); !states.every((state) => state === 'ok'); states = await chips())
        await new Promise((resolve) => setTimeout(resolve, 100));
      let output = '';
      page.on('terminal:output', ({ data }: { data: Uint8Array }) => {
        output += Buffer.from(data).toString();
      });
      await page.emitWithAck('terminal:open', { lab, target: { kind: 'mininet' } });
      await page.emitWithAck('terminal:input', {
        lab,
        id: 'mininet',
        data: Buffer.from('client ping -c1 192.168.2.2\r'),
      });
      await until(() => output.includes('1 received'), 20_000);
      const processes = descendants(child.pid ?? 0);
      expect(processes.length).toBeGreaterThan(5);
      child.kill('SIGTERM');
      expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
      await until(() => processes.every((pid) => !isAlive(pid)), 20_000);
      page.disconnect();
    } finally {
      child.kill('SIGKILL');
    }
  },
  60_000,
);

test.skipIf(!isReadable)(
  '[RUN1] [RUN11] for a user without rights, even one without a name, the server starts, serves the page and says what is missing',
  async () => {
    const tmp = mkdtempSync(join(tmpdir(), 'pb-'));
    chmodSync(tmp, 0o777);
    const [program = '', ...args] = asNobody;
    const child = spawn(program, [...args, process.execPath, join(projectDir, 'dist/server/main.js'), '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env.PATH, TMPDIR: tmp },
    });
    try {
      let out = '';
      child.stdout.on('data', (data: Buffer) => {
        out += data.toString();
      });
      await until(() => out.includes('\n') || child.exitCode !== null, 20_000);
      expect(out).toMatch(/^Patchbay is at /);
      const address = out.split(' at ')[1]?.trim();
      expect(await (await fetch(`${address}/`)).text()).toContain('<title>Patchbay');
      const reason = 'Mininet needs root, or the capabilities NET_ADMIN and SYS_ADMIN';
      const { runtimes } = JSON.parse(await (await fetch(`${address}/api/labs`)).text());
      expect(runtimes[0]).toMatchObject({ kind: 'mininet', available: false });
      expect(runtimes[0].notes[0]).toContain(reason);
      const start = (runtime: object): Promise<Response> =>
        fetch(`${address}/api/labs/${lab}/start`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ ...runtime, router: { kind: 'reference' } }),
        });
      const refused = await start({ runtime: 'mininet' });
      expect(refused.status).toBe(503);
      expect(await refused.text()).toContain(reason);
      // Where nobody asks for Mininet, what can run is taken.
      const taken = await start({});
      expect(taken.status).toBe(202);
      expect(JSON.parse(await taken.text())).toMatchObject({ runtime: 'emulated' });
    } finally {
      child.kill('SIGKILL');
      rmSync(tmp, { recursive: true });
    }
  },
  60_000,
);

/** Every process below `pid`, from proc(5) `stat` field 4 (ppid). */
function descendants(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    const stat = /^\d+$/.test(entry) ? read(`/proc/${entry}/stat`) : '';
    if (stat !== '') parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const below = (parent: number): number[] =>
    [...parents].filter(([, owner]) => owner === parent).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It ended meanwhile.
    return '';
  }
}

/** A zombie has ended: it only waits for whoever started it. */
function isAlive(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  return stat !== '' && stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
}
