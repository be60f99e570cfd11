import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ListenAddress } from './api.ts';
import { parseAddress, parseBridgeArguments } from './cli-options.ts';
import { readLabFile } from './lab-file.ts';
import { ethernet, until } from './testing/lab.ts';
import { ScriptedRouter } from './testing/scripted-router.ts';
import { ScriptedSwitch } from './testing/scripted-switch.ts';

const labFile = fileURLToPath(new URL('../server/catalog/simple-router/lab.json', import.meta.url));

/** The bridge as a process of its own, as a person would start it. */
class Cli implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly exited: Promise<number | null>;
  output = '';

  constructor(...args: string[]) {
    const cli = fileURLToPath(new URL('../dist/bridge/cli.js', import.meta.url));
    this.#child = spawn(process.execPath, [cli, ...args]);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (data) => {
        this.output += data;
      });
    }
    this.exited = new Promise((resolve) => this.#child.once('exit', resolve));
  }

  /** What it says it listens on for switches or routers. */
  async address(who: 'Switches' | 'Routers'): Promise<ListenAddress> {
    const line = new RegExp(`${who} connect to tcp 127\\.0\\.0\\.1:(\\d+)\\.`);
    await until(() => line.test(this.output), 10_000);
    return { kind: 'tcp', host: '127.0.0.1', port: Number(line.exec(this.output)?.[1]) };
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal('SIGKILL');
    await this.exited;
  }
}

describe('the bridge alone', () => {
  test('[BR14] runs a lab file, prints what happens, ends cleanly on a signal', async () => {
    await using cli = new Cli(
      '--app',
      'vns-router',
      '--lab',
      labFile,
      '--openflow',
      '127.0.0.1:0',
      '--vns',
      'tcp:127.0.0.1:0',
    );
    await using sw = await ScriptedSwitch.connect(await cli.address('Switches'));
    await using router = await ScriptedRouter.connect(await cli.address('Routers'));
    await router.hears('hardwareInfo');
    sw.packetIn(1, ethernet('02:00:00:00:00:01', '0a:00:00:00:00:01'));
    await router.hears('packet');
    await until(() => cli.output.includes(' is ready: eth1 192.168.2.1'));
    cli.signal('SIGINT');
    expect((await router.hears('close')).message).toBe('The lab is closing');
    expect(await cli.exited).toBe(0);
    expect(cli.output).toMatch(/^\d+\.\d{3} s {3}Switch sw0 connected: Patchbay scripted 1, 3 ports$/m);
    expect(cli.output).toContain('SIGINT: closing. 1 packets in, 0 out, dropped: none; dispatch p50');
  });

  test('[BR14] a terminal that is closed ends it as cleanly', async () => {
    await using cli = new Cli('--app', 'l2-learning', '--openflow', '127.0.0.1:0');
    await cli.address('Switches');
    cli.signal('SIGHUP');
    expect(await cli.exited).toBe(0);
    expect(cli.output).toContain('SIGHUP: closing.');
  });

  test('[BR14] says what is wrong with its arguments, and exits with 2; with files and addresses, with 1', async () => {
    await using wrong = new Cli('--app', 'l3');
    expect(await wrong.exited).toBe(2);
    expect(wrong.output).toContain('--app: expected vns-router or l2-learning, found l3');
    await using missing = new Cli('--app', 'vns-router', '--lab', '/nowhere/lab.json');
    expect(await missing.exited).toBe(1);
    expect(missing.output).toContain('Cannot read /nowhere/lab.json');
    await using help = new Cli('--help');
    expect(await help.exited).toBe(0);
    expect(help.output).toContain('--openflow ADDRESS');
  });
});

