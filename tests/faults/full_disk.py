#!/usr/bin/env python3
"""A store on a file system that is too small: in turn for each size up to one that is enough.

And whether the preloaded library sees every call: its log against strace's.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

from stores import SCENARIOS, SYNC, listing, make_publications, sync
from writes import EXIT_STORE, SENTENCES, run_faulty, report

PAGE = 4096
TRACED = "write,pwrite64,fsync,fdatasync,ftruncate,fallocate,rename,renameat,unlink,unlinkat,symlinkat,mkdir,mkdirat"


def mount(point, size):
    return subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", point], capture_output=True,
                          check=False).returncode == 0


def fill(scenario, base, point, size):
    """Returns complaints, and whether the file system was large enough."""
    place, complaints = os.path.join(point, "place"), []
    before = scenario.says(base, place)
    done = sync(scenario.command(base, place))
    enough = done.returncode == 0
    if not enough and done.returncode != EXIT_STORE:
        complaints.append(f"{size} bytes: it ends with {done.returncode}: {done.stderr}")
    if not enough and not re.search(SENTENCES["enospc"], done.stderr):
        complaints.append(f"{size} bytes: it doesn't say why: {done.stderr!r}")
    if not enough and scenario.says(base, place) != before:
        complaints.append(f"{size} bytes: the list is another one")
    store = scenario.store(place)
    if os.path.exists(os.path.join(store, "current")) and sync(["verify", "--store", store]).returncode != 0:
        complaints.append(f"{size} bytes: the store isn't whole")
    return complaints, enough


def grow(scenario, base, step):
    """Runs a command on a file system that grows until it is done: the same as with room from the beginning."""
    complaints, sizes = [], 0
    point, roomy = os.path.join(base, "point"), os.path.join(base, "roomy")
    scenario.prepare(base, roomy)
    sync(scenario.command(base, roomy)).check_returncode()
    os.mkdir(point)
    if not mount(point, 64 << 20):
        os.rmdir(point)
        shutil.rmtree(roomy)
        return None, 0
    try:
        scenario.prepare(base, os.path.join(point, "place"))
        used = os.statvfs(point)
        size = (used.f_blocks - used.f_bfree) * used.f_frsize + PAGE
        enough = False
        while not enough:
            subprocess.run(["mount", "-o", f"remount,size={size}", point], check=True)
            found, enough = fill(scenario, base, point, size)
            complaints += found
            size, sizes = size + step, sizes + 1
        found, wanted = ((scenario.says(base, place), listing(place), scenario.state(place))
                         for place in (os.path.join(point, "place"), roomy))
        if found != wanted:
            complaints.append("with room at last, it isn't what it is with room from the beginning")
    finally:
        subprocess.run(["umount", point], check=True)
        os.rmdir(point)
        shutil.rmtree(roomy)
    return complaints, sizes


def compare_logs(scenario, base):
    """
    The calls that strace sees below the place, and those that the library saw. libxlsxwriter writes its temporary files
    through stdio, which only strace sees.
    """
    place, log, trace = (os.path.join(base, name) for name in ("place", "log", "trace"))
    scenario.prepare(base, place)
    run_faulty(scenario.command(base, place), place, "count", 0, log)
    scenario.prepare(base, place)
    subprocess.run(["strace", "-f", "-y", "-e", "trace=" + TRACED, "-o", trace, SYNC, *scenario.command(base, place)],
                   env=dict(os.environ, ASAN_OPTIONS="detect_leaks=0"), check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    with open(trace, encoding="utf-8") as file:
        seen = sorted(re.match(r"\d+ +(\w+)", line).group(1) for line in file
                      if place in line and "= ?" not in line and not re.search(r" write\(\d+<[^>]*/(tmp\.\w+|new\.db-workbook)[> ]", line))
    with open(log, encoding="ascii") as file:
        logged = [word.replace("ftruncate64", "ftruncate") for word in file.read().split()]
    os.unlink(log)
    logged = sorted(word for word in logged if word in TRACED.split(","))
    return [] if seen == logged else [f"strace saw {len(seen)} calls, the library {len(logged)}",
                                      *sorted(set(seen) ^ set(logged))]


def main():
    failed = False
    where = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="ismapfs-faults.", dir=where) as base:
        make_publications(base)
        for scenario in SCENARIOS:
            if scenario.name not in ("pull", "publish"):
                continue
            if shutil.which("strace"):
                failed |= report(f"the library sees every call with which a {scenario.name} writes",
                                 compare_logs(scenario, base))
            else:
                print(f"skip - every call with which a {scenario.name} writes: strace is not installed")
        for scenario in SCENARIOS:
            if scenario.name in ("pull without news", "pull without a time stamp", "refused pull"):
                continue
            name = scenario.name
            complaints, sizes = grow(scenario, base, scenario.step * PAGE)
            if complaints is None:
                print(f"skip - {name} on a full disk: nothing can be mounted here")
            else:
                failed |= report(f"{name} on a full disk, at {sizes} sizes until it is large enough", complaints)
    sys.exit(failed)


if __name__ == "__main__":
    main()
