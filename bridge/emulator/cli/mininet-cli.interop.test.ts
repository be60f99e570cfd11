import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCli } from './testing.ts';

/** Debian's: another one that comes first in PATH has no Mininet. */
const python = '/usr/bin/python3';
const hasMininet = spawnSync(python, ['-c', 'import mininet.cli, mininet.net']).status === 0;
if (!hasMininet) process.stderr.write(`skipped, Mininet is not installed: ${python} cannot import mininet.cli\n`);

/** Mininet's own command line, `net.py`, `node.py` and `link.py`, over nodes that only say what the test network's say. */
const peer = `
import sys
from cmd import Cmd
import mininet.net, mininet.cli
from mininet.log import setLogLevel, output
from mininet.link import Intf, Link
from mininet.node import Host, OVSSwitch

class AnInterface( Intf ):
    def __init__( self, name, node, port, ip=None ):
        self.name, self.node, self.ip, self.link = name, node, ip, None
        node.intfs[ port ], node.ports[ self ] = self, port
    def status( self ): return 'OK'
    def ifconfig( self, *args ): return ''
    def updateIP( self ): return self.ip

class ALink( Link ):
    def __init__( self, a, b ):
        self.intf1, self.intf2 = a, b
        a.link = b.link = self

class Answers( object ):
    waiting = False
    def cmd( self, line ):
        if line.startswith( 'ping' ):
            return ( 'PING\\n1 packets transmitted, 1 received, 0% packet loss, time 0ms\\n'
                     'rtt min/avg/max/mdev = 0.015/0.015/0.016/0.000 ms\\n' )
        return '[  3]  0.0- 5.0 sec  6 MBytes  10.1 Mbits/sec\\n'
    def sendCmd( self, line ):
        self.line = line
    def monitor( self, timeoutms=None ):
        return '[  4]  0.0- 5.0 sec  6 MBytes  9.43 Mbits/sec\\n' * 2
    def sendInt( self ): pass
    def waitOutput( self ): return ''
    def connected( self ): return True

class AHost( Answers, Host ):
    def __init__( self, name, pid ):
        self.name, self.intfs, self.ports, self.pid = name, {}, {}, pid
class ASwitch( Answers, OVSSwitch ):
    def __init__( self, name, pid ):
        self.name, self.intfs, self.ports, self.pid = name, {}, {}, pid

AHost.__name__, ASwitch.__name__ = 'Host', 'OVSSwitch'

class Net( mininet.net.Mininet ):
    def __init__( self ):
        h1, h2, s1 = AHost( 'h1', 1 ), AHost( 'h2', 2 ), ASwitch( 's1', 3 )
        AnInterface( 'lo', s1, 0, '127.0.0.1' )
        self.links = [ ALink( AnInterface( h.name + '-eth0', h, 0, '10.0.0.%d' % i ),
                              AnInterface( 's1-eth%d' % i, s1, i ) )
                       for i, h in ( ( 1, h1 ), ( 2, h2 ) ) ]
        self.hosts, self.switches, self.controllers = [ h1, h2 ], [ s1 ], []
        self.nameToNode = { n.name: n for n in self.hosts + self.switches }

class Cli( mininet.cli.CLI ):
    def __init__( self, mininet ):
        Cmd.__init__( self )
        self.mn, self.locals, self.inputFile = mininet, {}, None
    def waitForNode( self, node ):
        output( node.line.replace( 'echo ', '', 1 ) + '\\n' )

mininet.net.waitListening = lambda *args: True
setLogLevel( 'info' )
cli = Cli( Net() )
for line in open( sys.argv[ 1 ] ):
    cli.onecmd( cli.precmd( line ) )
    sys.stdout.flush()
`;

const commands = [
  'nodes',
  'net',
  'links',
  'intfs',
  'ports',
  'dump',
  'pingall',
  'pingall 1',
  'pingallfull',
  'pingpair',
  'pingpairfull',
  'iperf',
  'iperf h2 h1',
  'iperf h1',
  'iperf h1 zz',
  'iperfudp',
  'iperfudp 1M h2 h1',
  'iperfudp 1M h1',
  'iperfudp 1M zz yy',
  'link h1 s1 down',
  'link h1 s1 up',
  'link a s1 up',
  'link h1 b up',
  'link h1 h2 up',
  'link h1',
  'link h1 s1 sideways',
  'h1 echo h1 h2 xh2',
  'h1',
  'foo',
  'foo bar  baz',
  'source',
  'wait',
  ...['nodes', 'net', 'links', 'intfs', 'ports', 'dump', 'pingall', 'pingpair', 'iperf', 'iperfudp', 'link'].map(
    (name) => `help ${name}`,
  ),
  ...['pingallfull', 'pingpairfull', 'source', 'time', 'wait', 'noecho', 'exit', 'quit', 'EOF', 'zz'].map(
    (name) => `help ${name}`,
  ),
];

test.skipIf(!hasMininet)('[EC31] [EC35] [EC40] [EC41] every command prints what Mininet prints', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'pb-cli-'));
  try {
    const [script, peerPath] = [join(dir, 'commands'), join(dir, 'peer.py')];
    writeFileSync(peerPath, peer);
    const mark = '----';
    writeFileSync(script, commands.map((line) => `${line}\nh1 echo ${mark}\n`).join(''));
    const argv = ['-c', 'exec "$0" "$1" "$2" 2>&1', python, peerPath, script];
    const said = execFileSync('sh', argv, { encoding: 'utf8' }).split(`${mark}\n`);
    const { command, network } = await openCli({ readFile: () => Promise.reject(new Error('not there')) });
    network.connected.add('s1');
    for (const [at, line] of commands.entries()) {
      const expected = said[at]?.replace('<OVSSwitch s1', '<EmulatedSwitch s1');
      expect([line, await command(line)]).toEqual([line, expected]);
    }
  } finally {
    rmSync(dir, { recursive: true });
  }
});
