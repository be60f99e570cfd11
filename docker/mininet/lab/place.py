"""Where a lab is: mounts and an Open vSwitch of its own."""

import os
import socket

from lab.programs import run

OVS_SCHEMA = '/usr/share/openvswitch/vswitch.ovsschema'


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
    """A private ovsdb-server and ovs-vswitchd; `--detach` returns when each is ready. Returns the switch's pid."""
    ovs = f'{run_dir}/ovs'
    os.environ.update(OVS_RUNDIR='/var/run/openvswitch', OVS_LOGDIR=ovs, OVS_DBDIR=ovs, OVS_SYSCONFDIR=ovs)
    common = ('--detach', '--no-chdir', '--pidfile', '--log-file', '-vconsole:off', '-vsyslog:off', '-vfile:warn')
    run('ovsdb-tool', 'create', f'{ovs}/conf.db', OVS_SCHEMA)
    run('ovsdb-server', f'{ovs}/conf.db', '--remote=punix:/var/run/openvswitch/db.sock', *common)
    run('ovs-vsctl', '--no-wait', 'init')
    run('ovs-vswitchd', 'unix:/var/run/openvswitch/db.sock', *common)
    pids = {}
    for name in ('ovsdb-server', 'ovs-vswitchd'):
        with open(f'{ovs}/{name}.pid', encoding='ascii') as file:
            pids[name] = int(file.read())
        register(name, pids[name])
    return pids['ovs-vswitchd']
