"""What hosts serve: a page, echo, discard and iperf."""

import ctypes
import http.server
import os
import signal
import socketserver
import subprocess
import threading
import time

CLONE_NEWNET = 0x40000000


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


def serve_all(host, services, folder):
    """A host's services, and the page of the folder they run in."""
    os.makedirs(folder)
    with open(f'{folder}/index.html', 'w', encoding='utf-8') as file:
        file.write(index_page(host.name, host.IP()))
    for service in services:
        serve(host, service['kind'], service['port'], folder)
