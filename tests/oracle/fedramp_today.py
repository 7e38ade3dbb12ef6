#!/usr/bin/env python3
"""Compares a tree with the FedRAMP publication of several documents that it was made from.

Usage: fedramp_today.py [--seen FILE] [--tree TREE | --facts] DOCUMENT...

The documents of one pull, in any order: a list, and perhaps a status changelog and package overviews. Each is told
by its content. TREE is a mount or an export. --facts prints what was read instead: number, status, status.source,
status.changelog, class, type, path, phase, registered-on, delisted-on, its basis, number of events. With --seen,
FILE remembers which services were listed before, so that a sequence can be followed: what left without a word is
in delisted/ with the basis `absent`.

An independent reading of the documents: fedramp_words.py has the words, fedramp_documents.py the shapes, and this
file says which document's word holds. Names of files in the tree that it relies on: see WANTED below. Exit status 1
when there is a difference.
"""

import argparse
import collections
import json
import os
import sys

import fedramp_documents as documents
import fedramp_words as words
from fedramp_words import CERTIFIED, DELISTED, IN_FORCE, REMEDIATION

# One value each; no file where there is None.
WANTED = ["number", "name", "provider.name", "status", "status.source", "status.changelog", "in-force", "class",
          "certification-type", "certification-path", "phase", "under-corrective-action-plan",
          "corrective-action-plan-on", "level", "registered-on", "annual-assessment", "auditor", "agencies",
          "trust-center", "next-report-on", "certified-services", "certified-services.tsv", "events.tsv",
          "delisted-on", "delisted-on.basis"]


def standing(events, listed):
    """The event of a later layout that says more than the list's status does, or None.

    Delisted and In Remediation hold until a row leads out of just that state. A certification holds where it comes
    out of the state that the list still shows, be it over several rows: each of them has to begin where the one
    before it ended. Words of a review say nothing about what was certified before."""
    holds, chain = None, []
    for event in events:
        if event.from_status not in chain[-1:]:
            chain = [event.from_status]
        stuck = holds is not None and holds.to_status in (DELISTED, REMEDIATION)
        if event.to_status in (DELISTED, REMEDIATION):
            holds = event
        elif stuck and event.from_status != holds.to_status:
            pass  # another certification effort of the same product
        elif event.to_status == CERTIFIED:
            holds = event if listed in chain else None
        elif stuck:
            holds = None
        chain = chain + [event.to_status]
    if holds is not None and listed == DELISTED and holds.to_status == REMEDIATION:
        return None  # the list is a step ahead
    return holds


def decide(values, layout, current, events):
    """(status, its source's word, the changelog's word that wasn't taken)."""
    listed, source = values["status"], values["status.source"]
    if layout == 1 and current is None:
        return listed, source, None
    if layout == 1:
        word, current_source = words.status(current)
        return (listed, source, None) if word == listed else (word, current_source, None)
    event = standing(events, listed)
    if event is not None and event.to_status != listed:
        listed, source = event.to_status, event.source
    newest = events[-1].to_status if events else None
    return listed, source, newest if newest != listed else None


def certification(status, events):
    """The event that tells type, path and class: of what is certified the newest certification's."""
    decisive = [event for event in events if event.to_status in (CERTIFIED, REMEDIATION)]
    if status in (CERTIFIED, REMEDIATION) and decisive:
        return decisive[-1]
    return events[-1] if events else None


def events_text(events):
    """One line an event: date, from, to, type, path, class, recorded on; empty where it isn't stated."""
    rows = []
    for event in events:
        row = "\t".join(value or "" for value in event[:7])
        if row not in rows:
            rows.append(row)
    return "\n".join(rows) or None


