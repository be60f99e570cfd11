#!/usr/bin/python3
"""Builds the network of any lab.json with Mininet and opens Mininet's command line on its terminal.

Meant to be the first process of fresh net, mount, pid, uts and ipc namespaces:

    unshare --net --mount --pid --uts --ipc --fork --kill-child=SIGKILL --mount-proc \
        /usr/bin/python3 run_lab.py --lab lab.json --run-dir DIR

DIR/status.sock is a listening unix socket: JSON lines go there, one an event, and when its other end closes the
network ends. DIR/ovs/of.sock is where the controller listens. Nothing outside of DIR and the namespaces is touched.
"""

import argparse
import ctypes
import http.server
import json
import os
import select
import signal
import socket
import socketserver
import subprocess
import sys
import termios
import threading
import time
import traceback

from mininet.cli import CLI
from mininet.log import error, info, output, setLogLevel
from mininet.net import Mininet
from mininet.node import Controller, Host, OVSSwitch
from mininet.link import Link

CONTROLLER = 'unix:/var/run/openvswitch/of.sock'
OVS_SCHEMA = '/usr/share/openvswitch/vswitch.ovsschema'
CLONE_NEWNET = 0x40000000


class Status:
    """The line to whoever started the lab; several processes may write, one line a time."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)

    def send(self, event, **values):
        self.socket.sendall(json.dumps({'event': event, **values}).encode() + b'\n')

    def exit_with_peer(self):
        """Process 1 ends, and with it everything, when the other end of the line is gone."""
        while self.socket.recv(256):
            pass
        os._exit(1)


def run(*argv):
    """Runs a program to its end; what it said is in the error when it fails."""
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f'{" ".join(argv)}: {done.stdout.strip() or f"exit code {done.returncode}"}')
    return done.stdout


# Process 1

def become_init(status):
    """Forks: the child returns and runs the lab; process 1 reaps, and ends everything when a vital process ends."""
    told, tell = os.pipe()
    os.set_blocking(told, False)
    lab = os.fork()
    if lab == 0:
        os.close(told)
        return lambda name, pid: os.write(tell, f'{name} {pid}\n'.encode())
    os.close(tell)
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=status.exit_with_peer, daemon=True).start()
    vital = {lab: 'Mininet'}
    while True:
        pid, code = os.waitpid(-1, 0)
        try:
            for line in os.read(told, 4096).decode().splitlines():
                name, number = line.split()
                vital[int(number)] = name
        except BlockingIOError:
            pass
        if pid in vital:
            if os.WIFSIGNALED(code):
                how = f'was ended by {signal.Signals(os.WTERMSIG(code)).name}'
            else:
                how = f'ended with exit code {os.WEXITSTATUS(code)}'
            clean = pid == lab and code == 0
            status.send('ended', process=vital[pid], how=how, clean=clean)
            os._exit(0 if clean else 1)


# The place: mounts and Open vSwitch

def make_private(run_dir, hostname):
    """Own /run (so no socket of the system is in sight), own Open vSwitch directory, no name server."""
    socket.sethostname(hostname)
    for place in {'/run', os.path.realpath('/var/run')}:
        if not run_dir.startswith(f'{place}/'):
            run('mount', '-t', 'tmpfs', '-o', 'mode=755', 'patchbay', place)
        os.makedirs(f'{place}/openvswitch', exist_ok=True)
        run('mount', '--bind', f'{run_dir}/ovs', f'{place}/openvswitch')
    if os.path.exists('/etc/resolv.conf'):
        # Without this a ping of an address asks the system's name server, through the lab's router.
        with open(f'{run_dir}/resolv.conf', 'w', encoding='ascii') as file:
            file.write('# There are no names in the lab.\n')
        run('mount', '--bind', f'{run_dir}/resolv.conf', '/etc/resolv.conf')
    quiet_ipv6()
    run('ip', 'link', 'set', 'lo', 'up')


def quiet_ipv6():
    """No router solicitations and neighbour discovery on the switch's side of the links."""
    for scope in ('all', 'default'):
        path = f'/proc/sys/net/ipv6/conf/{scope}/disable_ipv6'
        if os.path.exists(path):
            with open(path, 'w', encoding='ascii') as file:
                file.write('1')


def start_open_vswitch(run_dir, register):
    """A private ovsdb-server and ovs-vswitchd; `--detach` returns when each is ready."""
    ovs = f'{run_dir}/ovs'
    os.environ.update(OVS_RUNDIR='/var/run/openvswitch', OVS_LOGDIR=ovs, OVS_DBDIR=ovs, OVS_SYSCONFDIR=ovs)
    common = ('--detach', '--no-chdir', '--pidfile', '--log-file', '-vconsole:off', '-vsyslog:off', '-vfile:warn')
    run('ovsdb-tool', 'create', f'{ovs}/conf.db', OVS_SCHEMA)
    run('ovsdb-server', f'{ovs}/conf.db', '--remote=punix:/var/run/openvswitch/db.sock', *common)
    run('ovs-vsctl', '--no-wait', 'init')
    run('ovs-vswitchd', 'unix:/var/run/openvswitch/db.sock', *common)
    for name in ('ovsdb-server', 'ovs-vswitchd'):
        with open(f'{ovs}/{name}.pid', encoding='ascii') as file:
            register(name, int(file.read()))


