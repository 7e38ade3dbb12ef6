#!/usr/bin/env python3
"""Compares at/<date>/ with the tree of a fresh store of that one publication.

usage: dated_tree.py DATED FRESH

Names, types, bytes and link targets must be equal, but for what history adds:
  - delisted/, by-status/delisted: what had left before
  - providers/, auditors/: those that only what has left leads to; and slugs that
    another name took first (slug, slug~2), which shows in link targets, too;
    a slug is compared by the name that it stands for
Prints each difference; exit status 1 when there is any.
"""
import os
import sys

FARMS = ["services", "controls", "baselines", "by-name", "by-status", "by-level", "by-expiry"]
PARTIES = ["providers", "auditors"]


def read(path):
    with open(path, "rb") as file:
        return file.read()


def names(top):
    """The name that each slug stands for, white space as it is."""
    return {kind: {slug: read(os.path.join(top, kind, slug, "name"))
                   for slug in os.listdir(os.path.join(top, kind))} for kind in PARTIES}


def entries(top, where, parties):
    """Every entry below top/where: a path that doesn't depend on slugs, and what is there."""
    found = {}
    for folder, subfolders, files in os.walk(os.path.join(top, where)):
        for name in subfolders + files:
            path = os.path.join(folder, name)
            key = os.path.relpath(path, top)
            if key.startswith("by-status/delisted"):
                continue
            if os.path.islink(path):
                target = os.readlink(path)
                for kind in PARTIES:
                    prefix = f"../../{kind}/"
                    if target.startswith(prefix):
                        target = prefix + parties[kind][target[len(prefix):]].decode()
                found[key] = ("link", target)
            elif os.path.isdir(path):
                found[key] = ("directory", None)
            else:
                found[key] = ("file", read(path))
    return found


def party_entries(top, kind, parties):
    """What is below each provider or auditor that has a listed service, by name."""
    found = {}
    for slug, name in parties[kind].items():
        below = entries(top, os.path.join(kind, slug), parties)
        if any("/services/" in key for key in below):
            found.update({key.replace(slug, name.decode().strip(), 1): value
                          for key, value in below.items()})
    return found


def main():
    dated, fresh = sys.argv[1:]
    missing = [name for name in os.listdir(dated) if not os.path.isdir(os.path.join(fresh, name))]
    differences = [f"{name}: only in the dated tree" for name in missing]
    dated_names, fresh_names = names(dated), names(fresh)
    compared = 0
    pairs = [(entries(dated, farm, dated_names), entries(fresh, farm, fresh_names)) for farm in FARMS]
    pairs += [(party_entries(dated, kind, dated_names), party_entries(fresh, kind, fresh_names))
              for kind in PARTIES]
    for ours, theirs in pairs:
        compared += len(theirs)
        for key in sorted(ours.keys() | theirs.keys()):
            if ours.get(key) != theirs.get(key):
                differences.append(f"{key}: {ours.get(key)} instead of {theirs.get(key)}")
    for line in differences[:40]:
        print(line)
    print(f"{compared} entries compared, {len(differences)} differences")
    return bool(differences) or compared < 1000


if __name__ == "__main__":
    sys.exit(main())
