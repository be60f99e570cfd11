"""The first process of the lab's namespaces, and its line to whoever started the lab."""

import json
import os
import signal
import socket
import threading
import time

# So long after a hang-up the death of `unshare` may end this process, too.
HANG_UP_S = 1


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
            if pid == lab and os.WIFSIGNALED(code) and os.WTERMSIG(code) == signal.SIGHUP:
                # The kernel hangs up first when `unshare` dies: then that is the reason, and who waits for it tells it.
                time.sleep(HANG_UP_S)
            status.send('ended', process=vital[pid], how=how, clean=clean)
            os._exit(0 if clean else 1)
