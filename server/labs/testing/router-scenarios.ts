import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { RouterChoice } from '../../contract/status.ts';
import { referenceRouterArgv } from '../project-paths.ts';
import { processOf } from '../runtimes/processes.ts';
import { withGrandchild } from './grandchild.ts';
import { chipOf, ping, reaches, ready, reference, type Scenarios, simpleRouter, started } from './labs-under-test.ts';
import { until } from './until.ts';

/** What becomes of a lab's router, the same on every runtime (RUN10). */
export const routerScenarios: Scenarios = {
  '[LAB12] a killed router leaves a card with its last packet; another one takes its place and terminal': async (
    bench,
  ) => {
    await using labs = await bench.open();
    const run = await ready(labs);
    await ping(run);
    const pid = labs.status(simpleRouter).routers[0]?.process?.pid ?? 0;
    process.kill(pid, 'SIGSEGV');
    const ended = await until('an ended router with its last packet', () => {
      const { process: program } = labs.status(simpleRouter).routers[0] ?? {};
      return program?.lastPacket !== undefined && program;
    });
    expect(ended).toMatchObject({ state: 'ended', signal: 'SIGSEGV', stopped: false, packetsRouted: 4 });
    expect(ended.lastPacket?.seq).toBeGreaterThan(0);
    expect(chipOf(labs, 'router')).toMatchObject({ state: 'failed' });
    const card = labs.events(simpleRouter).find(({ level }) => level === 'bad');
    expect(card?.text).toMatch(/^router crashed: SIGSEGV \S+ m?s after packet #\d+$/);
    expect(labs.status(simpleRouter).phase).toBe('running');
    expect(await ping(run)).toContain('0 received');

    await labs.startRouter(simpleRouter, 'router', reference);
    await run.whenReady(10_000);
    expect(await ping(run)).toContain('1 received');
    const screen = () => run.terminals.get('router:router')?.text() ?? '';
    await until('its words', () => /crashed: SIGSEGV[\s\S]*Ready\./.test(screen()));
    await expect(labs.startRouter(simpleRouter, 'router', reference)).rejects.toMatchObject({ code: 'router-running' });
    await labs.stopRouter(simpleRouter, 'router');
    expect(labs.status(simpleRouter).routers[0]).toMatchObject({
      state: 'absent',
      process: { state: 'ended', stopped: true },
    });
    expect(chipOf(labs, 'router')?.detail).toBe('router was stopped');
  },

  '[LAB12] a command gets host, port, virtual host and table; one that loops at the end is killed': async (bench) => {
    // Like some classic clients: it does not see the end of its connection, and SIGTERM does not end it.
    const program = join(bench.tmpDir, 'stubborn.py');
    const source = [
      '#!/usr/bin/python3',
      'import signal, socket, sys, time',
      'signal.signal(signal.SIGTERM, signal.SIG_IGN)',
      'host, port, vhost, table = sys.argv[1:]',
      'print("I am", vhost, open(table).read().count("eth"), flush=True)',
      'link = socket.create_connection((host, int(port)))',
      'while True:',
      '    if not link.recv(4096): time.sleep(0.01)',
    ].join('\n');
    await writeFile(program, source);
    await chmod(program, 0o755);
    const choice: RouterChoice = {
      kind: 'command',
      argv: ['./stubborn.py', '{host}', '{port}', '{vhost}', '{rtable}'],
      cwd: bench.tmpDir,
    };
    await using labs = await bench.open();
    const run = await started(labs, choice);
    await until('its greeting', () => run.terminals.get('router:router')?.text().includes('I am vrhost 3'));
    const before = labs.status(simpleRouter).routers[0]?.process;
    expect(before?.command).toMatch(/^\.\/stubborn\.py 127\.0\.0\.1 \d+ vrhost \S+\/rtable$/);
    await run.bridge.closeRouter('router', 'enough');
    await labs.stopRouter(simpleRouter, 'router');
    expect(await processOf(before?.pid ?? 0)).toBeUndefined();
    await labs.startRouter(simpleRouter, 'router', choice);
    const again = labs.status(simpleRouter).routers[0]?.process?.pid ?? 0;
    await until('its second greeting', () => run.terminals.get('router:router')?.text().match(/I am/g)?.length === 2);
    await labs.stop(simpleRouter);
    expect(await processOf(again)).toBeUndefined();
  },

  '[LAB12] with a router over the network the lab waits for it, as long as it takes': async (bench) => {
    await using labs = await bench.open();
    await started(labs, { kind: 'network' });
    const status = await reaches(labs, 'running');
    const { host, port } = status.vns;
    expect(chipOf(labs, 'router')).toMatchObject({
      state: 'waiting',
      detail: `waits for router to connect to ${host}:${port}`,
    });
    expect(status.routers[0]?.process).toBeUndefined();
    await until('the switch is there', () => chipOf(labs, 'switch')?.state === 'ok');
    await expect(labs.run(simpleRouter).whenReady(100)).rejects.toThrow(
      /not ready within 0.1 s. Router: waits for router/,
    );
  },

  '[SEC7] with a key the reference comes up, and a router that does not know it stays outside': async (bench) => {
    // Bytes that are no text: NUL, newline, and what UTF-8 never holds.
    const bytes = Uint8Array.from({ length: 64 }, (_, index) => [0, 10, 255, 200][index % 4] ?? 0);
    const file = join(bench.tmpDir, 'auth_key');
    await writeFile(file, Buffer.concat([bytes, Buffer.from('what follows does not count')]));
    const vnsKey = { file, bytes };
    await using labs = await bench.open({ vnsKey });
    expect(await ping(await ready(labs))).toContain('1 received');
    await labs.stopRouter(simpleRouter, 'router');

    const argv = [...referenceRouterArgv, '-s', '{host}', '-p', '{port}', '-v', '{vhost}', '-r', '{rtable}'];
    await labs.startRouter(simpleRouter, 'router', { kind: 'command', argv, cwd: '/' });
    const screen = () => labs.run(simpleRouter).terminals.get('router:router')?.text() ?? '';
    await until('a refusal', () => screen().includes('auth_key'));
    await until('its end', () => labs.status(simpleRouter).routers[0]?.process?.state === 'ended');

    await labs.startRouter(simpleRouter, 'router', { kind: 'command', argv: [...argv, '-k', '{key}'], cwd: '/' });
    await labs.run(simpleRouter).whenReady(10_000);
    expect(JSON.stringify([labs.list(), labs.detail(simpleRouter), labs.status(simpleRouter)])).not.toContain(
      '"bytes"',
    );
  },

  '[LAB12] a command with {key} is refused where there is none': async (bench) => {
    await using labs = await bench.open();
    const router: RouterChoice = { kind: 'command', argv: ['/bin/true', '{key}'], cwd: '/' };
    await expect(labs.start(simpleRouter, { router })).rejects.toMatchObject({ code: 'invalid-command' });
  },

  '[LAB14] what a router started elsewhere ends with the router, and a stop leaves nothing': async (bench) => {
    const { router, pid } = await withGrandchild(bench.tmpDir, 'deserter', 'exec sleep 1000');
    await using labs = await bench.open();
    await started(labs, router);
    const first = await pid();
    expect(await processOf(first)).toBeDefined();
    await labs.stopRouter(simpleRouter, 'router');
    expect(await processOf(first)).toBeUndefined();
    await rm(join(bench.tmpDir, 'deserter.pid'));
    await labs.startRouter(simpleRouter, 'router', router);
    const second = await pid();
    await labs.stop(simpleRouter);
    expect(await processOf(second)).toBeUndefined();
  },

  '[LAB14] a router that goes into the background has ended, and that is said': async (bench) => {
    const { router, pid } = await withGrandchild(bench.tmpDir, 'daemon', 'sleep 0.3');
    await using labs = await bench.open();
    const run = await started(labs, router);
    const left = await pid();
    const told = await until('an event', () => labs.events(simpleRouter).find(({ text }) => text.includes('left')));
    expect(told).toMatchObject({
      level: 'warn',
      text: expect.stringMatching(/^router left (a process|\d processes) behind: what a router starts ends with it$/),
      reason: 'It went into the background: start it in the foreground',
    });
    expect(await processOf(left)).toBeUndefined();
    expect(run.terminals.get('router:router')?.text()).toContain('ended by itself');
  },

  '[LAB12] a command however long is told in a line': async (bench) => {
    await using labs = await bench.open();
    await ready(labs);
    await labs.stopRouter(simpleRouter, 'router');
    const argv = ['/bin/false', ...Array.from({ length: 60 }, () => 'x'.repeat(1000))];
    await labs.startRouter(simpleRouter, 'router', { kind: 'command', argv, cwd: '/' });
    const told = await until('its end', () =>
      labs.events(simpleRouter).find(({ text }) => text.includes('exit code 1')),
    );
    expect(told.reason).toMatch(/^\/bin\/false x+…$/);
    expect(told.reason.length).toBeLessThanOrEqual(500);
  },
};
