#!/usr/bin/env python3
"""Waits until somebody is followed by a driver.

    follower.py PID PROCESSOR|any [kill]

Ends with 0 once a thread of driver PID has the idle policy and may use that processor
alone; `kill` then kills the driver at once. On a busy machine a follower lives for a few
milliseconds in each second, so this looks often; it ends with 1 after a minute.
"""
import os, signal, sys, time

SECONDS = 60
PAUSE = 0.0003


def followers(pid):
    """The processors that each of them may use."""
    for name in os.listdir(f"/proc/{pid}/task"):
        try:
            if os.sched_getscheduler(int(name)) == os.SCHED_IDLE:
                yield os.sched_getaffinity(int(name))
        except ProcessLookupError:
            continue


def main():
    pid, processor = int(sys.argv[1]), sys.argv[2]
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if any(processor == "any" or allowed == {int(processor)} for allowed in followers(pid)):
            if sys.argv[3:] == ["kill"]:
                os.kill(pid, signal.SIGKILL)
            return
        time.sleep(PAUSE)
    sys.exit(f"nobody was followed on processor {processor} in {SECONDS} s")


main()
