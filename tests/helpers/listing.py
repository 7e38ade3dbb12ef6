#!/usr/bin/env python3
"""Checks how directories are listed.

Usage: listing.py DIRECTORY...

By getdents64 itself: with a large and a tiny buffer the same entries come, no
name and no position twice; from each position (lseek) the rest follows, in any
order of asking; after a return to the beginning all of it; entries' inode
numbers and types are those that lstat says. Then by the C library: telldir,
seekdir, rewinddir. Stops at the first that is not so.
"""

import ctypes
import os
import stat
import struct
import sys

GETDENTS64 = {"x86_64": 217, "aarch64": 61}[os.uname().machine]
# Room for one entry with the longest name is 280 bytes.
TINY = 300

libc = ctypes.CDLL(None, use_errno=True)
libc.opendir.restype = libc.readdir.restype = ctypes.c_void_p
libc.readdir.argtypes = libc.telldir.argtypes = libc.rewinddir.argtypes = [ctypes.c_void_p]
libc.closedir.argtypes = [ctypes.c_void_p]
libc.telldir.restype = ctypes.c_long
libc.seekdir.argtypes = [ctypes.c_void_p, ctypes.c_long]
libc.seekdir.restype = libc.rewinddir.restype = None


def getdents(fd, size):
    """One call's entries: (name, position behind it, inode, type)."""
    buffer = ctypes.create_string_buffer(size)
    length = libc.syscall(GETDENTS64, fd, buffer, size)
    if length < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    entries, at = [], 0
    while at < length:
        inode, position, record, kind = struct.unpack_from("<QqHB", buffer, at)
        name = buffer.raw[at + 19:at + record].split(b"\0")[0]
        entries.append((name, position, inode, kind))
        at += record
    return entries


def rest(fd, size):
    entries = []
    while True:
        more = getdents(fd, size)
        if not more:
            return entries
        entries += more


def require(condition, *what):
    if not condition:
        print("wrong:", *what)
        sys.exit(1)


def check_positions(fd, path, entries):
    step = max(1, len(entries) // 20)
    # Backwards, so that each lseek goes where the kernel hasn't just been.
    for i in reversed(range(0, len(entries), step)):
        os.lseek(fd, entries[i][1], os.SEEK_SET)
        require(rest(fd, 4096) == entries[i + 1:], path, "from behind", entries[i][0])
    os.lseek(fd, 0, os.SEEK_SET)
    require(rest(fd, TINY) == entries, path, "from the beginning again")
    require(getdents(fd, 4096) == [], path, "after the end")


def check_entries(path, entries):
    names = [entry[0] for entry in entries]
    positions = [entry[1] for entry in entries]
    require(b"." in names and b".." in names, path, "has no . or ..")
    require(len(set(names)) == len(names), path, "a name twice")
    require(len(set(positions)) == len(positions), path, "a position twice")
    require(min(positions) > 0, path, "a position that isn't positive")
    for name, _, inode, kind in entries:
        attributes = os.lstat(os.path.join(os.fsencode(path), name))
        # Above the root is another file system, which no entry can speak for.
        if name != b"..":
            require(attributes.st_ino == inode, path, name, "inode", inode, attributes.st_ino)
        require(kind == stat.S_IFMT(attributes.st_mode) >> 12, path, name, "type", kind)


def check_library(path, names):
    name_at = 19  # of struct dirent's d_name
    stream = libc.opendir(os.fsencode(path))
    places, found = [], []
    while True:
        places.append(libc.telldir(stream))
        entry = libc.readdir(stream)
        if not entry:
            break
        found.append(ctypes.string_at(entry + name_at))
    require(found == names, path, "by readdir")
    for i in (len(found) // 2, 0, len(found) - 1, 1):
        libc.seekdir(stream, places[i])
        require(libc.telldir(stream) == places[i], path, "telldir after seekdir", i)
        require(ctypes.string_at(libc.readdir(stream) + name_at) == found[i], path, "seekdir", i)
    libc.rewinddir(stream)
    require(ctypes.string_at(libc.readdir(stream) + name_at) == found[0], path, "rewinddir")
    libc.closedir(stream)


def main():
    for path in sys.argv[1:]:
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        tiny = rest(fd, TINY)  # first, while the kernel has cached nothing
        os.close(fd)
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        entries = rest(fd, 1 << 20)
        require(entries == tiny, path, "with a tiny buffer")
        check_entries(path, entries)
        check_positions(fd, path, entries)
        os.close(fd)
        check_library(path, [entry[0] for entry in entries])
        print("%s: %d entries" % (path, len(entries)))


main()
