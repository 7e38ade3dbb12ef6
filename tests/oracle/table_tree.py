#!/usr/bin/env python3
"""An independent reading of the TX-RAMP extract: each row of the table against the exported tree.

Usage: table_tree.py TABLE TREE

Knows the headings of the extract by itself, not by the map. Prints what differs, then how many rows
there were. Exit status 1 when something differs.
"""

import os
import re
import sys

STATUS = {"Level 1": "certified", "Level 2": "certified", "Provisional": "provisional"}
LEVEL = {"Level 1": "level-1", "Level 2": "level-2"}


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().rstrip("\n")
    except FileNotFoundError:
        return None


def one_line(text):
    return re.sub(r"\s+", " ", text).strip() or None


def main(table, tree):
    differences = 0
    with open(table, encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    headings = rows.pop(0)
    listed = set(os.listdir(os.path.join(tree, "services")))
    for row in rows:
        cells = dict(zip(headings, row))
        wanted = {
            "number": cells["Product ID"],
            "name": one_line(cells["Cloud Product"]),
            "provider.name": one_line(cells["Vendor"]),
            "status": STATUS[cells["Certification"]],
            "status.source": cells["Certification"],
            "level": LEVEL.get(cells["Level"]),
            "registered-on": cells["Certification Date"] or None,
            "valid-until": cells["Expiration Date"] or None,
            "in-force": "yes",
        }
        listed.discard(cells["Product ID"])
        for name, value in wanted.items():
            found = read(os.path.join(tree, "services", cells["Product ID"], name))
            if found != value:
                differences += 1
                print("%s: %s is %r instead of %r" % (cells["Product ID"], name, found, value))
    for extra in sorted(listed):
        differences += 1
        print("%s is in no row" % extra)
    print("%d rows, %d differences" % (len(rows), differences))
    return differences > 0 or not rows


sys.exit(main(*sys.argv[1:]))
