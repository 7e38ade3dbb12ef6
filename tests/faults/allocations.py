#!/usr/bin/env python3
"""The n-th allocation of a command, of a mount, and of a walk through the mount fails.

    allocations.py [--commands STEP] [--pull STEP] [--mount STEP] [--walk STEP]

--pull, --mount and --walk take each STEP-th allocation; 0: none. --commands takes, of each command
that writes or answers, each STEP-th of those allocations that are the first from where they come
from: who called whom, all the way from main. A pull makes 50,000, most of them by the same few ways
through SQLite: a quarter of them is the first of its way, and what is done about a failure is
decided on the way. What differs between two failures of the same way is only what came before,
which --pull takes care of, of a command that has some of everything.

There is an error or the right result, never a crash, never another answer; and what comes next is
as if nothing had been.
"""

import argparse
import concurrent.futures
import errno
import os
import shutil
import subprocess
import sys
import tempfile
import time

from stores import ANSWERS, BUILD, SCENARIOS, SYNC, filled, make_publications

LIBRARY = os.path.join(BUILD, "faults", "allocations.so")
DRIVER = os.path.join(BUILD, "ismapfs")
EXIT_MOUNT, EXIT_FETCH, EXIT_STORE = 1, 3, 5
FAILURES = (EXIT_FETCH, EXIT_STORE)
TOLERATED = (errno.EIO, errno.ENOMEM, errno.ENOTCONN, errno.ECONNABORTED)


def environment(number, **more):
    return dict(os.environ, LD_PRELOAD=LIBRARY, ALLOCATION_AT=str(number), **more)


def read_count(path):
    with open(path, encoding="ascii") as file:
        return int(file.read())


def report(name, complaints):
    print(f"{'not ok' if complaints else 'ok'} - {name}", flush=True)
    for text in complaints[:20]:
        print("# " + text.replace("\n", "\n# "))
    return bool(complaints)


# A command.

def try_command(scenario, base, before, after, number):
    directory = tempfile.mkdtemp(dir=base)
    place = os.path.join(directory, "place")
    try:
        scenario.prepare(base, place)
        done = subprocess.run([SYNC, *scenario.command(base, place)], env=environment(number), capture_output=True,
                              text=True, timeout=120, check=False)
        where = f"allocation {number}: exit {done.returncode}, {done.stderr!r}: "
        if done.returncode not in (scenario.code, *FAILURES):
            return [where + "neither done, nor an error that it has"]
        try:
            found = scenario.says(base, place)
        except AssertionError as error:
            return [where + str(error)]
        if found not in (before, after):
            return [where + "it says what it said neither before nor after"]
        if done.returncode == scenario.code and found != after:
            return [where + "it says that it is done, and isn't"]
        if done.returncode != scenario.code and "memory" not in done.stderr:
            return [where + "it doesn't say why"]
        return []
    finally:
        shutil.rmtree(directory, ignore_errors=True)


class Counted:
    """How many allocations a command makes, which of them are the first of their way, and what it comes to."""

    def __init__(self, scenario, base):
        directory = tempfile.mkdtemp(dir=base)
        place, count, stacks = (os.path.join(directory, name) for name in ("place", "count", "stacks"))
        scenario.prepare(base, place)
        self.before = scenario.says(base, place)
        done = subprocess.run([SYNC, *scenario.command(base, place)], check=False, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL,
                              env=environment(0, ALLOCATION_COUNT=count, ALLOCATION_STACKS=stacks))
        assert done.returncode == scenario.code
        self.after, self.calls = scenario.says(base, place), read_count(count)
        with open(stacks, encoding="ascii") as file:
            self.first = [int(line) for line in file]
        assert self.first, "no allocation is the first of its way: nothing would be tried"
        shutil.rmtree(directory)


def every_command(pool, base, step):
    failed = False
    for scenario in SCENARIOS:
        counted = Counted(scenario, base)
        numbers = counted.first[::step]
        found = pool.map(lambda n, s=scenario, c=counted: try_command(s, base, c.before, c.after, n), numbers)
        failed |= report(f"{scenario.name}, when one of {len(numbers)} of its {counted.calls} allocations fails, "
                         f"of which {len(counted.first)} are the first of their way",
                         [text for texts in found for text in texts])
    return failed


