import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import type { Program } from '../program/program.ts';
import { runTest } from './test-commands.ts';
import { type OpenCli, openCli, testIperf, testNetwork, testPing, testPrograms, turns } from './testing.ts';

const open: OpenCli[] = [];
afterEach(() => {
  for (const { cli } of open.splice(0)) cli.hangUp();
});

async function start(options: Parameters<typeof openCli>[0] = {}): Promise<OpenCli> {
  const opened = await openCli(options);
  open.push(opened);
  return opened;
}

test('[EC30] it starts as Mininet does, and its prompt is the prompt', async () => {
  const { terminal, isAtPrompt } = await start();
  expect(await terminal.text()).toBe('*** Starting CLI:\nmininet>');
  expect(await isAtPrompt()).toBe(true);
});

test('[EC31] lists of the network are written as Mininet writes them', async () => {
  const { command, terminal } = await start();
  expect(await command('nodes')).toBe('available nodes are: \nh1 h2 s1\n');
  expect(await command('net')).toBe(
    'h1 h1-eth0:s1-eth1\nh2 h2-eth0:s1-eth2\ns1 lo:  s1-eth1:h1-eth0 s1-eth2:h2-eth0\n',
  );
  expect(await command('intfs')).toBe('h1: h1-eth0\nh2: h2-eth0\ns1: lo,s1-eth1,s1-eth2\n');
  expect(terminal.written).toContain('available nodes are: \r\nh1 h2 s1\r\n');
  await command('links');
  await command('dump');
  await command('ports');
  expect(terminal.written).toContain('h1-eth0<->s1-eth1 (OK OK) \r\nh2-eth0<->s1-eth2 (OK OK) \r\n');
  expect(terminal.written).toContain('<Host h1: h1-eth0:10.0.0.1 pid=1> \r\n<Host h2: h2-eth0:10.0.0.2 pid=2> \r\n');
  expect(terminal.written).toContain('<EmulatedSwitch s1: lo:127.0.0.1,s1-eth1:None,s1-eth2:None pid=3> \r\n');
  expect(terminal.written).toContain('s1 lo:0 s1-eth1:1 s1-eth2:2 \r\n');
});

test('[EC40] pingall, pingpair and their full forms print what Mininet prints', async () => {
  const { command, terminal } = await start();
  const reached = 'h1 -> h2 \r\nh2 -> h1 \r\n';
  await command('pingall');
  expect(terminal.written).toContain(
    `*** Ping: testing ping reachability\r\n${reached}*** Results: 0% dropped (2/2 received)\r\n`,
  );
  await command('pingpairfull');
  expect(terminal.written).toContain(
    `${reached}*** Results: \r\n h1->h2: 1/1, rtt min/avg/max/mdev 0.015/0.015/0.016/0.000 ms\r\n`,
  );
  expect(await command('pingpair')).not.toContain('*** Ping');
  expect(await command('pingallfull')).toContain('*** Ping: testing ping reachability\n');
});

