#!/usr/bin/env python3
"""Every call with which ismap-sync changes a store fails in turn, or is the last one before a SIGKILL.

    writes.py [--every N] [--kills N]

--every N takes each N-th call of each command (1: all of them), each way to fail other ones, and at most SAMPLES of
them where N isn't 1; --kills N kills at N random moments.
Afterwards the store is a whole one, the sentence and the exit status are right, and the same command
run again ends as it does without a fault, with nothing left over.
"""

import argparse
import concurrent.futures
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from stores import BUILD, SCENARIOS, SYNC, listing, make_publications, sync

LIBRARY = os.path.join(BUILD, "faults", "writes.so")
SENTENCES = {"enospc": r"No space left on device|database or disk is full",
             "eio": r"Input/output error|disk I/O error|unable to open database file"}
EXIT_STORE = 5
WAYS = ("kill", "enospc", "eio")
SAMPLES, LAST = 12, 12


class Reference:
    """What a scenario's command does when nothing fails."""

    def __init__(self, scenario, base):
        self.scenario = scenario
        place = os.path.join(base, "reference")
        scenario.prepare(base, place)
        self.before = scenario.says(base, place)
        log = os.path.join(base, "calls")
        began = time.monotonic()
        done = run_faulty(scenario.command(base, place), place, "count", 0, log)
        self.seconds = time.monotonic() - began
        assert done.returncode == scenario.code, done.stderr
        self.after, self.listing, self.state = scenario.says(base, place), listing(place), scenario.state(place)
        self.kept = scenario.kept(place)
        with open(log, encoding="ascii") as file:
            self.calls = file.read().split()
        os.unlink(log)
        shutil.rmtree(place)


def run_faulty(command, place, how, number, log=None):
    environment = dict(os.environ, LD_PRELOAD=LIBRARY, FAULT_BELOW=place, FAULT_AT=str(number), FAULT_HOW=how)
    if log:
        environment["FAULT_LOG"] = log
    return subprocess.run([SYNC, *command], env=environment, capture_output=True, text=True, timeout=120, check=False)


def complaints_after(reference, base, place):
    """What is wrong with what a fault left."""
    store = reference.scenario.store(place)
    try:
        if reference.scenario.says(base, place) not in (reference.before, reference.after):
            yield "it says what it said neither before nor after"
    except AssertionError as error:
        yield str(error)
    if os.path.exists(os.path.join(store, "current")):
        verified = sync(["verify", "--store", store])
        if verified.returncode != 0:
            yield f"verify ends with {verified.returncode}: {verified.stderr}"


def complaints_again(reference, base, place):
    """What is wrong after the same command ran again, without a fault."""
    scenario = reference.scenario
    again = sync(scenario.command(base, place))
    if again.returncode != scenario.code:
        yield f"run again, it ends with {again.returncode}: {again.stderr}"
    if scenario.says(base, place) != reference.after:
        yield "run again, it comes to another result"
    if listing(place) != reference.listing:
        yield f"run again, it leaves {sorted(set(listing(place)) ^ set(reference.listing))}"
    left = [path for path in scenario.litter if os.path.exists(os.path.join(place, path))]
    if left:
        yield f"run again, it didn't sweep away {left}"
    state = scenario.state(place)
    if state != reference.state and scenario.asks_anew(base, place):
        # What was killed behind its switch noted no documents, so the next pull reads the list whole.
        state = scenario.state(place)
    if state != reference.state:
        yield f"run again, the state is {state} rather than {reference.state}"


def complaints_of_failure(reference, done, how, base, place):
    """What is wrong with how a command ended that was told of a failure."""
    scenario = reference.scenario
    if done.returncode < 0:
        yield f"it died of signal {-done.returncode}: {done.stderr}"
    elif done.returncode == scenario.code:
        if scenario.says(base, place) != reference.after:
            yield "it says that it is done, and isn't"
        if scenario.kept(place) != reference.kept:
            yield f"it says that it is done, and kept {scenario.kept(place)} rather than {reference.kept}"
    elif done.returncode != EXIT_STORE:
        yield f"it ends with {done.returncode}: {done.stderr}"
    elif not re.search(SENTENCES[how], done.stderr):
        yield f"it doesn't say why: {done.stderr!r}"


def try_fault(reference, base, how, number):
    """Returns the complaints about one fault in one command."""
    directory = tempfile.mkdtemp(dir=base)
    place = os.path.join(directory, "place")
    try:
        reference.scenario.prepare(base, place)
        done = run_faulty(reference.scenario.command(base, place), place, how, number)
        complaints = []
        if how == "kill":
            if done.returncode != -signal.SIGKILL:
                complaints.append(f"it wasn't killed: {done.returncode}")
        else:
            complaints += complaints_of_failure(reference, done, how, base, place)
        complaints += complaints_after(reference, base, place)
        complaints += complaints_again(reference, base, place)
        return [f"{how} at call {number} ({reference.calls[number - 1]}): {text}" for text in complaints]
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def try_kill(reference, base, delay):
    """Kills a command after a while. Returns the complaints, and whether it was alive still."""
    directory = tempfile.mkdtemp(dir=base)
    place = os.path.join(directory, "place")
    try:
        reference.scenario.prepare(base, place)
        with subprocess.Popen([SYNC, *reference.scenario.command(base, place)], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            time.sleep(delay)
            process.kill()
        alive = process.returncode == -signal.SIGKILL
        complaints = [*complaints_after(reference, base, place), *complaints_again(reference, base, place)]
        return [f"killed after {delay:.4f} s: {text}" for text in complaints], alive
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def report(name, complaints):
    print(f"{'not ok' if complaints else 'ok'} - {name}", flush=True)
    for text in complaints[:20]:
        print("# " + text.replace("\n", "\n# "))
    return bool(complaints)


def choose(calls, every, turn):
    """The numbers of the calls that fail: the last ones, which make a generation current, and others, of each turn other ones."""
    step = every if every == 1 else max(every, calls // SAMPLES)
    return sorted({*range(1 + step * turn // len(WAYS), calls + 1, step), *range(max(1, calls - LAST), calls + 1)})


def every_call(pool, base, references, every):
    failed = False
    for reference in references:
        calls = len(reference.calls)
        for turn, how in enumerate(WAYS):
            numbers = choose(calls, every, turn)
            found = pool.map(lambda n, r=reference, h=how: try_fault(r, base, h, n), numbers)
            failed |= report(f"{reference.scenario.name}: {how} at {len(numbers)} of {calls} calls",
                             [text for texts in found for text in texts])
    return failed


def random_kills(pool, base, references, kills):
    draw = random.Random(1)
    moments = [(references[i % len(references)], draw.random()) for i in range(kills)]
    results = list(pool.map(lambda m: try_kill(m[0], base, m[1] * m[0].seconds), moments))
    alive = sum(was_alive for _, was_alive in results)
    return report(f"SIGKILL at {kills} random moments, {alive} of them before the end",
                  [text for texts, _ in results for text in texts])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--kills", type=int, default=0)
    options = parser.parse_args()
    where = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="ismapfs-faults.", dir=where) as base, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        make_publications(base)
        references = [Reference(scenario, base) for scenario in SCENARIOS]
        failed = every_call(pool, base, references, options.every) if options.every else False
        if options.kills:
            failed |= random_kills(pool, base, references, options.kills)
    sys.exit(failed)


if __name__ == "__main__":
    main()