class Publication:
    """All documents of one pull, and what they state about each service together."""

    def __init__(self, paths):
        self.layout, self.changelog, self.names, self.overviews = 0, {}, {}, {}
        self.listed, self.links, self.invented, self.day, self.shape = {}, set(), 0, "", None
        for path in paths:
            document = documents.load(path)
            role = documents.role(document)
            if role == "list":
                self.listed, self.links, self.invented, self.day = documents.read_list(document)
                self.shape = documents.shape(document)
            elif role == "changelog":
                self.layout, self.changelog, self.names = documents.read_changelog(document)
            elif role == "overviews":
                self.overviews.update(documents.read_overviews(document))
            else:
                sys.exit("%s: not a document of this publication" % path)
        self.services = {number: self.service(values) for number, values in self.listed.items()}
        self.add_delisted()
        self.links |= {(number, base) for number in self.services
                       for base in self.overviews.get(number, {}).get("bases", ()) if base != number}

    def service(self, values):
        number = values["number"]
        current, events = self.changelog.get(number, (None, []))
        wanted = {name: values.get(name) for name in WANTED}
        wanted["agencies"] = "\n".join(values["agencies"]) if values["agencies"] is not None else None
        if number in self.changelog:
            status, source, other = decide(values, self.layout, current, events)
            wanted.update({"status": status, "status.source": source, "status.changelog": other})
        wanted["in-force"] = IN_FORCE.get(wanted["status"], "no")
        self.add_certification(wanted, events)
        self.add_overview(wanted, values)
        wanted["events.tsv"] = events_text(events)
        if wanted["status"] == DELISTED:
            wanted["delisted-on"], wanted["delisted-on.basis"] = self.delisted_on(events), "stated"
        return wanted

    def add_certification(self, wanted, events):
        """The list's own facts first; else those of one event, never of several mixed."""
        event = certification(wanted["status"], events)
        if event is None:
            return
        for name, value in (("certification-type", event.type), ("certification-path", event.path),
                            ("class", event.class_)):
            wanted[name] = wanted[name] or value

    def add_overview(self, wanted, values):
        stated = self.overviews.get(wanted["number"], {})
        services = stated.get("certified") or values.get("certified")
        wanted["trust-center"] = stated.get("trust-center") or wanted["trust-center"]
        wanted["next-report-on"] = stated.get("next-report-on")
        if services:
            wanted["certified-services"] = "\n".join(name for name, _ in services)
            wanted["certified-services.tsv"] = "\n".join("%s\t%s" % (name, category or "")
                                                         for name, category in services)

    def delisted_on(self, events):
        days = [event.date for event in events if event.to_status == DELISTED and event.date]
        return days[-1] if days else self.day

    def add_delisted(self):
        """What the changelog calls delisted and the list doesn't have."""
        for number, (current, events) in self.changelog.items():
            if number in self.services:
                continue
            provider, name = self.names.get(number, (None, None))
            unlisted = {"number": number, "name": name, "provider.name": provider, "status": words.UNKNOWN,
                        "status.source": None, "agencies": None}
            if decide(unlisted, self.layout, current, events)[0] == DELISTED:
                self.services[number] = self.service(unlisted)

    def present(self):
        return {number for number, wanted in self.services.items() if wanted["status"] != DELISTED}

    def facts(self):
        columns = ["number", "status", "status.source", "status.changelog", "class", "certification-type",
                   "certification-path", "phase", "registered-on", "delisted-on", "delisted-on.basis"]
        for number, wanted in sorted(self.services.items()):
            events = (wanted["events.tsv"] or "").count("\n") + 1 if wanted["events.tsv"] else 0
            yield "\t".join([*(wanted[column] or "-" for column in columns), str(events)])


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

    def folder(self, what, wanted):
        self.equal(what, sorted(self.names(*what.split("/")) - wanted), [])
        self.equal(what + " lacks", sorted(wanted - self.names(*what.split("/"))), [])

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
        for word, numbers in groups.items():
            self.equal("%s/%s" % (facet, word), sorted(numbers - self.names(facet, word)), [])
        for word in self.names(facet) - {DELISTED}:
            listed = self.names(facet, word) & services.keys()
            self.equal("%s/%s" % (facet, word), sorted(listed - groups[word]), [])

    def links(self, links, present):
        found = {(user, base) for user in present for base in self.names("services", user, "leverages")}
        self.equal("leverages", sorted(found & {(u, b) for u in present for b in present}),
                   sorted((user, base) for user, base in links if user in present and base in present))

    def agencies(self, services):
        """agencies/SLUG/services/ are the services that state that agency; the slug's name is the agency's."""
        wanted = {(agency, number) for number, values in services.items()
                  for agency in (values["agencies"] or "").split("\n") if agency}
        found = {(self.read("agencies", slug, "name"), number) for slug in self.names("agencies")
                 for number in self.names("agencies", slug, "services")}
        self.equal("agencies", sorted(map(str, found ^ wanted)), [])


def follow(publication, seen):
    """What is delisted on this day, and seen brought up to date: {number: (values, basis, day)}."""
    present = publication.present()
    delisted = {number: wanted for number, wanted in publication.services.items() if number not in present}
    for number, wanted in seen.items():
        if number in present or number in delisted:
            continue
        if wanted["status"] != DELISTED:
            wanted = {**wanted, "status": DELISTED, "in-force": "no", "delisted-on": publication.day,
                      "delisted-on.basis": "absent"}
        delisted[number] = wanted
    seen.update(publication.services)
    seen.update(delisted)
    return delisted


def compare(publication, tree, seen):
    comparison = Comparison(tree)
    present = publication.present()
    services = {number: publication.services[number] for number in present}
    delisted = follow(publication, seen)
    comparison.folder("services", present)
    comparison.folder("delisted", set(delisted))
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


def summary(publication):
    counts = collections.Counter(wanted["status"] for wanted in publication.services.values())
    classes = collections.Counter(wanted["class"] or "none" for wanted in publication.services.values())
    changed = sum(number in publication.listed and wanted["status"] != publication.listed[number]["status"]
                  for number, wanted in publication.services.items())
    return "%s: %s; %s; %d by the changelog, %d invented rows" % (
        publication.day, " ".join("%s=%d" % pair for pair in sorted(counts.items())),
        " ".join("%s=%d" % pair for pair in sorted(classes.items())), changed, publication.invented)


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
