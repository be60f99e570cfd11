"""Mininet's command line, as a page's terminal needs it."""

import os
import select
import termios

from mininet.cli import CLI
from mininet.log import error, output


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