def ask(base, store, words, env):
    """What a command that only reads says: exit code, output, complaints."""
    directory = tempfile.mkdtemp(dir=base)
    place = os.path.join(directory, "store")
    try:
        os.symlink(store, place)
        done = subprocess.run([SYNC, *filled(words, base, place), "--sandbox=off"], env=env, capture_output=True,
                              text=True, timeout=120, check=False)
        made = place + "-made"
        said = done.stdout.replace(directory, ""), sorted(walk(made).items()) if os.path.isdir(made) else None
        return done.returncode, said, done.stderr
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def try_answer(base, store, words, wanted, number):
    code, said, errors = ask(base, store, words, environment(number))
    where = f"allocation {number}: exit {code}, {errors!r}: "
    if code == 0:
        return [] if said == wanted else [where + "another answer"]
    if code != EXIT_STORE:
        return [where + "no error that it has"]
    return [] if "memory" in errors else [where + "it doesn't say why"]


def every_answer(pool, base, step):
    store, count, stacks = (os.path.join(base, name) for name in ("asked", "asked.count", "asked.stacks"))
    next(s for s in SCENARIOS if s.name == "prune").prepare(base, store)
    failed = False
    for words in ANSWERS:
        code, wanted, _ = ask(base, store, words,
                              environment(0, ALLOCATION_COUNT=count, ALLOCATION_STACKS=stacks))
        assert code == 0
        with open(stacks, encoding="ascii") as file:
            numbers = [int(line) for line in file][::step]
        assert numbers
        found = pool.map(lambda n, w=words, a=wanted: try_answer(base, store, w, a, n), numbers)
        failed |= report(f"{' '.join(words)}, when one of {len(numbers)} of its {read_count(count)} allocations fails",
                         [text for texts in found for text in texts])
    return failed


def every_pull(pool, base, step):
    scenario = next(s for s in SCENARIOS if s.name == "pull")
    counted = Counted(scenario, base)
    numbers = range(1, counted.calls + 1, step)
    found = pool.map(lambda n: try_command(scenario, base, counted.before, counted.after, n), numbers)
    return report(f"a pull, when one of {len(numbers)} of its {counted.calls} allocations fails",
                  [text for texts in found for text in texts])


# A mount.

def walk(top):
    """What a walker sees: {path: names, target or bytes}; an errno where there was an error."""
    seen = {}

    def look(path):
        full = os.path.join(top, path)
        try:
            if os.path.islink(full):
                seen[path] = os.readlink(full)
            elif os.path.isdir(full):
                seen[path] = sorted(os.listdir(full))
                for name in seen[path]:
                    look(os.path.join(path, name))
            else:
                with open(full, "rb") as file:
                    seen[path] = file.read()
        except OSError as error:
            seen[path] = error.errno
    look("")
    return seen


def end(process):
    try:
        process.terminate()
        return process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None


def is_mounted(point):
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        return any(line.split()[4] == point for line in file)


