#!/usr/bin/env python3
"""Years of a made-up list, a file for each month: years.py FOLDER MONTHS [FIRST]

In the interchange format, from January 2023 on; from its month FIRST (0) on. Names and statuses change,
services leave and come back. The same options always give the same bytes.
"""
import json
import sys

LONGER = ", which has a name of so many words that a sentence about it can't quote all of them"
STATUSES = "registered", "suspended", "in-process"


def service(number, month):
    return {"number": "Y-%04d" % number, "provider": "Provider %d" % (number % 5),
            "name": "Service %d, edition %d%s" % (number, (month + number) // 6, LONGER if number == 0 else ""),
            "status": STATUSES[(month + 2 * number) // 7 % 3], "baseline": "b",
            "valid-until": "%d-03-31" % (2024 + (month + number) // 12)}


def listed(number, month):
    return not (number % 4 == 3 and (month + number) % 9 < 2)


def document(month):
    return {"format": "ismapfs-interchange", "version": 1, "complete": True,
            "published": "%d-%02d-15T09:00:00Z" % (2023 + month // 12, month % 12 + 1),
            "registry": {"name": "years", "title": "Years", "time_zone": "UTC", "language": "en"},
            "editions": [{"id": "e", "title": "E", "controls": [{"id": "1.1", "title": "T"}]}],
            "baselines": [{"id": "b", "title": "B", "controls": ["e/1.1"]}],
            "services": [service(number, month) for number in range(12) if listed(number, month)]}


folder, months = sys.argv[1], int(sys.argv[2])
for month in range(int(sys.argv[3]) if len(sys.argv) > 3 else 0, months):
    with open("%s/%04d.json" % (folder, month), "w", encoding="utf-8") as file:
        json.dump(document(month), file)
