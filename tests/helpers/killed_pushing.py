#!/usr/bin/env python3
"""Kills a driver while it pushes a file that somebody reads and nobody answers.

    killed_pushing.py PID DIRECTORY

DIRECTORY, under the mount of driver PID, has at least two files that nobody has
read. With ptrace the thread that reads ahead is held, then the workers; a reader
asks for a file, and the thread is let go until it waits for that file's page. Then
the driver is killed. Ends with 0 when the reader and the driver have ended.
"""
import ctypes, os, signal, subprocess, sys, time

SEIZE, INTERRUPT, CONT = 0x4206, 0x4207, 7
WALL = 0x40000000
SECONDS = 20
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


def ptrace(request, thread):
    if libc.ptrace(request, thread, None, None) < 0:
        raise OSError(ctypes.get_errno(), f"ptrace {request:#x} of {thread}")


def hold(thread):
    ptrace(SEIZE, thread)
    ptrace(INTERRUPT, thread)
    os.waitpid(thread, WALL)


def waits_in(pid, thread):
    with open(f"/proc/{pid}/task/{thread}/wchan", encoding="ascii") as file:
        return file.read()


def until(true, what):
    end = time.monotonic() + SECONDS
    while not true():
        if time.monotonic() > end:
            sys.exit(f"{what}: not in {SECONDS} s")
        time.sleep(0.01)


def main():
    pid, directory = int(sys.argv[1]), sys.argv[2]
    # From here: the names on the way may have to be asked for again.
    os.chdir(directory)
    first, second = sorted(name for name in os.listdir()
                           if os.path.isfile(name) and not os.path.islink(name))[:2]

    # Not the follower, which has a policy of its own.
    def threads(function):
        return [int(name) for name in os.listdir(f"/proc/{pid}/task")
                if int(name) != pid and os.sched_getscheduler(int(name)) != os.SCHED_IDLE and
                waits_in(pid, name).startswith(function)]

    until(lambda: len(threads("futex")) == 1, "the thread that reads ahead is at rest")
    ahead = threads("futex")[0]
    hold(ahead)
    with open(first, "rb") as file:
        file.read()
    until(lambda: len(threads("fuse_dev")) >= 2, "the workers are at rest")
    for worker in threads("fuse_dev"):
        hold(worker)
    reader = subprocess.Popen(["cat", second], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    # In the kernel, which has locked the page and asks for it.
    until(lambda: "fuse" in waits_in(reader.pid, reader.pid) or "folio" in waits_in(reader.pid, reader.pid),
          "the reader waits")
    ptrace(CONT, ahead)
    until(lambda: "folio" in waits_in(pid, ahead), "the thread that reads ahead waits for the page")
    os.kill(pid, signal.SIGKILL)
    try:
        # With an error, or the page that was pushed at last.
        reader.wait(SECONDS)
    except subprocess.TimeoutExpired:
        sys.exit("the reader waits for ever")
    # What is traced is reaped by who traces.
    while True:
        try:
            if os.waitpid(-1, WALL)[0] == 0:
                break
        except ChildProcessError:
            break
    until(lambda: not os.path.exists(f"/proc/{pid}/task/{ahead}"), "the driver ended")


main()