# Nodes

class Bridge(Controller):
    """Patchbay's bridge, which listens already: there is nothing to start, to find or to stop."""

    def checkListening(self):
        pass

    def start(self):
        pass

    def stop(self, *_args, **_named):
        self.terminate()


class LabSwitch(OVSSwitch):
    """One ovs-vsctl call a switch; userspace datapath, so that no kernel module is needed."""

    def __init__(self, name, **params):
        super().__init__(name, **params)
        self.shaped = set()  # names of interfaces whose queues are ours

    @classmethod
    def setup(cls):
        cls.OVSVersion = '3.0'  # asked for only to avoid options that versions before 1.10 lack

    @classmethod
    def batchStartup(cls, switches, run=None):
        return switches  # started already

    def start(self, controllers):
        intfs = [(intf.name, port) for intf, port in self.ports.items() if intf.name != 'lo']
        for name, _port in intfs:
            run('ip', 'link', 'set', name, 'up')
        argv = ['ovs-vsctl', '--timeout=10', '--', '--may-exist', 'add-br', self.name, '--', 'set', 'bridge', self.name,
                'datapath_type=netdev', 'protocols=OpenFlow10', 'fail_mode=secure',
                f'other-config:datapath-id={self.dpid}', 'other-config:disable-in-band=true',
                f'other-config:dp-desc={self.name}']
        for name, port in intfs:
            argv += ['--', '--may-exist', 'add-port', self.name, name]
            argv += ['--', 'set', 'Interface', name, f'ofport_request={port}']
            if name in self.shaped:
                # Open vSwitch removes the queues of every other port.
                argv += ['--', f'--id=@{name}', 'create', 'QoS', 'type=linux-noop']
                argv += ['--', 'set', 'Port', name, f'qos=@{name}']
        argv += ['--', 'set-controller', self.name, CONTROLLER]
        argv += ['--', 'set', 'controller', self.name, 'max_backoff=1000']
        run(*argv)


class LabHost(Host):
    """A host configured in one go: address, routes, no checksum offload, no IPv6."""

    def config(self, spec=None, run_dir=None, **_params):
        name = self.defaultIntf().name
        address, prefix = spec['address'].split('/')
        steps = [
            f'cd {run_dir}/hosts/{self.name}',
            'stty susp undef quit undef',
            'for f in /proc/sys/net/ipv6/conf/{all,default}/disable_ipv6; do [ ! -e $f ] || echo 1 > $f; done',
            'ip link set lo up',
            f'ip addr add {address}/{prefix} dev {name}',
            f'ip link set {name} up',
            # The userspace datapath does not finish checksums that a host left to its (virtual) card.
            f'ethtool -K {name} tx off > /dev/null',
        ]
        gateway = spec.get('gateway')
        if gateway and prefix == '32':
            steps.append(f'ip route add {gateway} dev {name} scope link')
        if gateway:
            steps.append(f'ip route add default via {gateway}')
        said = self.cmd('{ ' + ' && '.join(steps) + '; } || echo "failed with $?"').strip()
        if said:
            raise RuntimeError(f'{self.name}: {said}')
        intf = self.defaultIntf()
        intf.ip, intf.prefixLen = address, prefix
        return {}


# Links

def netem_arguments(impairments):
    """What netem is to do; nothing where the link only has a bandwidth."""
    def value(key):
        return impairments.get(key, 0)
    argv = []
    if value('delayMs'):
        argv += ['delay', f'{value("delayMs")}ms']
    if value('jitterMs'):
        # At a rate (which no link reaches) netem keeps the order of what it delays by different times.
        argv += [f'{value("jitterMs")}ms', 'rate', '10gbit']
    for key, word in (('lossPercent', 'loss'), ('duplicatePercent', 'duplicate'), ('reorderPercent', 'reorder'),
                      ('corruptPercent', 'corrupt')):
        if value(key):
            argv += [word, f'{value(key)}%']
    return argv


