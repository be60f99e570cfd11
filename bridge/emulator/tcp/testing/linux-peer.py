"""A TUN device in this network namespace: packets go out and come in on stdout and stdin, each behind its length (4 bytes, big-endian).

Arguments: the namespace's address, a prefix length. On the address listen: port 7 echoes, 9 counts what it gets until the end
and answers the count and its SHA-256, 19 sends what it was asked for in a first line ("BYTES\\n", bytes of `pattern`) and closes.
A packet of no bytes is a command to connect: "PORT ADDRESS BYTES" follows in a packet; that socket sends BYTES of `pattern`,
then reads to the end and sends their count and SHA-256, or the error, in a packet whose first byte is 0.
"""

import fcntl
import hashlib
import os
import socket
import struct
import subprocess
import sys
import threading

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000

out_lock = threading.Lock()


def pattern(length):
    return bytes((i * 31 + (i >> 8) * 7 + (i >> 16)) & 0xFF for i in range(length))


def write_packet(data):
    with out_lock:
        sys.stdout.buffer.write(struct.pack(">I", len(data)) + data)
        sys.stdout.buffer.flush()


def read_all(conn):
    digest, count = hashlib.sha256(), 0
    while data := conn.recv(65536):
        digest.update(data)
        count += len(data)
    return count, digest.hexdigest()


def echo(conn):
    while data := conn.recv(65536):
        conn.sendall(data)


def sink(conn):
    count, digest = read_all(conn)
    conn.sendall(f"{count} {digest}".encode())


def source(conn):
    line = conn.makefile("rb").readline()
    conn.sendall(pattern(int(line)))


def guarded(serve, conn):
    with conn:
        try:
            serve(conn)
        except OSError:
            pass


def listen(address, port, serve):
    server = socket.create_server((address, port))
    while True:
        conn, _ = server.accept()
        threading.Thread(target=guarded, args=(serve, conn), daemon=True).start()


def connect(command):
    port, address, length = command.decode().split()
    try:
        with socket.create_connection((address, int(port))) as conn:
            conn.sendall(pattern(int(length)))
            conn.shutdown(socket.SHUT_WR)
            count, digest = read_all(conn)
        answer = f"{count} {digest}"
    except OSError as error:
        answer = str(error)
    write_packet(b"\0" + answer.encode())


def read_exactly(length):
    data = sys.stdin.buffer.read(length)
    if len(data) < length:
        # The test is over.
        os._exit(0)
    return data


def main():
    address, prefix = sys.argv[1:]
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH", b"tun0", IFF_TUN | IFF_NO_PI))
    for command in (["ip", "link", "set", "lo", "up"], ["ip", "addr", "add", f"{address}/{prefix}", "dev", "tun0"],
                    ["ip", "link", "set", "tun0", "up"]):
        subprocess.run(command, check=True)
    for port, serve in ((7, echo), (9, sink), (19, source)):
        threading.Thread(target=listen, args=(address, port, serve), daemon=True).start()

    def outward():
        while True:
            write_packet(os.read(tun, 65536))

    threading.Thread(target=outward, daemon=True).start()
    write_packet(b"")
    while True:
        (length,) = struct.unpack(">I", read_exactly(4))
        if length > 0:
            os.write(tun, read_exactly(length))
        else:
            (length,) = struct.unpack(">I", read_exactly(4))
            threading.Thread(target=connect, args=(read_exactly(length),), daemon=True).start()


main()