test('[EC40] a host that does not answer is an X, and the share that was lost is cut off', async () => {
  const network = testNetwork(['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'h7', 'h8', 'h9']);
  let written = '';
  const programs = testPrograms({ ping: testPing });
  const done = runTest(network, programs, 'pingall', (text) => {
    written += text;
  });
  expect(await network.scheduler.settle(done)).toEqual({ ok: false });
  expect(written).toContain('h1 -> h2 h3 h4 h5 h6 h7 h8 X \n');
  expect(written).toContain('*** Results: 11% dropped (64/72 received)\n');
});

test('[EC41] iperf prints both rates as Python would, and leaves nothing listening', async () => {
  const { command, network } = await start();
  expect(await command('iperf')).toBe(
    "*** Iperf: testing TCP bandwidth between h1 and h2 \n*** Results: ['9.43 Mbits/sec', '10.1 Mbits/sec']\n",
  );
  expect(network.sockets).toEqual([]);
  expect(await command('iperfudp 5M h2 h1')).toBe(
    "*** Iperf: testing UDP bandwidth between h2 and h1 \n*** Results: ['5M', '9.43 Mbits/sec', '10.1 Mbits/sec']\n",
  );
  expect(await command('iperf h1 zz')).toBe("node 'zz' not in network\n");
  expect(await command('iperf h1')).toBe('invalid number of args: iperf src dst\n');
});

test('[EC42] the tests of mn --test tell whether they passed', async () => {
  const network = testNetwork();
  const programs = testPrograms({ ping: testPing, iperf: testIperf(network.sockets) });
  const run = (name: string) => network.scheduler.settle(runTest(network, programs, name, () => undefined));
  for (const name of ['none', 'build', 'pingall', 'pingpair', 'iperf', 'iperfudp', 'all', 'pingall+iperf'])
    expect(await run(name)).toEqual({ ok: true });
  expect(await run('cli')).toEqual({ ok: false });
});

test('[EC32] link takes links down and up, and says what is wrong as Mininet does', async () => {
  const { command, network, terminal } = await start();
  expect(await command('link h1 s1 down')).toBe('');
  expect(network.links.map(({ isUp }) => isUp)).toEqual([false, true]);
  await command('links');
  expect(terminal.written).toContain('h1-eth0<->s1-eth1 (DOWN DOWN) \r\n');
  expect(await command('link s1 h1 up')).toBe('');
  expect(network.links.every(({ isUp }) => isUp)).toBe(true);
  expect(await command('link a s1 up')).toBe('src not in network: a\n');
  expect(await command('link h1 b up')).toBe('dst not in network: b\n');
  expect(await command('link h1 h2 up')).toBe('src and dst not connected: h1 h2\n');
  expect(await command('link h1')).toBe('invalid number of args: link end1 end2 [up down]\n');
  expect(await command('link h1 s1 x')).toBe('invalid type: link end1 end2 [up down]\n');
});

test('[EC33] a host runs a program; names of hosts among its words become addresses', async () => {
  const { command } = await start();
  expect(await command('h1 echo h2 to-h2 s1')).toBe('10.0.0.2 to-h2 s1\n');
  expect(await command('h1')).toBe('*** Please enter a command for node: h1 <cmd>\n');
  expect(await command('s1 ls')).toBe('s1 is a switch: it runs no programs. Hosts: h1 h2\n');
  expect(await command('foo bar')).toBe('*** Unknown command: foo bar\n');
  expect(await command('h1 fooo')).toMatch(/^bash: fooo: command not found\. Programs here: cat echo false iperf /);
  expect(await command('h1 X=a; echo $X > f && cat f # comment')).toBe('a\n');
  expect(await command('h2 cat f')).toBe('cat: f: No such file or directory\n');
  expect(await command('# nothing')).toBe('');
});

test('[EC34] what cannot be is refused with what there is instead', async () => {
  const { command } = await start();
  for (const name of ['sh', 'py', 'px', 'x', 'xterm', 'gterm', 'dpctl', 'switch']) {
    const said = await command(`${name} a b`);
    expect(said.replaceAll('\n', '')).toMatch(new RegExp(`^${name}: .* .*[;,] .*`));
    expect(await command(`help ${name}`)).toBe(said);
  }
});

test('[EC35] help, time, source, wait and noecho', async () => {
  const files: Record<string, string> = { a: 'nodes\n# no\n\nsource b\n', b: 'source b\nh1 echo b\n' };
  const { command, network } = await start({
    readFile: async (path) => files[path] ?? Promise.reject(new Error('not there')),
  });
  const help = await command('help');
  expect(help).toContain('Documented commands (type help <topic>):\n========================================\nEOF ');
  expect(help).toContain('mininet> h2 ping h3\nshould work.\n');
  expect(await command('help iperf')).toBe(
    'Simple iperf TCP test between two (optionally specified) hosts.\n           Usage: iperf node1 node2\n',
  );
  expect(await command('help foo')).toBe('*** No help on foo\n');
  expect(await command('time h1 sleep 1.5')).toMatch(/^\*\*\* Elapsed time: 1\.5\d{5} secs\n$/);
  const sourced = await command('source a');
  expect(sourced).toContain('h1 h2 s1\nsource: b is not read: files read one another 8 deep\n');
  expect(sourced.match(/^b$/gm)).toHaveLength(7);
  expect(await command('source zz')).toBe('error reading file zz\n');
  expect(await command('source')).toBe('usage: source <file>\n');
  network.scheduler.after(2_000_000, () => network.connected.add('s1'));
  expect(await command('wait')).toBe('*** Waiting for switches to connect\ns1 \n');
  expect(await command('noecho h1 echo a')).toBe('a\n');
});

test('[EC36] Ctrl-C interrupts a program and a test; the prompt comes back behind its last words', async () => {
  const { terminal, network, isAtPrompt } = await start();
  const turns = async () => {
    for (let i = 0; i < 100; i++) await undefined;
  };
  terminal.type('h1 ping h2\r');
  await turns();
  network.scheduler.advance(1_500_000);
  await turns();
  expect(await isAtPrompt()).toBe(false);
  terminal.type('\x03');
  await turns();
  expect(await terminal.text()).toMatch(
    /icmp_seq=2 .*\n\^C\n--- 10\.0\.0\.2 ping statistics ---\n2 packets.*\nrtt.*\nmininet>$/,
  );
  expect(await isAtPrompt()).toBe(true);
  terminal.type('pingall\r');
  await turns();
  terminal.type('\x03');
  await turns();
  expect(await terminal.text()).toMatch(/h1 -> \^C\nInterrupt\nmininet>$/);
});

test('[EC37] & runs behind: its lines appear above the prompt and what is typed there', async () => {
  const { terminal, network, command } = await start();
  expect(await command('h1 ping h2 &')).toMatch(/^PING .*\n64 .*icmp_seq=1 .*\n$/);
  terminal.type('nod');
  network.scheduler.advance(1_000_000);
  for (let i = 0; i < 100; i++) await undefined;
  expect(await terminal.text()).toMatch(
    /mininet> h1 ping h2 &\nPING .*\n64 .*icmp_seq=1 .*\n64 .*icmp_seq=2 .*\nmininet> nod$/,
  );
  terminal.type('es\r');
  for (let i = 0; i < 100; i++) await undefined;
  expect(await terminal.text()).toMatch(/mininet> nodes\navailable nodes are: \nh1 h2 s1\nmininet>$/);
  expect(await command('h1 jobs')).toMatch(/^\[1\]\+ {2}Running +ping 10\.0\.0\.2\n$/);
  await command('h1 kill %1');
  expect(await terminal.text()).toMatch(/\n2 packets transmitted, 2 received\nrtt.*\nmininet>$/);
  expect(await command('h1 jobs')).toMatch(/^\[1\]\+ {2}Done /);
  expect(await command('h1 jobs')).toBe('');
});

test('[EC38] a bug in a program costs one line', async () => {
  const { command } = await start({
    programs: {
      broken: async () => {
        throw new Error('boom\nsecond line');
      },
      strange: () => {
        throw new TypeError('not even a promise');
      },
    },
  });
  expect(await command('h1 broken; echo $?')).toBe('broken: this program has a bug and ended: boom\n70\n');
  expect(await command('h1 strange')).toBe('strange: this program has a bug and ended: not even a promise\n');
});

test('[EC39] exit, quit, EOF and Ctrl-D end it; so does the terminal, and what runs is told', async () => {
  for (const last of ['exit\r', 'quit\r', 'EOF\r', '\x04']) {
    const { terminal, ran } = await start();
    terminal.type(last);
    await expect(ran).resolves.toBe('exit');
  }
  let wasTold = false;
  const stubborn: Program = ({ interrupted }) =>
    new Promise(() => {
      interrupted.addEventListener('abort', () => {
        wasTold = true;
      });
    });
  const { terminal, ran, cli, network } = await start({ programs: { stubborn } });
  terminal.type('h1 stubborn\r');
  for (let i = 0; i < 100; i++) await undefined;
  cli.hangUp();
  await expect(network.scheduler.settle(ran)).resolves.toBe('exit');
  expect(wasTold).toBe(true);
});

test('[EC5] Tab completes commands, hosts, programs and the words of link', async () => {
  const { terminal } = await start();
  const typed = async (keys: string) => {
    terminal.type(keys);
    const line = await terminal.cursorLine();
    terminal.type('\x15');
    return line;
  };
  expect(await typed('nod\t')).toBe('mininet> nodes ');
  expect(await typed('pinga\t')).toBe('mininet> pingall');
  expect(await typed('h1 pi\th2\t')).toBe('mininet> h1 ping h2 ');
  expect(await typed('link h1 s\td\t')).toBe('mininet> link h1 s1 down ');
  terminal.type('ping\t\t');
  expect(await terminal.text()).toMatch(
    /mininet> ping\npingall {2}pingallfull {2}pingpair {2}pingpairfull\nmininet> ping$/,
  );
});

const word = fc.constantFrom(
  ...[
    'h1',
    'h2',
    's1',
    'ping',
    'pingall',
    'iperf',
    'link',
    'up',
    'time',
    'noecho',
    'source',
    'help',
    'cat',
    'shout',
    'sleep',
  ],
  ...[
    '&',
    '|',
    '>',
    '<',
    ';',
    '&&',
    '||',
    '!',
    "'",
    '"',
    '$?',
    '$(',
    '\\\\',
    '#',
    'kill',
    '%1',
    'fg',
    'jobs',
    'wait',
    'f',
    '1',
  ],
);
const line = fc
  .tuple(fc.constantFrom('h1 ', 'h2 ', 'time h1 ', ''), fc.array(word, { minLength: 1, maxLength: 9, size: 'max' }))
  .map(([start, words]) => `${start}${words.join(' ')}\r`);
const keys = fc.oneof(
  { weight: 6, arbitrary: line },
  { weight: 1, arbitrary: fc.constantFrom('\x03', '\t\t', '\x12', '\x1b[A', '\x04', '\x1c', '\x1b[200~', '\x1b[201~') },
);
const piece = fc.oneof({ weight: 4, arbitrary: keys }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }) });

test('[EC38] whatever is typed, the command line goes on until it is told to end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 4, maxLength: 16, size: 'max' }), async (typed) => {
      const { terminal, network, cli, ran } = await openCli();
      for (const one of typed) {
        terminal.type(one);
        await turns();
        network.scheduler.advance(700_000);
        await turns();
      }
      cli.hangUp();
      await turns();
      expect(await Promise.race([ran, Promise.resolve('still there')])).toBe('exit');
      expect(terminal.written).not.toContain('has a bug');
    }),
    { numRuns: 60 },
  );
});
