import { inColumns } from './columns.ts';

/** What `help COMMAND` prints, as Mininet 2.3 does. */
export const commandHelp: Readonly<Record<string, string>> = {
  EOF: 'Exit',
  dump: 'Dump node info.',
  exit: 'Exit',
  help: 'Describe available CLI commands.',
  intfs: 'List interfaces.',
  iperf: `Simple iperf TCP test between two (optionally specified) hosts.
           Usage: iperf node1 node2`,
  iperfudp: `Simple iperf UDP test between two (optionally specified) hosts.
           Usage: iperfudp bw node1 node2`,
  link: `Bring link(s) between two nodes up or down.
           Usage: link node1 node2 [up/down]`,
  links: 'Report on links',
  net: 'List network connections.',
  nodes: 'List all nodes.',
  noecho: `Run an interactive command with echoing turned off.
           Usage: noecho [cmd args]`,
  pingall: 'Ping between all hosts.',
  pingallfull: 'Ping between all hosts, returns all ping results.',
  pingpair: 'Ping between first two hosts, useful for testing.',
  pingpairfull: 'Ping between first two hosts, returns all ping results.',
  ports: 'display ports and interfaces for each switch',
  quit: 'Exit',
  source: `Read commands from an input file.
           Usage: source <file>`,
  time: 'Measure time taken for any command in Mininet.',
  wait: 'Wait until all switches have connected to a controller',
};

/** Commands of Mininet that an emulated network does not have, and what there is instead. */
export const refusals: Readonly<Record<string, string>> = {
  dpctl:
    'dpctl: there is no ovs-ofctl in an emulated network; the flow tables and ports of its switches are in the page, and `ports` and `links` list them here',
  gterm: 'gterm: an emulated host has no windows; open its terminal in the page, or type `HOST COMMAND` here',
  px: 'px: the emulated network runs without Python; `help` lists its commands',
  py: 'py: the emulated network runs without Python; `help` lists its commands',
  sh: 'sh: the emulated network runs nothing on this machine; `HOST COMMAND` runs a program on a host',
  switch:
    'switch: an emulated switch runs as long as its network; `link SWITCH NODE down` takes its links down one by one',
  x: 'x: an emulated host has no windows; open its terminal in the page, or type `HOST COMMAND` here',
  xterm: 'xterm: an emulated host has no windows; open its terminal in the page, or type `HOST COMMAND` here',
};

const columns = 79;

/** What `help` prints. */
export function helpText(programs: readonly string[]): string {
  const titled = (title: string, words: readonly string[]) =>
    [title, '='.repeat(title.length), ...inColumns([...words].sort(), columns), '', ''].join('\n');
  return `
${titled('Documented commands (type help <topic>):', Object.keys(commandHelp))}${titled('Not in an emulated network (help <topic> says why):', Object.keys(refusals))}${titled('Programs of the hosts (<node> <program>):', programs)}You may also send a command to a node using:
  <node> command {args}
For example:
  mininet> h1 ifconfig

The interpreter automatically substitutes IP addresses
for node names when a node is the first arg, so commands
like
  mininet> h2 ping h3
should work.

`;
}
