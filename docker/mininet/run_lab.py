#!/usr/bin/python3
"""Builds the network of any lab.json with Mininet and opens Mininet's command line on its terminal.

Meant to be the first process of fresh net, mount, pid, uts and ipc namespaces:

    unshare --net --mount --pid --uts --ipc --fork --kill-child=SIGKILL --mount-proc \
        /usr/bin/python3 run_lab.py --lab lab.json --run-dir DIR

DIR/status.sock is a listening unix socket: JSON lines go there, one an event, and when its other end closes the
network ends. DIR/ovs/of.sock is where the controller listens. Nothing outside of DIR and the namespaces is touched.
"""

import argparse
import json
import os
import signal
import sys
import traceback

from mininet.link import Link
from mininet.log import info, setLogLevel
from mininet.net import Mininet

sys.dont_write_bytecode = True  # nothing is left in the folder of the program

from lab.command_line import LabCLI
from lab.links import shape
from lab.nodes import Bridge, LabHost, LabSwitch
from lab.place import make_private, start_open_vswitch
from lab.ports import make_room
from lab.process_one import Status, become_init
from lab.services import serve_all


def build(lab, run_dir, status, switch_pid):
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
    try:
        make_room(switch_pid)
    except OSError as fault:
        info(f'*** A burst of more than 280 frames at a port is cut short here: {fault.strerror}\n')
    for intf, impairments in shaped:
        shape(intf, impairments)
    status.send('network')
    for host in net.hosts:
        services = specs[host.name].get('services', [])
        if services:
            serve_all(host, services, f'{run_dir}/hosts/{host.name}/www')
        status.send('host', name=host.name, pid=host.pid)
    return net


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
        switch_pid = start_open_vswitch(run_dir, register)
        net = build(lab, run_dir, status, switch_pid)
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
    main()
