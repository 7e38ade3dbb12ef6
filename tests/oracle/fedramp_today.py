#!/usr/bin/env python3
"""Compares a tree with the FedRAMP publication of several documents that it was made from.

Usage: fedramp_today.py [--seen FILE] [--tree TREE | --facts] DOCUMENT...

The documents of one pull, in any order: a list, and perhaps a status changelog and package overviews. Each is told
by its content. TREE is a mount or an export. --facts prints what was read instead: number, status, status.source,
status.changelog, class, type, path, phase, registered-on, delisted-on, its basis, number of events. With --seen,
FILE remembers which services were listed before, so that a sequence can be followed: what left without a word is
in delisted/ with the basis `absent`.

What the documents mean is read in fedramp_publication.py, independently of the programs; its WANTED has the names of
the files that are compared. Exit status 1 when there is a difference.
"""

import argparse
import collections
import json
import os
import sys

from fedramp_publication import WANTED, Publication, summary
from fedramp_words import DELISTED

class Comparison:
    def __init__(self, tree):
        self.tree, self.compared, self.differences = tree, 0, 0

    def equal(self, what, found, wanted):
        self.compared += 1
        if found != wanted:
            self.differences += 1
            print("difference: %s: %r in the tree, %r in the publication" % (what, found, wanted))

    def read(self, *names):
        """A file without its last line end; None when there is no such file."""
        try:
            with open(os.path.join(self.tree, *names), encoding="utf-8", newline="") as file:
                content = file.read()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return content[:-1] if content.endswith("\n") else content

    def names(self, *where):
        try:
            return set(os.listdir(os.path.join(self.tree, *where)))
        except FileNotFoundError:
            return set()

    def same(self, what, found, wanted):
        """Two sets; of what is in one alone the first few are shown."""
        self.compared += 1
        for side, alone in (("tree", found - wanted), ("publication", wanted - found)):
            if alone:
                self.differences += 1
                print("difference: %s: %d in the %s alone: %s" % (what, len(alone), side, sorted(alone)[:5]))

    def service(self, folder, wanted, without=()):
        number = wanted["number"]
        for name in WANTED:
            if name not in without:
                self.equal("%s/%s/%s" % (folder, number, name), self.read(folder, number, name), wanted[name])
        basis = self.read(folder, number, "in-force.basis")
        self.equal("%s/%s/in-force.basis is a line" % (folder, number), bool(basis) and "\n" not in basis, True)

    def facet(self, facet, field, services):
        """by-class/ and the like, for what is listed."""
        groups = collections.defaultdict(set)
        for number, wanted in services.items():
            if wanted[field]:
                groups[wanted[field]].add(number)
        # What left the list may have places there, too.
        for word in (self.names(facet) | set(groups)) - {DELISTED}:
            self.same("%s/%s" % (facet, word), self.names(facet, word) & services.keys(), groups[word])

    def links(self, links, present):
        found = {(user, base) for user in present for base in self.names("services", user, "leverages")}
        self.same("leverages", {(user, base) for user, base in found if base in present},
                  {(user, base) for user, base in links if user in present and base in present})

    def agencies(self, services):
        """agencies/SLUG/services/ are the services that state that agency; the slug's name is the agency's."""
        wanted = {(agency, number) for number, values in services.items()
                  for agency in (values["agencies"] or "").split("\n") if agency}
        found = {(self.read("agencies", slug, "name"), number) for slug in self.names("agencies")
                 for number in self.names("agencies", slug, "services")}
        self.same("agencies", {(name or "", number) for name, number in found}, wanted)


def follow(publication, seen):
    """{number: values} of what is delisted on this day; seen is brought up to date."""
    present = publication.present()
    delisted = {number: wanted for number, wanted in publication.services.items() if number not in present}
    # What the list itself lacks keeps its last known values.
    for number in delisted.keys() & seen.keys() - publication.listed.keys():
        stated = {name: value for name, value in delisted[number].items() if value is not None}
        delisted[number] = {**seen[number], **stated, "status.list": None}
    for number, wanted in seen.items():
        if number in present or number in delisted:
            continue
        if wanted["status"] != DELISTED:
            wanted = {**wanted, "status": DELISTED, "in-force": "no", "delisted-on": publication.day,
                      "delisted-on.basis": "absent", "status.list": None}
        delisted[number] = wanted
    seen.update(publication.services)
    seen.update(delisted)
    return delisted


def compare(publication, tree, seen):
    comparison = Comparison(tree)
    present = publication.present()
    services = {number: publication.services[number] for number in present}
    delisted = follow(publication, seen)
    comparison.same("services", comparison.names("services"), present)
    comparison.same("delisted", comparison.names("delisted"), set(delisted))
    for wanted in services.values():
        comparison.service("services", wanted)
    for wanted in delisted.values():
        # What it was called last may be told in the list's words or in the changelog's.
        comparison.service("delisted", wanted, ("status.source", "status.changelog", "events.tsv"))
    comparison.facet("by-status", "status", services)
    comparison.facet("by-class", "class", services)
    comparison.links(publication.links, present)
    comparison.agencies(services)
    return comparison


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seen")
    parser.add_argument("--tree")
    parser.add_argument("--facts", action="store_true")
    parser.add_argument("documents", nargs="+")
    options = parser.parse_args()
    publication = Publication(options.documents)
    if options.facts:
        print("\n".join(publication.facts()))
    if not options.tree:
        print(summary(publication), file=sys.stderr)
        return 0
    seen = {}
    if options.seen and os.path.exists(options.seen):
        with open(options.seen, encoding="utf-8") as file:
            seen = json.load(file)
    comparison = compare(publication, options.tree, seen)
    if options.seen:
        with open(options.seen, "w", encoding="utf-8") as file:
            json.dump(seen, file)
    print("%s, %d comparisons, %d differences" %
          (summary(publication), comparison.compared, comparison.differences))
    return comparison.differences > 0


if __name__ == "__main__":
    sys.exit(main())
