#!/usr/bin/env python3
"""File handles that outlive a mount, as an NFS server keeps them.

Usage: handles.py save TREE FILE    writes handles of some of TREE's nodes
       handles.py open TREE FILE    opens them again; after a remount too

Opening needs CAP_DAC_READ_SEARCH.
"""

import ctypes
import errno
import json
import os
import sys

AT_FDCWD = -100
libc = ctypes.CDLL(None, use_errno=True)


class Handle(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint), ("type", ctypes.c_int),
                ("bytes", ctypes.c_ubyte * 128)]


def require(condition, *what):
    if not condition:
        print("wrong:", *what, os.strerror(ctypes.get_errno()))
        sys.exit(1)


def some_nodes(tree):
    yield tree
    for name in sorted(os.listdir(tree)):
        yield os.path.join(tree, name)
    service = os.path.join(tree, "services", sorted(os.listdir(os.path.join(tree, "services")))[0])
    for name in ["", *sorted(os.listdir(service))]:
        yield os.path.join(service, name)


def save(tree):
    saved = []
    for path in some_nodes(tree):
        handle, mount = Handle(128), ctypes.c_int()
        require(libc.name_to_handle_at(AT_FDCWD, os.fsencode(path), ctypes.byref(handle),
                                       ctypes.byref(mount), 0) == 0, path)
        saved.append([path, handle.type, list(handle.bytes[:handle.length]),
                      os.lstat(path).st_ino])
    return saved


def open_handle(root, kind, content):
    handle = Handle(len(content), kind)
    handle.bytes[:len(content)] = content
    return libc.open_by_handle_at(root, ctypes.byref(handle), os.O_PATH)


def open_all(tree, saved):
    root = os.open(tree, os.O_RDONLY)
    for path, kind, content, inode in saved:
        fd = open_handle(root, kind, content)
        require(fd >= 0, path)
        require(os.fstat(fd).st_ino == inode, path, "is another inode")
        os.close(fd)
    # Numbers that no store ever gave out.
    for content in ([255] * 8, [0] * 8, [1, 2, 3, 4, 5, 6, 7, 8]):
        fd = open_handle(root, saved[0][1], content + [0] * (len(saved[0][2]) - 8))
        require(fd < 0 and ctypes.get_errno() == errno.ESTALE, "a made-up handle", content)


def main():
    command, tree, path = sys.argv[1:]
    if command == "save":
        with open(path, "w", encoding="utf-8") as file:
            json.dump(save(tree), file)
    else:
        with open(path, encoding="utf-8") as file:
            saved = json.load(file)
        open_all(tree, saved)
        print("%d handles" % len(saved))


main()
