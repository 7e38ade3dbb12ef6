#!/usr/bin/env python3
"""What is known of each day, computed from the publications alone.

usage: days.py make FOLDER ZONE SEED COUNT    writes publications over about three years, with gaps
       days.py words FILE…                    prints `DAY<TAB>word` from the first to the last known day
       days.py newest FILE…                   prints the day of the newest list that differs from the one before

A publication that says what the one before said makes no generation; it shows that the one before was the
newest at its time. The clock is Python's, not the program's.
"""
import datetime
import json
import os
import random
import sys
import zoneinfo

DAY = datetime.timedelta(days=1)


def make(folder, zone, seed, count):
    numbers = random.Random(int(seed))
    when = datetime.datetime(2023, 2, 27, 3, 4, 5, tzinfo=datetime.timezone.utc)
    status = 0
    for number in range(int(count)):
        # Some days have several lists, some gaps are long, some times are at a day's edge.
        step = numbers.choice([0.02, 0.3, 0.5, 1, 1, 1, 2, 3, 12, 25])
        when += datetime.timedelta(days=step * numbers.uniform(0.5, 1.5))
        stated = when
        if numbers.random() < 0.15:
            local = when.astimezone(zoneinfo.ZoneInfo(zone)).date() + DAY
            stated = datetime.datetime(local.year, local.month, local.day, tzinfo=zoneinfo.ZoneInfo(zone))
            stated += datetime.timedelta(seconds=numbers.choice([-1, 0, 0, 1]))
            stated = stated.astimezone(datetime.timezone.utc)
            when = max(when, stated)
        status += numbers.random() < 0.55
        publication = {
            "format": "ismapfs-interchange", "version": 1,
            "registry": {"name": "known", "title": "Known List", "time_zone": zone, "language": "en"},
            "published": when.strftime("%Y-%m-%dT%H:%M:%SZ"), "complete": True,
            "services": [{"number": "K-1", "name": "One", "status": f"state-{status}"}],
        }
        if number % 7 == 3:
            # Only the day, which begins in the registry's zone.
            day = (when.astimezone(zoneinfo.ZoneInfo(zone)) + DAY).date()
            publication["published"] = day.isoformat()
            when = begins(day, zone).astimezone(datetime.timezone.utc)
        with open(os.path.join(folder, f"{number:04}.json"), "w", encoding="utf-8") as file:
            json.dump(publication, file)


def begins(day, zone):
    return datetime.datetime(day.year, day.month, day.day, tzinfo=zoneinfo.ZoneInfo(zone))


def read(paths):
    """The lists that differ: [time, held until], each in the registry's zone."""
    rows, zone, before = [], None, None
    publications = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            publication = json.load(file)
        zone = publication["registry"]["time_zone"]
        text = publication["published"]
        when = (begins(datetime.date.fromisoformat(text), zone) if len(text) == 10
                else datetime.datetime.fromisoformat(text.replace("Z", "+00:00")))
        publications.append((when.astimezone(zoneinfo.ZoneInfo(zone)), publication["services"]))
    for when, services in sorted(publications, key=lambda row: row[0].timestamp()):
        if services != before:
            rows.append([when, when])
        rows[-1][1] = when
        before = services
    return rows, zone


def words(paths):
    rows, zone = read(paths)
    day, last = rows[0][0].date(), rows[-1][1].date()
    while day <= last:
        end = begins(day + DAY, zone)
        number = max(i for i, row in enumerate(rows) if row[0].date() <= day)
        if rows[number][0].date() == day:
            word = "published"
        elif rows[number][1].timestamp() >= end.timestamp():
            word = "confirmed"
        else:
            word = "unconfirmed"
        print(f"{day}\t{word}")
        day += DAY


def main():
    if sys.argv[1] == "make":
        make(*sys.argv[2:])
    elif sys.argv[1] == "words":
        words(sys.argv[2:])
    else:
        print(read(sys.argv[2:])[0][-1][0].date())


main()
