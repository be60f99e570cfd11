import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { unanswered } from '../../bridge/testing/pings.ts';
import { asNobody, nobodyCanRead } from '../testing/other-user.ts';
import { catalogDir, projectDir } from './project-paths.ts';

const execute = promisify(execFile);
const compiledLab = (path: string): string => join(projectDir, 'dist/server/labs', path);
const isRoot = process.getuid?.() === 0;
const skip = isRoot && !nobodyCanRead(import.meta.filename);

test.skipIf(skip)(
  '[RUN10] as a user without any right and with no program on the PATH Simple Router comes up and routes',
  { timeout: 30_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pb-'));
    await chmod(folder, 0o777);
    try {
      const script = [
        `const { pino } = await import('pino');`,
        `const { createLabs } = await import(${JSON.stringify(compiledLab('labs.js'))});`,
        `const { createRuntimes } = await import(${JSON.stringify(compiledLab('runtimes/runtimes.js'))});`,
        `const labs = await createLabs({ catalogDir: ${JSON.stringify(catalogDir)}, runtimes: createRuntimes(),`,
        `  defaultRuntime: undefined, log: pino({ level: 'silent' }), vnsHost: '127.0.0.1', vnsPort: 0,`,
        `  routerEnv: { PATH: '/nonexistent' } });`,
        `await labs.start('simple-router', { router: { kind: 'reference' } });`,
        `while (labs.status('simple-router').phase === 'starting') await new Promise((go) => setTimeout(go, 5));`,
        `const run = labs.run('simple-router');`,
        `await run.whenReady(10_000);`,
        `const argv = ['ping', '-c', '3', '-i', '0.05', '-w', '7', '192.168.2.2'];`,
        `const { output } = await run.network.exec('client', argv, { timeoutMs: 8000 });`,
        `const { runtime } = labs.status('simple-router');`,
        `const { defaultRuntime } = labs;`,
        `await labs.close();`,
        `console.log(JSON.stringify({ uid: process.getuid(), runtime, defaultRuntime, output }));`,
      ].join('\n');
      const node = [process.execPath, '--input-type=module', '-e', script];
      const bare = ['env', '-i', 'PATH=/nonexistent', `HOME=${folder}`, `TMPDIR=${folder}`, ...node];
      const [program = '', ...rest] = [...(isRoot ? asNobody : []), ...bare];
      const { stdout } = await execute(program, rest, { cwd: join(import.meta.dirname, '../..') });
      const said = JSON.parse(stdout);
      expect(said).toMatchObject({ runtime: 'emulated', defaultRuntime: { kind: 'emulated' } });
      expect(said.uid).not.toBe(0);
      expect(said.defaultRuntime.why).toContain('Mininet needs root');
      expect(said.output).toContain('ttl=63');
      expect(unanswered(said.output, 3)).toEqual([]);
      expect(await readdir(join(folder, `patchbay-${said.uid}`))).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);
