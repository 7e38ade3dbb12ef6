#!/usr/bin/env python3
"""What packs of evidence must say, by an independent reading of the documents that the lists came from.

    evidence.py choose SOURCE COUNT LIST…      services and days at random, the same ones each time: NUMBER<TAB>DAY
    evidence.py check SOURCE FOLDER LIST…      for each line of stdin, the pack FOLDER/<line, from 1> says what they say

SOURCE is interchange, in UTC, or fedramp, in the shape of data.json. Each list is of another day, the oldest first.
"""
import datetime
import hashlib
import json
import random
import re
import sys


class List:
    def __init__(self, source, path):
        with open(path, "rb") as file:
            self.bytes = file.read()
        document = json.loads(self.bytes)
        if source == "fedramp":
            self.time, rows, key = document["meta"]["last_change"], document["data"]["Products"], "id"
            self.place = ".data.Products"
        else:
            self.time, rows, key = document["published"], document["services"], "number"
            self.place = ".services"
        # FedRAMP's is US Eastern, whatever its Z says, and so is the day.
        self.day = self.time[:10]
        self.sha256 = hashlib.sha256(self.bytes).hexdigest()
        self.rows = {}
        for row in rows:
            self.rows.setdefault(row[key].strip(), []).append(row)


def line(text):
    return " ".join(text.split())


def stated(source, row):
    """Fields and their texts, of those that the list states plainly."""
    if source == "fedramp":
        # The oldest files have other members for the two names.
        return {"name": row.get("cso", row.get("service_offering")), "provider.name": row.get("csp", row.get("name")),
                "status.source": row["status"]}
    return {"name": row["name"], "provider.name": row["provider"], "status": row["status"],
            "valid-until": row["valid-until"]}


def choose(source, count, lists):
    chance = random.Random(21)
    # Numbers that need no reading: plain ones, and in no list twice.
    numbers = sorted({number for one in lists for number in one.rows
                      if re.fullmatch(r"[A-Z0-9-]{6,20}", number)
                      and all(len(other.rows.get(number, [])) < 2 for other in lists)})
    first, last = (datetime.date.fromisoformat(one.day) for one in (lists[0], lists[-1]))
    for place in range(count):
        day = first + datetime.timedelta(days=chance.randrange((last - first).days + 1))
        if place % 4 == 0:
            day = datetime.date.fromisoformat(chance.choice(lists).day)
        print(chance.choice(numbers), day.isoformat(), sep="\t")


def check_pack(source, pack, number, day, lists):
    shown = [one for one in lists if one.day <= day][-1]
    following = [one for one in lists if one.day > day]
    with open(pack + "/record.json", encoding="utf-8") as file:
        record = json.load(file)
    with open(pack + "/statement.txt", encoding="utf-8") as file:
        statement = line(file.read())
    with open(pack + "/statement.ja.txt", encoding="utf-8") as file:
        japanese = "".join(file.read().split())
    service, = record["services"]
    row = shown.rows.get(number, [None])[0]
    assert service["number"] == number, service["number"]
    assert service["listed"] == (row is not None), "listed"
    assert record["day"]["day"] == day
    assert record["day"]["basis"] == ("published" if shown.day == day else "unconfirmed"), record["day"]
    document = record["documents"][0]
    assert document["sha256"] == shown.sha256 and document["kept"] and document["size"] == len(shown.bytes)
    assert shown.sha256 in statement and shown.sha256 in japanese
    assert (record["next_list"] or {"day": None})["day"] == (following[0].day if following else None)
    then = {value["field"]: value["text"] for value in service["values"] if value["on_the_day"]}
    if row is None:
        assert "did NOT contain a service with this number" in statement, statement
        assert "掲載されていませんでした" in japanese
        assert service["record"] is None
        return
    for field, text in stated(source, row).items():
        assert line(then[field]) == line(text), (field, then.get(field), text)
    assert '"%s"' % line(stated(source, row)["name"]) in statement, statement
    assert '" contained' not in statement and "contained the service" in statement
    if "status.source" in then:
        assert 'gave its status as "%s"' % line(row["status"]) in statement, statement
        assert "「%s」" % "".join(row["status"].split()) in japanese
    with open("%s/%s" % (pack, service["record"]), encoding="utf-8") as file:
        cut = json.load(file)
    left_out = set(document["left_out"])
    assert cut == {name: value for name, value in row.items() if name not in left_out}
    assert source != "fedramp" or left_out == {"sales_email", "security_email"}


def main():
    what, source, third, *paths = sys.argv[1:]
    lists = [List(source, path) for path in paths]
    if what == "choose":
        choose(source, int(third), lists)
        return
    count = 0
    for count, text in enumerate(sys.stdin, 1):
        number, day = text.rstrip("\n").split("\t")
        try:
            check_pack(source, "%s/%d" % (third, count), number, day, lists)
        except (AssertionError, KeyError, OSError, ValueError) as error:
            sys.exit("pack %d, %s on %s: %r" % (count, number, day, error))
    print(count, "packs agree")


main()
