#!/usr/bin/env python3
"""Compares the changes that a store recorded with an independent account.

usage: fedramp_changes.py EXPECTED.tsv CHANGES.json PUBLICATION.json...

The publications were imported in the order of their time; CHANGES.json is what
`ismap-sync changes --format json` printed. For each pair of publications that
follow each other, the five fields that EXPECTED covers are compared twice: with
a difference made here, straight from the two files, and with EXPECTED's rows,
where the two files are a day apart or EXPECTED's days between them add up.
Prints each difference; exit status 1 when there is any.
"""
import collections
import json
import re
import sys

FIELDS = {"cso": "name", "csp": "provider.name", "status": "status.source",
          "impact_level": "level.source", "auth_date": "registered-on"}
SENTINELS = {"", "Not Active", "Not Authorized", "#REF!", "#N/A", "N/A"}


def plain(field, text):
    """A value as the tree shows it: one line; dates without a time; nothing for a sentinel."""
    if text.strip() in SENTINELS:
        return ""
    if field == "auth_date":
        return text[:10]
    return re.sub(r"[\r\n\t]+", " ", text)


def read(path):
    with open(path, encoding="utf-8") as file:
        publication = json.load(file)
    products = {}
    for product in publication["data"]["Products"]:
        number = product["id"].strip()
        if not number:
            continue
        values = {"csp": product.get("csp", product.get("name")),
                  "cso": product.get("cso", product.get("service_offering")),
                  "status": product["status"], "impact_level": product["impact_level"],
                  "auth_date": product["auth_date"]}
        products[number] = {field: plain(field, text) for field, text in values.items()}
    return publication["meta"]["last_change"], products


def difference(before, after):
    rows = {("added", number, "", "", "") for number in after.keys() - before.keys()}
    rows |= {("removed", number, "", "", "") for number in before.keys() - after.keys()}
    for number in before.keys() & after.keys():
        for field in FIELDS:
            old, new = before[number][field], after[number][field]
            if old != new:
                rows.add(("changed", number, field, old, new))
    return rows


def add_up(days):
    """The net effect of several days of EXPECTED's rows, or None where they don't tell."""
    presence, fields, rows = {}, {}, set()
    for day in days:
        for event, number, old, new in day:
            if event in ("added", "removed"):
                presence.setdefault(number, []).append(event)
            else:
                first = fields.setdefault((number, event), [old, new])
                first[1] = new
    for number, events in presence.items():
        if len(events) > 1:
            return None
        rows.add((events[0], number, "", "", ""))
    for (number, event), (old, new) in fields.items():
        old, new = plain(event, old), plain(event, new)
        if number not in presence and old != new:
            rows.add(("changed", number, event, old, new))
    return rows


def recorded(path):
    """Rows by the time of the publication that they came with."""
    kinds = {"added": "added", "returned": "added", "delisted": "removed", "changed": "changed"}
    names = {name: field for field, name in FIELDS.items()}
    rows = collections.defaultdict(set)
    with open(path, encoding="utf-8") as file:
        for change in json.load(file):
            kind = kinds[change["kind"]]
            if kind != "changed":
                rows[change["time"]].add((kind, change["service"], "", "", ""))
            elif change["field"] in names:
                rows[change["time"]].add((kind, change["service"], names[change["field"]],
                                          change["old"], change["new"]))
    return rows


def utc(stamp):
    """US Eastern time in spite of its Z, as UTC to the second."""
    import datetime
    import zoneinfo
    local = datetime.datetime.strptime(stamp[:19], "%Y-%m-%dT%H:%M:%S")
    zone = zoneinfo.ZoneInfo("America/New_York")
    return local.replace(tzinfo=zone).astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def main():
    expected = collections.defaultdict(list)
    with open(sys.argv[1], encoding="utf-8") as file:
        next(file)
        for line in file:
            date, _, event, number, old, new = line.rstrip("\n").split("\t")
            expected[date].append((event, number.strip(), old, new))
    ours = recorded(sys.argv[2])
    publications = sorted({stamp: products for stamp, products in map(read, sys.argv[3:])}.items())
    failed = by_files = by_days = 0
    for (stamp_before, before), (stamp, after) in zip(publications, publications[1:]):
        wanted, got = difference(before, after), ours.pop(utc(stamp), set())
        by_files += 1
        for row in wanted ^ got:
            failed += 1
            print(f"{stamp}: {'missing' if row in wanted else 'too much'}: {row}")
        if stamp[:10] < "2023-09-01":
            continue
        days = [expected[day] for day in sorted(expected) if stamp_before[:10] < day <= stamp[:10]]
        net = add_up(days)
        if net is None:
            continue
        by_days += 1
        for row in net ^ got:
            failed += 1
            print(f"{stamp}: against the day-to-day account {'missing' if row in net else 'too much'}: {row}")
    for time, rows in ours.items():
        if rows:
            failed += 1
            print(f"{time}: changes at a time that no publication has: {len(rows)}")
    print(f"{by_files} transitions compared with the files, {by_days} with the day-to-day account, "
          f"{failed} differences")
    return failed > 0 or by_days == 0


if __name__ == "__main__":
    sys.exit(main())