def shaping(name, impairments):
    """tc's command lines for one end of a link: netem first, then the bandwidth and what may wait for it."""
    steps, parent = [], 'root'
    netem = netem_arguments(impairments)
    if netem:
        # Room for ten seconds of delay at 6,500 frames a second.
        steps.append(['root', 'handle', '1:', 'netem', 'limit', '65536', *netem])
        parent = 'parent 1:1'
    if 'bandwidthMbps' in impairments:
        bits = round(impairments['bandwidthMbps'] * 1e6)
        burst = str(max(3200, bits // 8000))  # a millisecond, and two frames at least
        tbf = ['tbf', 'rate', f'{bits}bit', 'burst', burst, 'limit', '3200']
        steps.append([*parent.split(), 'handle', '2:', *tbf])
        steps.append(['parent', '2:1', 'handle', '3:', 'pfifo', 'limit', str(impairments.get('queueFrames', 1000))])
    return [['tc', 'qdisc', 'add', 'dev', name, *step] for step in steps]


def shape(intf, impairments):
    """Makes what leaves by an interface as late, slow and damaged as lab.json says."""
    for argv in shaping(intf.name, impairments):
        _out, said, code = intf.node.pexec(*argv)
        if code != 0:
            raise RuntimeError(f'{" ".join(argv)}: {said.strip() or f"exit code {code}"}')


# Services

class QuietRequests(http.server.SimpleHTTPRequestHandler):
    """Files of the host's folder; requests are in the trace, not on the terminal."""

    def log_message(self, format, *args):  # the base class's names
        pass


class TcpService(socketserver.ThreadingTCPServer):
    """A thread a connection; a peer that goes away is no news."""

    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


class EchoStream(socketserver.BaseRequestHandler):
    """RFC 862 over TCP."""

    def handle(self):
        while data := self.request.recv(65536):
            self.request.sendall(data)


class EchoDatagram(socketserver.BaseRequestHandler):
    """RFC 862 over UDP; two echo services would talk to each other for ever."""

    def handle(self):
        data, server = self.request
        if self.client_address[1] != self.server.server_address[1]:
            server.sendto(data, self.client_address)


class DiscardStream(socketserver.BaseRequestHandler):
    """RFC 863 over TCP."""

    def handle(self):
        while self.request.recv(65536):
            pass


class DiscardDatagram(socketserver.BaseRequestHandler):
    """RFC 863 over UDP."""

    def handle(self):
        pass


class IperfServers:
    """iperf 2's servers for TCP and UDP on one port; made when both listen."""

    def __init__(self, address, port):
        self.children = [subprocess.Popen(['iperf', '-s', '-B', address, '-p', str(port), *more],
                                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                          stderr=subprocess.DEVNULL) for more in ([], ['-u'])]
        until = time.monotonic() + 5
        while not all(bound(protocol, port) for protocol in ('tcp', 'udp')):
            if time.monotonic() > until or any(child.poll() is not None for child in self.children):
                raise RuntimeError('iperf does not listen')
            time.sleep(0.005)

    def serve_forever(self):
        for child in self.children:
            child.wait()


def bound(protocol, port):
    """Whether a socket of this process's network has the port."""
    with open(f'/proc/self/net/{protocol}', encoding='ascii') as file:
        return any(line.split()[1].endswith(f':{port:04X}') for line in file.readlines()[1:])


def servers_of(kind, address, port):
    """What serves a service, bound and listening; the folder of the process is the host's."""
    place = (address, port)
    if kind == 'http':
        return [http.server.ThreadingHTTPServer(place, QuietRequests)]
    if kind == 'iperf':
        return [IperfServers(address, port)]
    stream, datagram = (EchoStream, EchoDatagram) if kind == 'echo' else (DiscardStream, DiscardDatagram)
    return [TcpService(place, stream), socketserver.UDPServer(place, datagram)]


def serve(host, kind, port, folder):
    """A service in the host's network, in a process of its own; returns when it listens."""
    ready, tell = os.pipe()
    child = os.fork()
    if child != 0:
        os.close(tell)
        with os.fdopen(ready) as file:
            said = file.read()
        if said != 'listening':
            raise RuntimeError(f'{host.name}: no {kind} service on port {port}: {said or "it ended"}')
        return
    try:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        with open(f'/proc/{host.pid}/ns/net', encoding='ascii') as namespace:
            if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), 'setns')
        os.chdir(folder)
        first, *others = servers_of(kind, host.IP(), port)
        os.write(tell, b'listening')
        os.close(tell)
        null = os.open('/dev/null', os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        for server in others:
            threading.Thread(target=server.serve_forever, daemon=True).start()
        first.serve_forever()
    except BaseException as fault:  # a forked copy must never go on as the lab
        try:
            os.write(tell, str(fault).encode())
        except OSError:
            pass
    finally:
        os._exit(1)


def index_page(name, address):
    return (f'<!doctype html>\n<title>{name}</title>\n<h1>{name}</h1>\n'
            f'<p>This page came from {address}, through your network.</p>\n')


# The lab

def build(lab, run_dir, status):
    """Hosts, switches, links and services as lab.json says, reported one by one."""
    Mininet.inited = True  # its init() would change limits of the whole machine
    net = Mininet(topo=None, host=LabHost, switch=LabSwitch, controller=None, link=Link, build=False)
    net.addController('c0', controller=Bridge)
    info('*** Adding hosts, switches and links\n')
    specs = {spec['name']: spec for spec in lab['hosts']}
    for name, spec in specs.items():
        os.makedirs(f'{run_dir}/hosts/{name}', exist_ok=True)
        net.addHost(name, ip=None, spec=spec, run_dir=run_dir)
    for spec in lab['switches']:
        net.addSwitch(spec['name'], dpid=spec['dpid'])
    shaped = []
    for link in lab['links']:
        a, b = link['a'], link['b']
        macs = {f'addr{side}': specs[end['node']]['mac'] for side, end in ((1, a), (2, b))
                if 'mac' in specs.get(end['node'], {})}
        made = net.addLink(a['node'], b['node'], a.get('port'), b.get('port'), fast=True, **macs)
        for intf in (made.intf1, made.intf2):
            if link.get('impairments'):
                shaped.append((intf, link['impairments']))
                if isinstance(intf.node, LabSwitch):
                    intf.node.shaped.add(intf.name)
    net.start()
    for intf, impairments in shaped:
        shape(intf, impairments)
    status.send('network')
    for host in net.hosts:
        services = specs[host.name].get('services', [])
        folder = f'{run_dir}/hosts/{host.name}/www'
        if services:
            os.makedirs(folder)
            with open(f'{folder}/index.html', 'w', encoding='utf-8') as file:
                file.write(index_page(host.name, host.IP()))
        for service in services:
            serve(host, service['kind'], service['port'], folder)
        status.send('host', name=host.name, pid=host.pid)
    return net


class LabCLI(CLI):
    """Mininet's command line that no key ends by accident: Ctrl-C interrupts a command, Ctrl-D and `exit` end it."""

    def run(self):
        while True:
            try:
                for node in self.mn.values():
                    while node.waiting:
                        node.sendInt()
                        node.waitOutput()
                self.set_terminal()
                self.cmdloop()
                return
            except KeyboardInterrupt:
                output('\n')

    def onecmd(self, line):
        try:
            return super().onecmd(line)
        except Exception as fault:  # a mistake in one command is no reason to lose the network
            error(f'*** {type(fault).__name__}: {fault}\n')
            return None

    def set_terminal(self, canonical=True):
        """Ctrl-Z and Ctrl-\\ do nothing: there is no shell around this command line to come back from."""
        if not self.isatty():
            return
        mode = termios.tcgetattr(self.stdin)
        mode[3] |= termios.ISIG | termios.ECHO
        mode[3] = mode[3] | termios.ICANON if canonical else mode[3] & ~termios.ICANON
        mode[6][termios.VQUIT] = mode[6][termios.VSUSP] = b'\0'
        if not canonical:
            mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
        termios.tcsetattr(self.stdin, termios.TCSANOW, mode)

    def waitForNode(self, node):
        """Shows what a host's command prints, and gives it what is typed, until it ends."""
        self.set_terminal(canonical=False)
        keys, shell = self.stdin.fileno(), node.stdout.fileno()
        poller = select.poll()
        poller.register(keys, select.POLLIN)
        poller.register(shell, select.POLLIN)
        while node.waiting:
            try:
                for descriptor, events in poller.poll():
                    if descriptor == keys:
                        data = os.read(keys, 4096) if events & select.POLLIN else b''
                        if not data:
                            raise EOFError
                        os.write(shell, data)
                    else:
                        output(node.monitor())
            except KeyboardInterrupt:
                node.sendInt()
        self.set_terminal()


def main():
    parser = argparse.ArgumentParser(description='Builds a lab with Mininet; see the top of this file.')
    parser.add_argument('--lab', required=True)
    parser.add_argument('--run-dir', required=True)
    options = parser.parse_args()
    run_dir = os.path.realpath(options.run_dir)
    status = Status(f'{run_dir}/status.sock')
    register = become_init(status)
    # Not SIG_IGN: programs on the hosts would inherit that and could not be interrupted.
    signal.signal(signal.SIGINT, lambda *_: None)
    setLogLevel('info')
    try:
        with open(options.lab, encoding='utf-8') as file:
            lab = json.load(file)
        make_private(run_dir, lab['id'])
        start_open_vswitch(run_dir, register)
        net = build(lab, run_dir, status)
        status.send('ready')
    except Exception as fault:
        status.send('failed', reason=str(fault))
        traceback.print_exc()
        os._exit(1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        LabCLI(net)
    except EOFError:
        pass
    info('*** The network ends\n')
    os._exit(0)


if __name__ == '__main__':
    sys.dont_write_bytecode = True
    main()