def start(store, point, env):
    """The driver in the foreground, once it has mounted; or as it ended."""
    process = subprocess.Popen([DRIVER, "-f", "-o", "sandbox=off", store, point], env=env, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 20
    while process.poll() is None and not is_mounted(point) and time.monotonic() < until:
        time.sleep(0.002)
    return process


def start_answering(store, point, flag, env):
    """The driver once it answers; it counts from now on. The kernel shows a mount before the driver is done with it."""
    process = start(store, point, env=env)
    os.stat(point)
    with open(flag, "w", encoding="ascii"):
        pass
    return process


def stop(process, point):
    """How it ended, what it said, and whether it left a mount behind that nobody answers."""
    code = end(process)
    # That there is no sandbox is said always, and is no reason.
    said = "".join(line for line in process.stderr if "-o sandbox=off" not in line)
    process.stderr.close()
    left = is_mounted(point)
    if left:
        subprocess.run(["umount", "-l", point], check=False)
    return code, said, left


def wrong_entries(seen, wanted, ended):
    """What no walker may see. Of a mount that ended meanwhile, the empty directory beneath it is no answer of ours."""
    for path, value in seen.items():
        if value == wanted.get(path) or value in TOLERATED:
            continue
        # It is taken for a file when it ended between two questions.
        if ended and (value == errno.ENOENT or (path == "" and value in ([], errno.EISDIR))):
            continue
        yield f"{path!r} is {value!r} instead of {wanted.get(path)!r}"[:300]


# Whether a driver ended by itself is told by its exit status: one that lived until it was told to end
# says 0. Whether it is still there at some moment says nothing, as it may be about to end.

def try_walk(store, wanted, directory, number):
    """A walk in which an allocation fails, and one after it."""
    point, flag = os.path.join(directory, "point"), os.path.join(directory, "armed")
    process = start_answering(store, point, flag, environment(number, ALLOCATION_ARMED=flag))
    first = walk(point)
    second = walk(point)
    code, said, left = stop(process, point)
    where = f"allocation {number}: exit {code}, {said!r}: "
    # libfuse ends a session that has no memory for the next request; nothing is mounted then.
    ended = code == EXIT_MOUNT and "the mount ended" in said
    complaints = [where + text for text in wrong_entries(first, wanted, ended)]
    if code != 0 and not ended:
        complaints.append(where + "it died, or ended without a word")
    if left:
        complaints.append(where + "it left its mount behind")
    if ended:
        return complaints + [where + "afterwards " + text for text in wrong_entries(second, wanted, ended)]
    if second != wanted:
        different = [path for path in set(second) | set(wanted) if second.get(path) != wanted.get(path)]
        complaints.append(where + f"afterwards {different[:5]} are not as they should be: "
                          f"{[second.get(path) for path in different[:5]]}"[:300])
    return complaints


def try_mount(store, wanted, directory, number):
    """An allocation of the beginning fails: there is no mount, or a right one."""
    point = os.path.join(directory, "point")
    process = start(store, point, env=environment(number))
    seen = walk(point)
    code, said, left = stop(process, point)
    where = f"allocation {number}: exit {code}, {said!r}: "
    ended = code in (EXIT_MOUNT, EXIT_STORE) and said != ""
    complaints = [where + text for text in wrong_entries(seen, wanted, ended)]
    if code != 0 and not ended:
        complaints.append(where + "it died, or ended without a word")
    if left:
        complaints.append(where + "it left its mount behind")
    return complaints


def try_each(pool, base, attempt, store, wanted, numbers):
    """Each number in a mount of its own. Returns the complaints."""
    def one(number):
        directory = tempfile.mkdtemp(dir=base)
        os.mkdir(os.path.join(directory, "point"))
        try:
            return attempt(store, wanted, directory, number)
        finally:
            shutil.rmtree(directory, ignore_errors=True)
    return [text for texts in pool.map(one, numbers) for text in texts]


def every_mount(pool, base, mount_step, walk_step):
    store, point = os.path.join(base, "mounted"), os.path.join(base, "point")
    count, flag = os.path.join(base, "count"), os.path.join(base, "armed")
    next(s for s in SCENARIOS if s.name == "pull").prepare(base, store)
    os.mkdir(point)
    process = start(store, point, env=environment(0, ALLOCATION_COUNT=count))
    time.sleep(0.2)
    stop(process, point)
    beginning = read_count(count)
    process = start_answering(store, point, flag, environment(0, ALLOCATION_COUNT=count, ALLOCATION_ARMED=flag))
    wanted = walk(point)
    stop(process, point)
    walking = read_count(count)
    failed = False
    if mount_step:
        numbers = range(1, beginning + 1, mount_step)
        failed |= report(f"a mount, when one of {len(numbers)} of its first {beginning} allocations fails",
                         try_each(pool, base, try_mount, store, wanted, numbers))
    if walk_step:
        numbers = range(1, walking + 1, walk_step)
        failed |= report(f"a walk through {len(wanted)} entries, when one of {len(numbers)} of {walking} "
                         "allocations fails", try_each(pool, base, try_walk, store, wanted, numbers))
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("commands", "pull", "mount", "walk"):
        parser.add_argument("--" + name, type=int, default=0, metavar="STEP")
    options = parser.parse_args()
    failed = False
    where = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="ismapfs-faults.", dir=where) as base, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        make_publications(base)
        if options.commands:
            failed |= every_command(pool, base, options.commands)
            failed |= every_answer(pool, base, options.commands)
        if options.pull:
            failed |= every_pull(pool, base, options.pull)
        if options.mount or options.walk:
            failed |= every_mount(pool, base, options.mount, options.walk)
    sys.exit(failed)


if __name__ == "__main__":
    main()
