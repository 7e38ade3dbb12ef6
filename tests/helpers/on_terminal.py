#!/usr/bin/env python3
"""Runs a command on a terminal of its own and prints what it shows there.

on_terminal.py COLUMNS COMMAND…: the exit status is the command's. Standard output alone is the
terminal: messages go where they went before.
"""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios


def read_all(terminal):
    shown = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            return shown
        if not part:
            return shown
        shown += part


def main():
    terminal, end = pty.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 50, int(sys.argv[1]), 0, 0))
    process = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=end)
    os.close(end)
    shown = read_all(terminal)
    sys.stdout.buffer.write(shown.replace(b"\r\n", b"\n"))
    return process.wait()


sys.exit(main())
