"""What stands in the network: the controller, switches and hosts."""

from mininet.node import Controller, Host, OVSSwitch

from lab.programs import run

CONTROLLER = 'unix:/var/run/openvswitch/of.sock'
# Packets that wait for the bridge beyond what the connection holds; Open vSwitch takes less than 512.
CONTROLLER_QUEUE = 511


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
                f'other-config:controller-queue-size={CONTROLLER_QUEUE}', f'other-config:dp-desc={self.name}']
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