describe('arguments', () => {
  test('[BR14] addresses are TCP or unix', () => {
    expect(parseAddress('--vns', 'tcp:127.0.0.1:6653')).toEqual({ kind: 'tcp', host: '127.0.0.1', port: 6653 });
    expect(parseAddress('--vns', 'localhost:0')).toEqual({ kind: 'tcp', host: 'localhost', port: 0 });
    expect(parseAddress('--vns', 'tcp:[::1]:80')).toEqual({ kind: 'tcp', host: '::1', port: 80 });
    expect(parseAddress('--vns', 'unix:/run/of.sock')).toEqual({ kind: 'unix', path: '/run/of.sock' });
    for (const text of ['', '6653', 'tcp:host', 'tcp:host:99999', '::1:80', '[nonsense]:80', 'unix:', 'udp:h:1']) {
      expect(() => parseAddress('--vns', text)).toThrow(`--vns: expected tcp:HOST:PORT or unix:PATH, found ${text}`);
    }
  });

  test('[BR14] defaults are on loopback', () => {
    expect(parseBridgeArguments(['--app', 'vns-router', '--lab', 'x'])).toMatchObject({
      openflow: [{ host: '127.0.0.1', port: 6653 }],
      vns: [{ host: '127.0.0.1', port: 8888 }],
    });
    expect(parseBridgeArguments(['--app', 'l2-learning', '--idle-timeout', '5'])).toMatchObject({
      vns: [],
      idleTimeoutS: 5,
    });
  });

  test.each([
    [['--app', 'vns-router'], '--lab: expected the path of a lab.json'],
    [['--app', 'l2-learning', '--vns', 'h:1'], '--vns: l2-learning has no routers'],
    [['--app', 'l2-learning', '--idle-timeout', '-1s'], "'--idle-timeout'"],
    [['--app', 'l2-learning', '--hard-timeout', '70000'], '--hard-timeout: expected 0 to 65535 seconds, found 70000'],
    [['stray'], 'stray'],
  ])('[BR14] %j is refused', (args, message) => {
    expect(() => parseBridgeArguments(args)).toThrow(message);
  });
});

describe('lab files', () => {
  const lab = {
    switches: [{ name: 'sw0', dpid: '0000000000000001' }],
    routers: [
      {
        name: 'r0',
        vhost: 'vhost1',
        switch: 'sw0',
        interfaces: [{ name: 'eth1', port: 1, address: '10.0.0.1', mask: '255.0.0.0' }],
        rtable: [{ destination: '10.0.0.9', gateway: '10.0.0.9', mask: '255.255.255.255', interface: 'eth1' }],
      },
    ],
  };
  const read = (value: unknown) => readLabFile(JSON.stringify(value), 'lab.json');

  test('[BR15] the switches and routers of a lab are read, and nothing else', () => {
    expect(read({ ...lab, hosts: 'not looked at' })).toEqual({
      switches: lab.switches,
      routers: [
        {
          name: 'r0',
          vhost: 'vhost1',
          dpid: '0000000000000001',
          interfaces: [{ name: 'eth1', port: 1, address: '10.0.0.1', mask: '255.0.0.0' }],
          rtable: '10.0.0.9 10.0.0.9 255.255.255.255 eth1\n',
        },
      ],
    });
  });

  const [router] = lab.routers;
  const [face] = router?.interfaces ?? [];
  test.each([
    [[], 'lab.json: the file: expected an object, found []'],
    [{}, 'lab.json: switches: expected a list, found nothing'],
    [{ ...lab, switches: [{ name: 'sw0', dpid: 1 }] }, 'lab.json: switches[0].dpid: expected 16 hex digits, found 1'],
    [
      { ...lab, routers: [{ ...router, switch: 'sw9' }] },
      'lab.json: routers[0].switch: expected one of the switches sw0, found "sw9"',
    ],
    [
      { ...lab, routers: [{ ...router, interfaces: [{ ...face, port: 0 }] }] },
      'lab.json: routers[0].interfaces[0].port: expected an integer from 1 to 65280, found 0',
    ],
    [
      { ...lab, routers: [{ ...router, interfaces: [{ ...face, address: '10.0.0.256' }] }] },
      'lab.json: routers[0].interfaces[0].address: expected an IPv4 address, found "10.0.0.256"',
    ],
  ])('[BR15] a wrong one is refused with place and expectation %#', (value, message) => {
    expect(() => read(value)).toThrow(message);
  });

  test('[BR15] what is not JSON is said to be so', () => {
    expect(() => readLabFile('{', 'lab.json')).toThrow('lab.json: expected JSON');
  });
});
