#!/usr/bin/env python3
"""Whether a publication costs time and memory in proportion to its bytes, whatever is in it.

costs.py ISMAP-SYNC FOLDER BYTES [CASE…]: pulls each case of tests/publications/worst_cases.py at four
times so many bytes and at so many, in FOLDER. Says what each took, and fails where four times as
many took far more than four times the processor's time, also to be refused, where memory was above 48 times the bytes and
64 MB, or above 1 GB, or where a pull ended otherwise than with 0, or with 4 and a sentence. The second
pull is left out where the first was so cheap that no second one could show a growth or want more memory.
"""

import os
import shutil
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "publications"))
import worst_cases  # noqa: E402

# Work that grows with the square takes sixteen times as long; sorting, and caches that no longer hold all, some
# more than four times. What a pull takes at all isn't part of it; the seconds are a clock's error.
GROWTH = 7
NOISE = 0.5
MEMORY_PER_BYTE, MEMORY_AT_ALL, MEMORY_EVER = 48, 64 << 20, 1 << 30


class Costs:
    def __init__(self, sync, folder):
        self.sync, self.folder = sync, folder

    def run(self, arguments):
        """The exit status, processor time and memory of a run, and what it said."""
        said = os.path.join(self.folder, "said")
        child = os.fork()
        if child == 0:
            file = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(file, 1)
            os.dup2(file, 2)
            os.execv(self.sync, [self.sync, *arguments])
        _, status, usage = os.wait4(child, 0)
        with open(said, encoding="utf-8", errors="replace") as file:
            return os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, file.read()

    def pull(self, case, size):
        """The same of a case's last pull, with the bytes of the greatest publication before what it said."""
        place, store = os.path.join(self.folder, "case"), os.path.join(self.folder, "store")
        for old in (place, store):
            shutil.rmtree(old, ignore_errors=True)
        source, greatest, result = worst_cases.CASES[case][0], 0, None
        for files in worst_cases.write(case, size, place):
            greatest = max(greatest, sum(worst_cases.size_of(file) for file in files))
            locations = [word for file in files for word in ("--from", file)]
            result = self.run(["pull", "--quiet", "--accept-loss", "--store", store, "--source", source, *locations])
        return *result[:3], greatest, result[3]


def memory_max(size):
    return min(MEMORY_PER_BYTE * size + MEMORY_AT_ALL, MEMORY_EVER)


def is_cheap(large, size, at_all):
    return large[1] - at_all <= NOISE and large[2] <= memory_max(size)


def complaints(small, large, at_all):
    for code, _, memory, size, said in (small, large):
        if code != 0 and not (code == 4 and ": refused: " in said):
            yield f"exit {code} with {size} bytes: {said.strip()[:300]}"
        if memory > memory_max(size):
            yield f"{memory >> 20} MB of memory with {size} bytes"
    if large[1] - at_all > GROWTH * max(small[1] - at_all, 0) + NOISE:
        yield f"{small[1]:.2f} s with {small[3]} bytes, {large[1]:.2f} s with {large[3]}"


def main():
    costs = Costs(sys.argv[1], sys.argv[2])
    size, cases = int(sys.argv[3]), sys.argv[4:] or list(worst_cases.CASES)
    at_all = costs.pull("nothing", 0)[1]
    bad = 0
    for case in cases:
        large = costs.pull(case, 4 * size)
        small = large if is_cheap(large, large[3] // 5, at_all) else costs.pull(case, size)
        print(f"{case}: {large[3]} bytes, exit {large[0]}, {small[1]:.2f} s, then {large[1]:.2f} s, {large[2] >> 20} MB")
        for complaint in complaints(small, large, at_all):
            print(f"  {case}: {complaint}")
            bad += 1
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
