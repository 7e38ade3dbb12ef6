#!/usr/bin/env python3
"""Compares two directory trees entry by entry.

Usage: same_tree.py LEFT RIGHT

Names, types, contents, link targets, modification times to the nanosecond,
sizes of files and links. Not compared: sizes of directories, owners and modes,
which belong to the file system that a tree lies on.

Prints each difference (at most LIMIT), then how many entries there were.
Exit status 1 when there is a difference.
"""

import os
import stat
import sys

LIMIT = 50


class Comparison:
    def __init__(self):
        self.entries = 0
        self.differences = 0

    def differs(self, path, what, left, right):
        self.differences += 1
        if self.differences <= LIMIT:
            print("difference: %s: %s: %.200r and %.200r" % (path or ".", what, left, right))

    def equal(self, path, what, left, right):
        if left != right:
            self.differs(path, what, left, right)

    def entry(self, left, right, path):
        """Compares one entry; True when both are directories."""
        self.entries += 1
        a, b = os.lstat(left), os.lstat(right)
        if stat.S_IFMT(a.st_mode) != stat.S_IFMT(b.st_mode):
            self.differs(path, "type", stat.filemode(a.st_mode), stat.filemode(b.st_mode))
            return False
        self.equal(path, "modification time", a.st_mtime_ns, b.st_mtime_ns)
        if stat.S_ISDIR(a.st_mode):
            return True
        self.equal(path, "size", a.st_size, b.st_size)
        if stat.S_ISLNK(a.st_mode):
            self.equal(path, "target", os.readlink(left), os.readlink(right))
        else:
            with open(left, "rb") as one, open(right, "rb") as other:
                content = one.read()
                self.equal(path, "content", content, other.read())
            self.equal(path, "size and number of bytes", a.st_size, len(content))
        return False

    def directory(self, left, right, path):
        if not self.entry(left, right, path):
            return
        names, others = os.listdir(left), os.listdir(right)
        if len(names) != len(set(names)) or len(others) != len(set(others)):
            self.differs(path, "names", "one of them", "is listed twice")
        for name in sorted(set(names) ^ set(others)):
            self.differs(os.path.join(path, name), "exists", name in names, name in others)
        for name in sorted(set(names) & set(others)):
            paths = (os.path.join(side, name) for side in (left, right, path))
            self.directory(*paths)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    comparison = Comparison()
    comparison.directory(sys.argv[1], sys.argv[2], "")
    print("%d entries, %d differences" % (comparison.entries, comparison.differences))
    sys.exit(comparison.differences > 0)


main()
