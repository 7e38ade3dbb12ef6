#!/usr/bin/env python3
"""Compares a tree with the FedRAMP publication that it was made from.

Usage: fedramp_tree.py [--seen FILE] PUBLICATION TREE

An independent reading: what the tree says is compared with what this file
finds in the JSON by itself. TREE is a mount or an export. With --seen, FILE
remembers across calls which services were listed before, so that a sequence of
publications in one store can be followed: what left must be in delisted/.

Prints each difference, and a line with what was compared. Exit status 1 when
there is a difference.
"""

import calendar
import collections
import json
import os
import re
import sys

STATUS = {
    "FedRAMP Authorized": "certified",
    "FedRAMP Ready": "legacy-ready",
    "FedRAMP In Process": "in-process",
    "Agency In Process": "agency-in-process",
}
LEVEL = {
    "high": "high",
    "moderate": "moderate",
    "low": "low",
    "li-saas": "li-saas",
    "20x low": "20x-low",
    "20x moderate": "20x-moderate",
}
CONTROLS = {"high": 410, "moderate": 323, "low": 156, "li-saas": 156}
# What the publication writes where it has nothing to say.
NOTHING = {"", "#N/A", "#REF!", "N/A", "No FRR Date", "Not Active", "Not Authorized",
           "Not In Process", "Not Agency Partnered", "No Status Found"}
DATES = {
    "auth_date": "registered-on",
    "ready_date": "ready-on",
    "ip_agency_date": "in-process-agency-on",
    "ip_jab_date": "in-process-board-on",
    "ip_prog_date": "in-process-program-on",
    "ip_pmo_date": "in-process-office-on",
}
DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(T.*Z)?")
AMERICAN_DAY = re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})")


def one_line(text):
    """A value as one line of a file: breaks and tabs are a space, the rest is as published."""
    return re.sub(r"[\r\n\t]+", " ", text)


def stated(product, key):
    """A one-line value, or None where the publication says nothing."""
    value = product.get(key)
    if value is None:
        return None
    text = one_line(str(value))
    return None if text.strip() in NOTHING else text


def same_provider(name, other):
    """Blanks vary from day to day; two names that differ in case are two providers."""
    return name.split() == other.split()


def is_day(year, month, day):
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def date(text):
    if not text:
        return None
    match = DAY.fullmatch(text) or AMERICAN_DAY.fullmatch(text)
    if not match:
        return None
    year, month, day = (int(match[part]) for part in ("year", "month", "day"))
    return "%04d-%02d-%02d" % (year, month, day) if is_day(year, month, day) else None


def yearly(text):
    """(annual-assessment, annual-assessment.source): one of them or neither."""
    if text is None:
        return None, None
    match = re.fullmatch(r"(\d{1,2})/(\d{1,2})", text)
    # A leap year: the 29th of February is a day on which one can be assessed.
    if match and is_day(2024, int(match[1]), int(match[2])):
        return "--%02d-%02d" % (int(match[1]), int(match[2])), None
    day = date(text)
    return (day, None) if day else (None, text)


def read_publication(path):
    """The wanted files of every service, and the links between services."""
    with open(path, encoding="utf-8") as file:
        publication = json.load(file)
    services, links = {}, set()
    for product in publication["data"]["Products"]:
        number = product["id"].strip()
        if not number:
            continue
        level_source = stated(product, "impact_level")
        annual, annual_source = yearly(stated(product, "annual_assessment"))
        models = [one_line(model).lower() for model in product["service_model"]]
        wanted = {
            "number": number,
            # The oldest publications have the same under other keys.
            "name": stated(product, "cso" if "cso" in product else "service_offering"),
            "provider.name": stated(product, "csp" if "csp" in product else "name"),
            "status": STATUS.get(one_line(product["status"]), "unknown"),
            "status.source": one_line(product["status"]).strip() or None,
            "level": LEVEL.get(level_source.lower()) if level_source else None,
            "auditor": stated(product, "independent_assessor"),
            "annual-assessment": annual,
            "annual-assessment.source": annual_source,
            "service-model": "\n".join(model for model in models if model) or None,
        }
        for key, name in DATES.items():
            wanted[name] = date(stated(product, key))
        services[number] = wanted
        # Those named here are built on this product. Some name themselves, which says nothing.
        for system in product["leveraged_systems"]:
            if system["id"].strip() != number:
                links.add((system["id"].strip(), number))
    day = publication["meta"]["last_change"][:10]
    return services, links, day


