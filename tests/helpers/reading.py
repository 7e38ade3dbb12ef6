#!/usr/bin/env python3
"""Reads a file in all the ways there are, and compares with a copy of it.

Usage: reading.py FILE COPY

pread at odd places and at the edges of pages and chunks, behind the end too;
byte by byte; O_DIRECT; mmap; sendfile; splice
through a pipe; from sixteen readers at once. Stops at the first difference.
"""

import concurrent.futures
import mmap
import os
import random
import sys

CHUNK = 65536
PAGE = 4096


def require(condition, *what):
    if not condition:
        print("wrong:", *what)
        sys.exit(1)


def places(size):
    edges = [0, PAGE, 2 * PAGE, 32 * PAGE, size]
    edges += range(CHUNK, size + CHUNK, CHUNK)
    near = {edge + step for edge in edges for step in (-1, 0, 1, 7)}
    return sorted(place for place in near if place >= 0) + [size + PAGE, size + 10 * CHUNK]


def by_pread(path, wanted):
    fd = os.open(path, os.O_RDONLY)
    for place in places(len(wanted)):
        for length in (1, 7, PAGE, PAGE + 1, CHUNK, CHUNK + 1):
            found = os.pread(fd, length, place)
            require(found == wanted[place:place + length], "pread", length, "at", place)
    os.close(fd)


def by_bytes(path, wanted):
    with open(path, "rb", buffering=0) as file:
        found = b"".join(file.read(1) for _ in range(2000))
    require(found == wanted[:2000], "byte by byte")


def by_direct(path, wanted):
    fd = os.open(path, os.O_RDONLY | os.O_DIRECT)
    buffer = mmap.mmap(-1, 4 * CHUNK)
    for place in [place for place in places(len(wanted)) if place % 512 == 0]:
        length = os.preadv(fd, [buffer], place)
        require(length == len(wanted[place:place + len(buffer)]), "O_DIRECT's length at", place)
        require(buffer[:length] == wanted[place:place + length], "O_DIRECT at", place)
    os.close(fd)


def by_mmap(path, wanted):
    with open(path, "rb") as file, \
            mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as mapped:
        for place in places(len(wanted)):
            require(mapped[place:place + 100] == wanted[place:place + 100], "mmap at", place)
        require(mapped[:] == wanted, "mmap")
        try:
            mmap.mmap(file.fileno(), 0, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)
            require(False, "mmap for writing succeeded")
        except PermissionError:
            pass


def by_sendfile(path, wanted):
    copy = os.memfd_create("copy")
    with open(path, "rb") as file:
        place = 0
        while place < len(wanted):
            sent = os.sendfile(copy, file.fileno(), place, len(wanted) - place)
            require(sent > 0, "sendfile ended at", place)
            place += sent
    require(os.pread(copy, len(wanted) + 1, 0) == wanted, "sendfile")
    os.close(copy)


def by_splice(path, wanted):
    reading, writing = os.pipe()
    found = b""
    with open(path, "rb") as file:
        while True:
            length = os.splice(file.fileno(), writing, 10000)
            if length == 0:
                break
            found += os.read(reading, length)
    os.close(reading)
    os.close(writing)
    require(found == wanted, "splice")


def reader(arguments):
    path, wanted, seed = arguments
    chance = random.Random(seed)
    fd = os.open(path, os.O_RDONLY)
    for _ in range(300):
        place, length = chance.randrange(len(wanted)), chance.randrange(1, 2 * CHUNK)
        if chance.randrange(20) == 0:
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        if os.pread(fd, length, place) != wanted[place:place + length]:
            return "%d bytes at %d" % (length, place)
    os.close(fd)
    return None


def at_once(path, wanted):
    with concurrent.futures.ProcessPoolExecutor(16) as pool:
        for wrong in pool.map(reader, [(path, wanted, seed) for seed in range(16)]):
            require(wrong is None, "one of sixteen readers:", wrong)


def main():
    path, copy = sys.argv[1:]
    with open(copy, "rb") as file:
        wanted = file.read()
    require(len(wanted) > 2 * CHUNK, "too short to show anything:", len(wanted))
    attributes = os.stat(path)
    require(attributes.st_size == len(wanted), "size")
    require(attributes.st_blocks == (len(wanted) + 511) // 512, "blocks")
    for way in (by_bytes, by_direct, by_pread, by_mmap, by_sendfile, by_splice, at_once):
        way(path, wanted)
    print("%d bytes in seven ways" % len(wanted))


main()
