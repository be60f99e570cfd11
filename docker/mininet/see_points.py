#!/usr/bin/python3
"""Tells of every frame at the interfaces of a lab, as packet sockets see it.

Runs in the lab's namespaces. The argument is JSON, a list of {place, interface, pid}: an interface of the network of
a process (0: this one). Until its standard input ends it writes records to its standard output, little-endian:
u32 captured, u16 place, u8 way (0 in, 1 out, 2 missed), u8 0, f64 atUs, u32 length, then the captured bytes. `atUs` is
the kernel's stamp on CLOCK_MONOTONIC; of `missed` records `length` is how many frames the kernel could not keep.
"""

import ctypes
import json
import os
import select
import socket
import struct
import sys
import time

CLONE_NEWNET = 0x40000000
ETH_P_ALL = 3
SOL_PACKET = 263
PACKET_STATISTICS = 6
PACKET_OUTGOING = 4
SO_TIMESTAMPNS = 35
SNAP_LENGTH = 2048
BUFFER_BYTES = 1024 * 1024
FRAMES_A_TURN = 256
TURN_SECONDS = 0.002
RECORD = struct.Struct('<IHBxdI')
TIMESPEC = struct.Struct('@qq')
BUFFER = memoryview(bytearray(65536))


class Tap:
    """A packet socket at one interface; it belongs to the network that this process was in when it was made."""

    def __init__(self, place, interface):
        self.place = place
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.socket.setblocking(False)
        self.socket.bind((interface, ETH_P_ALL))

    def read(self, into):
        """Appends (ns since the epoch, place, way, length, bytes) of what has come, a turn's worth at most."""
        for _ in range(FRAMES_A_TURN):
            try:
                length, control, _flags, address = self.socket.recvmsg_into([BUFFER], 64)
            except BlockingIOError:
                return
            except OSError:
                return  # the interface is down: what comes when it is up again is seen
            stamp = 0
            for level, kind, data in control:
                if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
                    seconds, nanoseconds = TIMESPEC.unpack(data[:TIMESPEC.size])
                    stamp = seconds * 1_000_000_000 + nanoseconds
            way = 1 if address[2] == PACKET_OUTGOING else 0
            into.append((stamp, self.place, way, length, bytes(BUFFER[:min(length, SNAP_LENGTH)])))

    def missed(self):
        """Frames the kernel could not keep since this was asked last."""
        _seen, missed = struct.unpack('@II', self.socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
        return missed


def open_taps(wanted):
    """A tap for each interface, made in the network of its process."""
    own = os.open('/proc/self/ns/net', os.O_RDONLY)
    libc = ctypes.CDLL(None, use_errno=True)

    def enter(descriptor):
        if libc.setns(descriptor, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), 'setns')

    taps = []
    for each in wanted:
        if each['pid'] != 0:
            other = os.open(f'/proc/{each["pid"]}/ns/net', os.O_RDONLY)
            enter(other)
            os.close(other)
        taps.append(Tap(each['place'], each['interface']))
        enter(own)
    return taps


def main():
    taps = open_taps(json.loads(sys.argv[1]))
    poll = select.poll()
    poll.register(0, select.POLLIN | select.POLLHUP)
    by_descriptor = {tap.socket.fileno(): tap for tap in taps}
    for descriptor in by_descriptor:
        poll.register(descriptor, select.POLLIN)
    out = sys.stdout.buffer
    out.write(RECORD.pack(0, 0, 2, 0, 0))  # it sees from now on
    out.flush()
    asked = time.monotonic()
    while True:
        frames = []
        for descriptor, _events in poll.poll(1000):
            if descriptor == 0:
                return
            by_descriptor[descriptor].read(frames)
        if frames:
            frames.sort(key=lambda frame: frame[0])
            since_epoch = time.time_ns() - time.monotonic_ns()
            for stamp, place, way, length, data in frames:
                out.write(RECORD.pack(len(data), place, way, (stamp - since_epoch) / 1000, length))
                out.write(data)
        if time.monotonic() - asked >= 1:
            asked = time.monotonic()
            missed = sum(tap.missed() for tap in taps)
            if missed:
                out.write(RECORD.pack(0, 0, 2, 0, missed))
        out.flush()
        # What comes meanwhile is read at once: a turn costs more than a frame.
        time.sleep(TURN_SECONDS)


if __name__ == '__main__':
    try:
        main()
    except BrokenPipeError:
        os._exit(0)  # nobody looks any more
