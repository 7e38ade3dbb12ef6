#!/usr/bin/env python3
"""A made-up list that changes: sequence.py SEED COUNT FOLDER writes COUNT publications, in the
interchange format, each with a few changes against the one before.

Everything that ties services to each other changes: shared and confusable names, providers that
change their writing, what services are built on, the catalogue, whether the list is whole. Services
come back as they were, records are written otherwise or twice, and some publications are to be
refused. The same seed always gives the same bytes.
"""

import copy
import json
import os
import random
import sys

NAMES = ["Alpha", "Beta", "Alpha~3", "Alpha~3~4", "Beta~1", "Gamma/Delta", "Gamma-Delta", "\u3000", "alpha"]
PROVIDERS = ["ACME Inc", "ACME, Inc.", "acme inc", "Beta KK", "Beta-KK", "Gamma", "Gamma Holdings", "\u65e5\u672c"]
AUDITORS = ["Audit One", "Audit, One", "Audit Two"]
STATUSES = ["registered", "registered", "registered", "unverified", "unknown", "withdrawn"]
CONTROLS = ["2025/1.1", "2025/1.1.1", "2025/1.2", "2025/1.3"]
IDS = [str(number) for number in range(1, 15)] + ["odd id", "odd/id", "3~4"]


def change(rng, service):
    what = rng.choice(["name", "provider", "provider.en", "auditor", "status", "level", "valid-until", "baseline",
                       "controls", "leverages", "uei", "note", "extra.x", "name.en"])
    gone = rng.random() < 0.2
    value = {
        "name": rng.choice(NAMES), "name.en": rng.choice(NAMES), "provider": rng.choice(PROVIDERS),
        "provider.en": rng.choice(["One", "Two"]), "auditor": rng.choice(AUDITORS), "status": rng.choice(STATUSES),
        "level": rng.choice(["high", "low"]), "valid-until": rng.choice(["2025-01-31", "2025-02", "2026-03-01"]),
        "baseline": rng.choice(["basic", "full"]), "controls": rng.sample(CONTROLS, rng.randint(0, 3)),
        "leverages": rng.sample(IDS + ["nowhere"], rng.randint(0, 3)), "uei": rng.choice(["U1", "U2", ""]),
        "note": str(rng.random()), "extra.x": rng.choice(["a", "b"]),
    }[what]
    service.pop(what, None)
    if not gone:
        service[what] = value
    if what in ("baseline", "controls") and "baseline" in service and service.get("controls"):
        del service["controls" if what == "baseline" else "baseline"]


def make(rng, number):
    service = {"number": number, "name": rng.choice(NAMES), "provider": rng.choice(PROVIDERS), "status": "registered"}
    for _ in range(rng.randint(0, 6)):
        change(rng, service)
    return service


def rename_provider(rng, services):
    old, new = rng.sample(PROVIDERS, 2)
    for service in services.values():
        if service.get("provider") == old:
            service["provider"] = new


def catalogue(rng):
    """Controls and baselines, now and then without one of them."""
    present = [key for key in CONTROLS if rng.random() < 0.8] or CONTROLS[:1]
    baselines = [{"id": "basic", "title": "Basic", "controls": present[:1]},
                 {"id": "full", "title": rng.choice(["Full", "Whole"]), "controls": present}]
    return {
        "editions": [{"id": "2025", "title": "Imaginary criteria", "controls": [
            {"id": key.split("/")[1], "title": rng.choice(["Control", "Policy"])} for key in present]}],
        "baselines": [baseline for baseline in baselines if rng.random() < 0.85],
    }


def withdraw(rng, services, document):
    """What is in the catalogue no more is declared no more, but for a service that is behind."""
    controls = {"2025/" + control["id"] for control in document["editions"][0]["controls"]}
    baselines = {baseline["id"] for baseline in document["baselines"]}
    for service in services.values():
        if rng.random() < 0.03:
            continue
        if service.get("baseline") not in baselines:
            service.pop("baseline", None)
        if "controls" in service:
            service["controls"] = [key for key in service["controls"] if key in controls]


def state_provider(rng, document):
    """More of a provider than its name, no more than that, or nothing."""
    name = rng.choice(PROVIDERS + ["Solo"])
    document["providers"] = [p for p in document["providers"] if p["name"] != name]
    if rng.random() < 0.7:
        stated = {"name": name}
        if rng.random() < 0.7:
            stated[rng.choice(["url", "name.en", "note"])] = rng.choice(["x", "y", None])
        document["providers"].append(stated)


def rewrite(rng, listed):
    """The same, written otherwise; or twice."""
    place = rng.randrange(len(listed))
    items = list(listed[place].items())
    rng.shuffle(items)
    if rng.random() < 0.5:
        listed[place] = dict(items)
    else:
        listed.append(dict(items))
        if rng.random() < 0.2:
            listed[-1]["note"] = "another"


def step(rng, services, document, gone):
    for number in rng.sample(IDS, rng.randint(0, 2)):
        if number in services:
            gone[number] = services.pop(number)
        elif number in gone and rng.random() < 0.5:
            services[number] = gone[number]
        else:
            services[number] = make(rng, number)
    for number in rng.sample(sorted(services), min(len(services), rng.randint(0, 2))):
        change(rng, services[number])
    if rng.random() < 0.25:
        rename_provider(rng, services)
    if rng.random() < 0.2:
        state_provider(rng, document)
    if rng.random() < 0.15:
        document.update(catalogue(rng))
    withdraw(rng, services, document)


def main():
    seed, count, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    rng = random.Random(seed)
    os.makedirs(folder, exist_ok=True)
    document = {
        "format": "ismapfs-interchange", "version": 1,
        "registry": {"name": "synthetic", "title": "Synthetic List", "time_zone": "UTC", "language": "en"},
        "about": ["Every service of an imaginary registry."], "providers": [], **catalogue(rng),
    }
    services = {number: make(rng, number) for number in rng.sample(IDS, 9)}
    withdraw(rng, services, document)
    gone, past = {}, []
    for place in range(count):
        if place:
            step(rng, services, document, gone)
        if past and rng.random() < 0.1:
            services, document = copy.deepcopy(rng.choice(past))
        past.append(copy.deepcopy((services, document)))
        services = services or {"1": make(rng, "1")}
        published = copy.deepcopy(document)
        published["published"] = f"2025-01-01T{place // 60:02}:{place % 60:02}:00Z"
        published["complete"] = rng.random() < 0.75 or place == 0
        listed = list(services.values())
        if not published["complete"]:
            listed = rng.sample(listed, rng.randint(1, len(listed)))
            published["providers"] = [p for p in published["providers"] if rng.random() < 0.5]
        elif rng.random() < 0.3:
            rng.shuffle(listed)
        if rng.random() < 0.2:
            rewrite(rng, listed)
        if place and rng.random() < 0.5:
            del published["editions"], published["baselines"]
        published["services"] = listed
        with open(os.path.join(folder, f"{place:03}.json"), "w", encoding="utf-8") as file:
            json.dump(published, file, indent=1)


if __name__ == "__main__":
    main()
