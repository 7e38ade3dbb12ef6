#!/usr/bin/env python3
"""A made-up list for checking what people claim, on stdout: `claims.py before DAY` and, after a day on which
services left, changed and were renamed, `claims.py after DAY`. Every service in it is invented."""

import json
import sys


def service(number, name, status="certified", **more):
    row = {"number": number, "name": name, "provider": "Imaginary Provider", "status": status, "level": "moderate",
           "level.source": "Moderate", "class": "c"}
    row.update({key.replace("_", "-"): value for key, value in more.items()})
    return row


def services(after, day):
    events = [{"date": "2012-11-02", "to": "in-process"}, {"date": "2013-05-01", "to": "certified"}]
    remediation = {"date": day, "from": "certified", "to": "certified-in-remediation"}
    yield service("F-0001", "Imaginary Base") | {"events.tsv": events}
    yield service("F-0002", "Imaginary Mail", registered_on="2021-10-28")
    gone = {"delisted-on": day, "delisted-on.basis": "stated", "status.source": "Delisted"} if after else {}
    yield service("F-0003", "Imaginary Analytics", "delisted" if after else "certified") | gone | {
        "class": "d", "level": "high", "level.source": "High"}
    yield service("F-0004", "Imaginary Cases", "certified-in-remediation" if after else "certified") | {
        "events.tsv": events + [remediation] * after}
    yield service("F-0005", "Imaginary Twin")
    yield service("F-0006", "Imaginary Twin", "in-process")
    yield service("F-0007", "Imaginary Tickets", leverages=["F-0003"])
    yield service("F-0008", "Imaginary Draft", "in-process")
    yield service("F-0009", "Imaginary Riddle", "unknown")
    yield service("F-0010", "Imaginary New Name" if after else "Imaginary Old Name")
    if not after:
        yield service("F-0011", "Imaginary Vanished")
    yield service("F-0012", "Imaginary Lowered", annual_assessment="2020-02-03") | {"class": "c" if after else "d"}
    yield service("F-0013", "Imaginary Pair", "in-process")
    yield service("F-0014", "Imaginary Pair", "in-process")
    for number in range(20, 40):
        yield service(f"F-{number:04d}", f"Imaginary Filler {number}")


def main():
    which, day = sys.argv[1:3]
    json.dump({
        "format": "ismapfs-interchange", "version": 1, "published": day, "complete": "--partial" not in sys.argv,
        "registry": {"name": "fedramp", "title": "Imaginary Marketplace", "time_zone": "UTC", "language": "en"},
        "services": list(services(which == "after", day)),
    }, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
