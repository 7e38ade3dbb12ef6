#!/usr/bin/env python3
"""Runs a command on a terminal of its own and prints what it shows there.

on_terminal.py COLUMNS COMMAND…: the exit status is the command's. Standard output alone is the
terminal: messages go where they went before.
"""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios


def read_all(terminal, process):
    """What is shown until the command ends. The other end stays open till then: when it is closed,
    the kernel may say so before it has handed over what was written last."""
    ended = os.pidfd_open(process.pid)
    os.set_blocking(terminal, False)
    shown = b""
    while True:
        ready, _, _ = select.select([terminal, ended], [], [])
        try:
            shown += os.read(terminal, 65536)
        except BlockingIOError:
            if ended in ready:
                return shown


def main():
    terminal, end = pty.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 50, int(sys.argv[1]), 0, 0))
    process = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=end)
    shown = read_all(terminal, process)
    sys.stdout.buffer.write(shown.replace(b"\r\n", b"\n"))
    return process.wait()


sys.exit(main())
