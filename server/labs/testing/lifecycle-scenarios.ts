import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { type BridgeHandle, startBridge } from '../../../bridge/index.ts';
import { decodeTraceBatch } from '../../../bridge/packet/trace-batch.ts';
import { unanswered } from '../../../bridge/testing/pings.ts';
import type { Labs } from '../lab-service.ts';
import {
  chipOf,
  descendants,
  ping,
  reaches,
  ready,
  reference,
  type Scenarios,
  simpleRouter,
} from './labs-under-test.ts';
import { until } from './until.ts';

/** A lab's lives, the same on every runtime (RUN10). */
export const lifecycleScenarios: Scenarios = {
  '[LAB8] a lab comes up, a ping goes through the router, and stop leaves nothing': async (bench) => {
    await using labs = await bench.open();
    const before = await descendants();
    const run = await ready(labs);
    expect(await ping(run)).toContain('ttl=63');
    const status = labs.status(simpleRouter);
    expect(status.chips.map(({ id, state }) => `${id} ${state}`)).toEqual(
      ['network', 'switch', 'controller', 'vns', 'router', 'hosts'].map((id) => `${id} ok`),
    );
    expect(status.routers[0]).toMatchObject({ state: 'ready', process: { state: 'running', choice: reference } });
    expect(status.hosts.every((host) => host.ready)).toBe(true);
    expect(status.terminals.map(({ id }) => id)).toEqual(['mininet', 'router:router']);
    expect(status.terminals[0]?.title).toBe(bench.kind === 'mininet' ? 'Mininet' : 'Network');
    expect(status.runtime).toBe(bench.kind);
    await until('its words', () => run.terminals.get('router:router')?.text().includes('Ready.'));

    await until('phase running', () => labs.status(simpleRouter).phase === 'running');
    const stopped = await labs.stop(simpleRouter);
    expect(stopped).toMatchObject({ phase: 'stopped', terminals: [], notes: [] });
    expect(stopped.chips.every(({ state }) => state === 'idle')).toBe(true);
    expect(await labs.stop(simpleRouter)).toMatchObject({ phase: 'stopped' });
    expect((await descendants()).length).toBe(before.length);
    expect(await bench.runDirs()).toEqual([]);
  },

  '[LAB8] the learning switch is data, too: known traffic no longer crosses the bridge': async (bench) => {
    await using labs = await bench.open();
    const run = await ready(labs, { kind: 'network' }, 'learning-switch');
    expect(labs.status('learning-switch').chips.map(({ id }) => id)).toEqual([
      'network',
      'switch',
      'controller',
      'hosts',
    ]);
    expect(await ping(run, 'h1', '10.0.0.2')).toContain('1 received');
    // From the log: the pushed counters may be a moment old.
    const packets = async () =>
      decodeTraceBatch(await run.bridge.readTrace(0, 100_000)).records.filter(({ point }) => point === 'packet_in')
        .length;
    await delay(200);
    const before = await packets();
    const { output } = await run.network.exec('h1', ['ping', '-c', '10', '-i', '0.05', '-w', '7', '10.0.0.2'], {
      timeoutMs: 9000,
    });
    expect(unanswered(output, 10)).toEqual([]);
    await delay(200);
    expect((await packets()) - before).toBeLessThanOrEqual(2);
  },

  '[LAB9] starting twice is refused, stopping while starting leaves nothing, and it starts again': async (bench) => {
    await using labs = await bench.open();
    const before = (await descendants()).length;
    const twice = await Promise.allSettled([
      labs.start(simpleRouter, { router: reference }),
      labs.start(simpleRouter, { router: reference }),
    ]);
    expect(twice.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(labs.start(simpleRouter, { router: reference })).rejects.toMatchObject({ code: 'lab-running' });
    for (const waitMs of [0, 50, 150, 300, 500]) {
      await delay(waitMs);
      await Promise.all([labs.stop(simpleRouter), labs.stop(simpleRouter)]);
      expect(labs.status(simpleRouter)).toMatchObject({ phase: 'stopped' });
      expect((await descendants()).length).toBe(before);
      expect(() => labs.run(simpleRouter)).toThrow(/is not running/);
      await labs.start(simpleRouter, { router: reference });
    }
    const run = labs.run.bind(labs, simpleRouter);
    await until('a run', () => {
      try {
        return run();
      } catch {
        return undefined;
      }
    });
    await run().whenReady(20_000);
    expect(await ping(run())).toContain('1 received');
  },

  '[LAB9] what cannot run is refused before anything starts': async (bench) => {
    await using labs = await bench.open();
    const start = (request: Parameters<Labs['start']>[1], id = simpleRouter) => labs.start(id, request);
    await expect(start({ router: reference }, 'nothing')).rejects.toMatchObject({ code: 'not-found' });
    await expect(
      start({ router: reference, runtime: bench.kind === 'mininet' ? 'emulated' : 'mininet' }),
    ).rejects.toMatchObject({
      code: 'runtime-unavailable',
    });
    const wrong = { './sr': bench.tmpDir, '/bin/true': 'server', '/bin/tr\0ue': '/', '/bin/ls': '/tmp\0x' };
    for (const [program, cwd] of Object.entries(wrong))
      await expect(start({ router: { kind: 'command', argv: [program], cwd } })).rejects.toMatchObject({
        code: 'invalid-command',
      });
    await expect(start({ router: { kind: 'command', argv: ['/bin/ls', 'a\0b'], cwd: '/' } })).rejects.toThrow(
      'The command contains a zero byte.',
    );
    expect(labs.status(simpleRouter)).toMatchObject({ phase: 'stopped' });
    await expect(labs.startRouter(simpleRouter, 'router', reference)).rejects.toMatchObject({
      code: 'lab-not-running',
    });
  },

  '[LAB9] two servers run the same lab; the second takes another VNS port and says so': async (bench) => {
    await using one = await bench.open();
    const first = await ready(one);
    const { port } = one.status(simpleRouter).vns;
    await using two = await bench.open({ vnsPort: port });
    const second = await ready(two);
    expect(two.status(simpleRouter).vns.port).not.toBe(port);
    expect(two.status(simpleRouter).notes).toContain(
      `Port ${port} is taken: this lab's routers connect to another one.`,
    );
    expect(await Promise.all([ping(first), ping(second)])).toEqual([
      expect.stringContaining('1 received'),
      expect.stringContaining('1 received'),
    ]);
    await one.stop(simpleRouter);
    expect(await ping(second)).toContain('1 received');
  },

  "[LAB11] a bridge's thread that dies fails the lab, and nothing of the lab stays": async (bench) => {
    let die: (why: string) => void = () => undefined;
    const mortal = async (...args: Parameters<typeof startBridge>): Promise<BridgeHandle> => {
      const bridge = await startBridge(...args);
      return new Proxy(bridge, {
        get(target, name) {
          if (name === 'onLost')
            return (listener: (why: string) => void) => {
              die = listener;
            };
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    };
    await using labs = await bench.open({ startBridge: mortal });
    const before = (await descendants()).length;
    await ready(labs);
    die("The bridge's thread ended with 1");
    const { error } = await reaches(labs, 'failed');
    expect(error?.detail).toBe("The bridge's thread ended with 1.");
    expect(chipOf(labs, 'controller')?.state).toBe('failed');
    expect((await descendants()).length).toBe(before);
  },

  '[LAB11] `exit` in the command line stops the lab, without an error': async (bench) => {
    await using labs = await bench.open();
    const run = await ready(labs);
    run.terminals.get('mininet')?.write(Buffer.from('exit\r'));
    const status = await reaches(labs, 'stopped');
    expect(status.error).toBeUndefined();
    expect(labs.events(simpleRouter).at(-1)).toMatchObject({ level: 'info', text: 'The lab was stopped' });
    await expect(run.whenReady(100)).rejects.toMatchObject({ code: 'network-failed' });
  },

  '[LAB13] shells on hosts are terminals of the lab, and there is a limit': async (bench) => {
    await using labs = await bench.open();
    const run = await ready(labs);
    const id = run.openShell('client');
    const shell = run.terminals.get(id);
    await until('a prompt', () => shell?.info().busy === false);
    shell?.write(Buffer.from('ping -c1 192.168.2.2\r'));
    await until('an answer', () => shell?.text().includes('1 received'));
    expect(shell?.info()).toMatchObject({ kind: 'host', host: 'client', title: 'client', state: 'running' });
    expect(() => run.openShell('nobody')).toThrow(/no host "nobody"/);
    for (let count = 1; count < 32; count++) run.openShell('client');
    expect(() => run.openShell('client')).toThrow(/32 shells are open/);
  },
};
