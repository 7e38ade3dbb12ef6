#!/usr/bin/env python3
"""Tries everything that would change a tree.

Usage: attempts.py TREE FILE DIRECTORY LINK

The last three are paths inside TREE of what exists. Each call must fail with
EROFS; where the kernel says something else before it looks at the mount, the
table has that as a second possibility. Prints what came out otherwise, and how
many calls were tried. Exit status 1 when one didn't fail as it should.
"""

import ctypes
import errno
import os
import socket
import stat
import sys

libc = ctypes.CDLL(None, use_errno=True)


def call(function, *arguments):
    """A system call that Python has no function for."""
    if getattr(libc, function)(*arguments) < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


def bind(path):
    with socket.socket(socket.AF_UNIX) as listener:
        os.chdir(os.path.dirname(path))  # such addresses are short
        listener.bind(os.path.basename(path))


def table(tree, file, directory, link):
    new = os.path.join(tree, "new")
    inside = os.path.join(directory, "new")
    outside = os.path.join(os.path.dirname(tree), "outside")
    with open(outside, "w", encoding="utf-8"):
        pass
    times = {"ns": (0, 0)}
    links = {"follow_symlinks": False}
    flags = os.O_RDONLY, os.O_WRONLY, os.O_RDWR
    yield "mkdir", lambda: os.mkdir(new)
    yield "mkdir in a directory", lambda: os.mkdir(inside)
    yield "mkdir of what exists", lambda: os.mkdir(directory), errno.EEXIST
    yield "rmdir", lambda: os.rmdir(directory)
    yield "unlink", lambda: os.unlink(file)
    yield "unlink of a link", lambda: os.unlink(link)
    yield "unlink of what isn't there", lambda: os.unlink(new), errno.ENOENT
    yield "rename", lambda: os.rename(file, new)
    yield "rename of a directory", lambda: os.rename(directory, new)
    yield "rename onto a file", lambda: os.rename(link, file)
    # Another file system: the kernel may look at that first.
    yield "rename into the tree", lambda: os.rename(outside, new), errno.EXDEV
    yield "rename out of the tree", lambda: os.rename(file, outside), errno.EXDEV
    yield "link", lambda: os.link(file, new)
    yield "link into the tree", lambda: os.link(outside, new), errno.EXDEV
    yield "symlink", lambda: os.symlink("target", new)
    yield "mknod of a file", lambda: os.mknod(new)
    yield "mknod of a pipe", lambda: os.mkfifo(new)
    # Only the superuser may try that one.
    yield "mknod of a device", lambda: os.mknod(new, stat.S_IFCHR | 0o600, 259), errno.EPERM
    yield "bind of a socket", lambda: bind(inside)
    for flag, name in zip(flags, ("O_RDONLY", "O_WRONLY", "O_RDWR")):
        yield "open %s|O_CREAT" % name, lambda f=flag: os.open(new, f | os.O_CREAT)
        yield "open %s|O_TRUNC" % name, lambda f=flag: os.open(file, f | os.O_TRUNC)
        if flag != os.O_RDONLY:
            yield "open " + name, lambda f=flag: os.open(file, f)
            yield "open %s through a link" % name, lambda f=flag: os.open(link, f), errno.EISDIR
            yield "open %s|O_APPEND" % name, lambda f=flag: os.open(file, f | os.O_APPEND)
            # Before the kernel looks at the mount: a directory can't be written anywhere.
            yield ("open %s of a directory" % name, lambda f=flag: os.open(directory, f),
                   errno.EISDIR)
            # No file system without names to write to has files without names.
            yield ("open %s|O_TMPFILE" % name, lambda f=flag: os.open(directory, f | os.O_TMPFILE),
                   errno.EOPNOTSUPP)
    yield "truncate", lambda: os.truncate(file, 0)
    yield "truncate to a greater size", lambda: os.truncate(file, 1 << 20)
    yield "chmod", lambda: os.chmod(file, 0o777)
    yield "chmod of a directory", lambda: os.chmod(directory, 0o777)
    yield "chmod of the root", lambda: os.chmod(tree, 0o777)
    yield "chown", lambda: os.chown(file, 1, 1)
    yield "chown of a link", lambda: os.chown(link, 1, 1, **links)
    yield "utimensat", lambda: os.utime(file, **times)
    yield "utimensat of a directory", lambda: os.utime(directory, **times)
    yield "utimensat of a link", lambda: os.utime(link, **times, **links)
    yield "setxattr", lambda: os.setxattr(file, "user.test", b"value")
    yield "removexattr", lambda: os.removexattr(file, "user.test")
    yield "access for writing", lambda: call("access", os.fsencode(file), os.W_OK)
    yield "access of a directory for writing", lambda: call("access", os.fsencode(directory),
                                                            os.W_OK)


def main():
    tried = wrong = 0
    for what, attempt, *also in table(*sys.argv[1:]):
        tried += 1
        try:
            attempt()
            outcome = 0
        except OSError as error:
            outcome = error.errno
        if outcome != errno.EROFS and outcome not in also:
            wrong += 1
            print("%s: %s" % (what, os.strerror(outcome) if outcome else "succeeded"))
    print("%d attempts, %d not refused as they should" % (tried, wrong))
    sys.exit(wrong > 0)


main()
