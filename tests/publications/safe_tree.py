#!/usr/bin/env python3
"""Whether a tree can be shown to a terminal and walked, whatever it was made of.

Usage: safe_tree.py TREE

No name and no link's target has a control character or one that turns text
around, each is UTF-8, begins with neither `-` nor `.` (but .registry and the way
up) and is short enough; every link leads to something inside the tree; no value
has a control character but the newlines and tabs of a text, and the line ends of
a CSV table. Prints what isn't so
and how much was looked at.
"""

import os
import re
import sys
import zipfile

UNSAFE = re.compile("[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
UNSAFE_IN_TEXT = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f]")


def names(top):
    for folder, folders, files in os.walk(top):
        for name in folders + files:
            yield folder, name


def wrong(top, folder, name):
    path = os.path.join(folder, name)
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        return "not UTF-8"
    if UNSAFE.search(text):
        return "a name that a terminal obeys"
    if len(name) > 255 or text[0] == "-" or (text[0] == "." and text != ".registry"):
        return "a name that a program takes for something else"
    if os.path.islink(path):
        target = os.readlink(path).decode("utf-8")
        if target.startswith("/") or UNSAFE.search(target):
            return "a target that isn't ours: %r" % target
        end = os.path.realpath(path)
        if not end.startswith(top + b"/") or not os.path.exists(end):
            return "leads outside, or nowhere: %r" % target
    elif os.path.isfile(path):
        if any(UNSAFE_IN_TEXT.search(text) for text in texts(path)):
            return "a value that a terminal obeys"
    return None


def texts(path):
    """A file's text; of a workbook its parts' ones."""
    if path.endswith(b".xlsx"):
        with zipfile.ZipFile(os.fsdecode(path)) as book:
            return [book.read(part).decode("utf-8").replace("\r\n", "\n") for part in book.namelist()]
    with open(path, "rb") as file:
        content = file.read()
    if path.endswith((b".csv", b".ics")):
        content = content.replace(b"\r\n", b"\n")
    return [content.decode("utf-8")]


def main():
    top = os.fsencode(os.path.realpath(sys.argv[1]))
    count = bad = 0
    for folder, name in names(top):
        count += 1
        complaint = wrong(top, folder, name)
        if complaint:
            bad += 1
            print("%s: %r" % (complaint, os.path.join(folder, name)[len(top):]))
    print("%d names" % count)
    sys.exit(bad > 0 or count < 50)


main()
