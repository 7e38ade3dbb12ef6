"""The data of tables/report.html, as its own script reads it."""

import json
import re

EVENTS = {-1: "added", -2: "returned", -3: "delisted", -4: "leverages"}


def read(path):
    """What the page says of the list; a service is [key, listed, {field: text}, [[day, field or event, before, after]], built on, baseline, controls,
    entity, [[field, generation]], since, whether only this copy saw it]."""
    with open(path, newline="", encoding="utf-8") as file:
        return unpack(json.loads(re.search(r'id="data">(.*?)</script>', file.read(), re.S).group(1)))


def unpack(data):
    def whole(value):
        if isinstance(value, list):
            return "\n".join(map(whole, value))
        return data["strings"][value] if isinstance(value, int) else value

    def rows(flat, length):
        return [flat[i:i + length] for i in range(0, len(flat), length)]

    for row in data["services"]:
        row[0], row[5], row[9] = whole(row[0]), whole(row[5]), whole(row[9])
        row[2] = {field: whole(value) for field, value in zip((whole(row[2][0]) or "").split(), row[2][1:])}
        row[3] = [[whole(day), EVENTS.get(what, what), whole(before), whole(after)] for day, what, before, after in rows(row[3], 4)]
        row[4] = list(map(whole, row[4]))
        row[8] = rows(row[8], 2)
        del row[11:]
    return data