class Comparison:
    def __init__(self, tree):
        self.tree = tree
        self.differences = 0
        self.compared = 0

    def differs(self, *what):
        self.differences += 1
        print("difference:", *what)

    def equal(self, what, found, wanted):
        self.compared += 1
        if found != wanted:
            self.differs("%s: %r in the tree, %r in the publication" % (what, found, wanted))

    def read(self, *names):
        """A file's line without its end; None when there is no such file."""
        path = os.path.join(self.tree, *names)
        try:
            with open(path, "rb") as file:
                content = file.read()
        except FileNotFoundError:
            return None
        if content == b"":
            return ""
        if not content.endswith(b"\n"):
            self.differs(path + ": doesn't end with a line's end")
        return content[:-1].decode("utf-8")

    def list(self, *names):
        try:
            return set(os.listdir(os.path.join(self.tree, *names)))
        except FileNotFoundError:
            return set()

    def target(self, *names):
        return os.readlink(os.path.join(self.tree, *names))

    def set_equal(self, what, found, wanted):
        self.compared += 1
        for name in sorted(found - wanted):
            self.differs("%s: %s is in the tree alone" % (what, name))
        for name in sorted(wanted - found):
            self.differs("%s: %s is in the publication alone" % (what, name))

    def service(self, number, wanted):
        for name, value in wanted.items():
            self.equal("%s/%s" % (number, name), self.read("services", number, name), value)
        self.equal(number + "/controls", len(self.list("services", number, "controls")),
                   CONTROLS.get(wanted["level"], 0))
        basis = "level" if wanted["level"] in CONTROLS else "none"
        self.equal(number + "/controls.basis", self.read("services", number, "controls.basis"),
                   basis)

    def provider(self, number, stated_name):
        """Where a service's provider link leads, by name; and that it leads back."""
        path = os.path.join(self.tree, "services", number, "provider")
        if not os.path.islink(path):
            self.equal(number + "/provider", None, stated_name)
            return None
        slug = os.path.basename(os.readlink(path))
        name = self.read("providers", slug, "name")
        if stated_name is None or name is None or not same_provider(name, stated_name):
            self.equal(number + "/provider/name", name, stated_name)
        back = os.path.join(self.tree, "providers", slug, "services", number)
        self.equal(back + " leads back", os.path.realpath(back),
                   os.path.realpath(os.path.join(self.tree, "services", number)))
        return slug

    def providers(self, services):
        slugs, names = {}, {}
        for number, wanted in services.items():
            slug = self.provider(number, wanted["provider.name"])
            if slug is None:
                continue
            known = names.setdefault(slug, wanted["provider.name"])
            if not same_provider(known, wanted["provider.name"]):
                self.differs("providers/%s stands for %r and %r" %
                             (slug, known, wanted["provider.name"]))
            known = slugs.setdefault(" ".join(wanted["provider.name"].split()), slug)
            self.equal("provider of %r" % wanted["provider.name"], slug, known)
        self.set_equal("providers", {name for name in self.list("providers")
                                     if self.list("providers", name, "services")},
                       set(names))

    def leverages(self, services, links):
        wanted = {(user, base) for user, base in links if user in services and base in services}
        found = {(user, base) for user in services
                 for base in self.list("services", user, "leverages")}
        self.set_equal("leverages", found, wanted)
        found = {(user, base) for base in services
                 for user in self.list("services", base, "leveraged-by") if user in services}
        self.set_equal("leveraged-by", found, wanted)
        for relation in ("leverages", "leveraged-by"):
            for number in services:
                for name in self.list("services", number, relation):
                    if self.read("services", number, relation, name, "number") != name:
                        self.differs("services/%s/%s/%s leads elsewhere" %
                                     (number, relation, name))

    def facets(self, services):
        for facet, field in (("by-status", "status"), ("by-level", "level")):
            groups = collections.defaultdict(set)
            for number, wanted in services.items():
                if wanted[field]:
                    groups[wanted[field]].add(number)
            # What left the list has places of its own there.
            self.set_equal(facet, self.list(facet) - {"delisted"}, set(groups))
            for word, numbers in groups.items():
                found = {name for name in self.list(facet, word)
                         if not self.target(facet, word, name).startswith("../../delisted/")}
                self.set_equal(facet + "/" + word, found, numbers)

    def delisted(self, services, day, seen):
        gone = {number for number in seen if number not in services}
        self.set_equal("delisted", self.list("delisted"), gone)
        for number in gone:
            seen[number][1] = seen[number][1] or day
            name, left = seen[number]
            for field, value in (("status", "delisted"), ("name", name), ("delisted-on", left)):
                self.equal("delisted/%s/%s" % (number, field),
                           self.read("delisted", number, field), value)
        for number, wanted in services.items():
            seen[number] = [wanted["name"], None]


def main():
    arguments = sys.argv[1:]
    seen_path = None
    if len(arguments) == 4 and arguments[0] == "--seen":
        seen_path = arguments[1]
        arguments = arguments[2:]
    if len(arguments) != 2:
        sys.exit(__doc__)
    services, links, day = read_publication(arguments[0])
    seen = {}
    if seen_path and os.path.exists(seen_path):
        with open(seen_path, encoding="utf-8") as file:
            seen = json.load(file)

    comparison = Comparison(arguments[1])
    comparison.set_equal("services", comparison.list("services"), set(services))
    for number, wanted in services.items():
        comparison.service(number, wanted)
    comparison.providers(services)
    comparison.leverages(services, links)
    comparison.facets(services)
    comparison.delisted(services, day, seen)
    comparison.equal(".registry/day", comparison.read(".registry", "day"), day)

    if seen_path:
        with open(seen_path, "w", encoding="utf-8") as file:
            json.dump(seen, file)
    print("%s: %d services, %d links between them, %d comparisons, %d differences" %
          (day, len(services), len(links), comparison.compared, comparison.differences))
    sys.exit(comparison.differences > 0)


main()
