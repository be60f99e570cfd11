import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { RouterChoice } from '../../contract/status.ts';
import { catalogDir, projectDir } from '../project-paths.ts';
import { processOf } from '../runtimes/processes.ts';
import { withGrandchild } from './grandchild.ts';
import { descendants, type LabsUnderTest, reference, type Scenarios, started } from './labs-under-test.ts';
import { until } from './until.ts';

const labsDir = join(projectDir, 'dist/server/labs');

/** A server with the lab running, as a process of its own; it prints when the network and the router are up. */
function serverProcess({ kind, tmpDir }: LabsUnderTest, router: RouterChoice) {
  const create = kind === 'mininet' ? 'createMininetRuntime' : 'createEmulatedRuntime';
  const script = [
    `import { pino } from 'pino';`,
    `import { createLabs } from ${JSON.stringify(join(labsDir, 'labs.js'))};`,
    `import { ${create} } from ${JSON.stringify(join(labsDir, `runtimes/${kind}.js`))};`,
    `const tmpDir = ${JSON.stringify(tmpDir)};`,
    `const labs = await createLabs({ catalogDir: ${JSON.stringify(catalogDir)}, runtimes: [${create}({ tmpDir })],`,
    `  defaultRuntime: ${JSON.stringify(kind)}, log: pino({ level: 'silent' }), vnsHost: '127.0.0.1', vnsPort: 0, tmpDir });`,
    `labs.onStatus(({ phase, chips }) => {`,
    `  if (phase === 'running' && chips.every(({ id, state }) => id === 'router' || state === 'ok')) console.log('up');`,
    `});`,
    `await labs.start('simple-router', { router: ${JSON.stringify(router)} });`,
  ].join('\n');
  const argv = ['--input-type=module', '-e', script];
  return spawn(process.execPath, argv, {
    cwd: projectDir,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** What a killed server leaves behind, the same on every runtime (RUN10). */
export const leftoverScenarios: Scenarios = {
  '[LAB9] a server killed with a lab running leaves no process; the next start removes its directory': async (
    bench,
  ) => {
    const server = serverProcess(bench, reference);
    await once(server.stdout, 'data');
    const all = await descendants(server.pid);
    const parts = bench.kind === 'mininet' ? ['unshare', 'ovs-vswitchd', 'ovsdb-server'] : ['node'];
    expect(all.map(({ name }) => name)).toEqual(expect.arrayContaining(parts));
    server.kill('SIGKILL');
    await once(server, 'exit');
    await until('nothing is left', async () =>
      (await Promise.all(all.map(({ pid }) => processOf(pid)))).every((id) => id === undefined),
    );
    expect((await bench.runDirs()).length).toBeGreaterThan(0);
    await using labs = await bench.open();
    expect(await bench.runDirs()).toEqual([]);
    expect(labs.list().map(({ id }) => id)).toEqual(['simple-router', 'learning-switch']);
  },

  '[LAB9] what a router started elsewhere outlives a killed server, until the next one starts': async (bench) => {
    const { router, pid } = await withGrandchild(bench.tmpDir, 'survivor', 'exec sleep 1000');
    const server = serverProcess(bench, router);
    await once(server.stdout, 'data');
    const left = await pid();
    // Another server's: it runs, so its processes are its own.
    const theirs = await withGrandchild(bench.tmpDir, 'theirs', 'exec sleep 1000');
    await using other = await bench.open();
    await started(other, theirs.router);
    const kept = await theirs.pid();
    server.kill('SIGKILL');
    await once(server, 'exit');
    expect(await processOf(left)).toBeDefined();
    await using _labs = await bench.open();
    expect(await processOf(left)).toBeUndefined();
    expect(await processOf(kept)).toBeDefined();
  },
};
