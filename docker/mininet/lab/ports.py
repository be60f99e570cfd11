"""Room for frames at the ports of Open vSwitch."""

import ctypes
import os
import socket

PIDFD_GETFD = 438  # pidfd_getfd(2), the same number everywhere
SO_RCVBUFFORCE = 33  # more than the system gives to everybody

# The kernel takes twice that, its own bookkeeping included: 900 full frames, about as many as an interface's queue holds.
WAITING_BYTES = 1 << 20


def make_room(pid):
    """Open vSwitch leaves its ports the system's default, which is full after 280 frames: at 10,000 a second a switch
    that stands still for 28 ms would lose some. It has no setting for that, and the default is the whole machine's."""
    with open(f'/proc/{pid}/net/packet', encoding='ascii') as file:
        rows = [line.split() for line in file.readlines()[1:]]
    ports = {f'socket:[{inode}]' for _sk, _refs, _type, _proto, iface, _up, _rmem, _user, inode in rows if iface != '0'}
    for number in os.listdir(f'/proc/{pid}/fd'):
        try:
            is_port = os.readlink(f'/proc/{pid}/fd/{number}') in ports
        except FileNotFoundError:
            continue  # closed meanwhile: no port
        if is_port:
            with _socket_of(pid, int(number)) as port:
                port.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, WAITING_BYTES)


def _socket_of(pid, number):
    """Another process's socket."""
    libc = ctypes.CDLL(None, use_errno=True)
    pidfd = os.pidfd_open(pid)
    try:
        copy = libc.syscall(PIDFD_GETFD, pidfd, number, 0)
    finally:
        os.close(pidfd)
    if copy < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return socket.socket(fileno=copy)
