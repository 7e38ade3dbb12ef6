#!/usr/bin/env python3
"""The FedRAMP Marketplace's list as it might change: fedramp_sequence.py SEED COUNT FOLDER writes COUNT
made-up publications, each with a few changes against the one before.

Products come, go and return as they were, change hands, names and levels; what is built on a product is
said by that product, whoever else changes. Records are written otherwise, or twice; some publications
are to be refused. The same seed always gives the same bytes.
"""

import copy
import json
import os
import random
import sys

import fedramp

NAMES = ["Alpha", "Beta", "Alpha~FR3", "alpha", "Gamma/Delta", "Gamma-Delta", "\u3000", "N/A"]
PROVIDERS = ["ACME Inc", "ACME, Inc.", "acme inc", "Beta Corp", "Beta-Corp", "Gamma", " Gamma ", "N/A"]
ASSESSORS = ["Audit One", "Audit, One", "Audit Two", "N/A", ""]
IDS = [f"FR{number}" for number in range(1, 15)] + ["odd id", "odd/id", "FR3~x"]
DATES = ["2021-03-04T20:00:00.000Z", "3/4/2021", "Not Authorized", "soon", "", None, 45123, "2/29/2023"]


def change(rng, row):
    what = rng.choice(["cso", "csp", "status", "impact_level", "independent_assessor", "auth_date", "uei", "extra",
                       "service_model", "agency_authorizations", "annual_assessment", "website", "leveraged_systems"])
    value = {
        "cso": rng.choice(NAMES), "csp": rng.choice(PROVIDERS),
        "status": rng.choice([*fedramp.STATUSES, "Unheard", ""]),
        "impact_level": rng.choice(["High", "Moderate", "Low", "LI-SaaS", "20x Low", "#N/A", "", 1, "1"]),
        "independent_assessor": rng.choice(ASSESSORS), "auth_date": rng.choice(DATES),
        "uei": rng.choice(["U1", "U2", "", "#N/A"]), "extra": rng.choice([None, "unread"]),
        "service_model": rng.choice([["SaaS"], ["SaaS", "PaaS"], ["PaaS", "SaaS"], [["SaaS"]], [""], "SaaS"]),
        "agency_authorizations": rng.choice([[], [""], ["One"], ["One", "Two"], ["OneTwo"]]),
        "annual_assessment": rng.choice(["03/04", "#REF!", 45123, "45123"]),
        "website": rng.choice(["https://a.example/", "1", 1, True, None]),
        "leveraged_systems": [{"id": other} for other in rng.sample(IDS + ["FR3 "], rng.randint(0, 3))],
    }[what]
    row[what] = value
    if what == "cso":
        row["service_offering"] = value
    if what == "csp":
        row["name"] = value


def make(rng, number):
    row = dict(fedramp.product(IDS.index(number), 1), id=number, csp=rng.choice(PROVIDERS), cso=rng.choice(NAMES))
    row.update(name=row["csp"], service_offering=row["cso"])
    for _ in range(rng.randint(0, 5)):
        change(rng, row)
    return row


def rename_provider(rng, rows):
    old, new = rng.sample(PROVIDERS, 2)
    for row in rows.values():
        if row["csp"] == old:
            row["csp"] = row["name"] = new


def step(rng, rows, gone):
    for number in rng.sample(IDS, rng.randint(0, 2)):
        if number in rows:
            gone[number] = rows.pop(number)
        elif number in gone and rng.random() < 0.5:
            rows[number] = gone[number]
        else:
            rows[number] = make(rng, number)
    for number in rng.sample(sorted(rows), min(len(rows), rng.randint(0, 2))):
        change(rng, rows[number])
    if rng.random() < 0.25:
        rename_provider(rng, rows)


def listing(rng, rows):
    """The products as one publication has them."""
    listed = [copy.deepcopy(row) for row in rows.values()]
    if rng.random() < 0.3:
        rng.shuffle(listed)
    if rng.random() < 0.2:
        items = list(rng.choice(listed).items())
        rng.shuffle(items)
        listed.append(dict(items))
        if rng.random() < 0.2:
            listed[-1]["website"] = "https://another.example/"
    if rng.random() < 0.2:
        listed[0]["id"] += " "
    if rng.random() < 0.2:
        listed.insert(0, {"id": "", "leveraged_systems": [{"id": IDS[0]}]})
    return listed


def main():
    seed, count, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    rng = random.Random(seed)
    os.makedirs(folder, exist_ok=True)
    rows = {number: make(rng, number) for number in rng.sample(IDS, 9)}
    gone, past = {}, []
    for place in range(count):
        if place:
            step(rng, rows, gone)
        if past and rng.random() < 0.1:
            rows = copy.deepcopy(rng.choice(past))
        rows = rows or {IDS[0]: make(rng, IDS[0])}
        past.append(copy.deepcopy(rows))
        published = {"meta": {"last_change": f"2025-01-01T{place // 60:02}:{place % 60:02}:00.000Z"},
                     "data": {"Products": listing(rng, rows)}}
        with open(os.path.join(folder, f"{place:03}.json"), "w", encoding="utf-8") as file:
            json.dump(published, file, indent=1)


if __name__ == "__main__":
    main()
