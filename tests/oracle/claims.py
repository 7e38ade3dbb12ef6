#!/usr/bin/env python3
"""What `check` must answer about a FedRAMP list in the shape of data.json: an independent reading.

    claims.py claims LIST      500 claims: numbers and names as the list has them and as people write them, and
                               some that no list has, one a line
    claims.py verdicts LIST    for each claim on stdin what must be said: claim, result, number, candidates; with tabs
"""

import collections
import json
import sys
import unicodedata

COUNT = 500
HOLDS = {"FedRAMP Authorized"}


def products(path):
    with open(path, encoding="utf-8") as file:
        return [(row["id"].strip(), row["cso"].strip(), row["status"]) for row in json.load(file)["data"]["Products"]]


def fold(text):
    """Width, case, hyphens, quotation marks, blanks."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    for mark in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212~":
        text = text.replace(mark, "-")
    for mark in "\u2018\u2019":
        text = text.replace(mark, "'")
    return "-".join(" ".join(part.split()) for part in text.split("-"))


def wide(text):
    return "".join(chr(ord(char) + 0xfee0) if "!" <= char <= "~" else char for char in text)


def claims(rows):
    forms = (str, str.upper, str.lower, wide, lambda text: f"  {text} ", lambda text: text.replace("-", "\u2010"))
    for place in range(COUNT):
        number, name, _ = rows[place * 7 % len(rows)]
        text = number if place % 2 else name
        if place % 25 == 24:
            text = f"Imaginary {place} {text}"
        yield forms[place % len(forms)](text)


def verdicts(rows, lines):
    numbers = {fold(number): (number, status) for number, _, status in rows}
    names = collections.defaultdict(list)
    for number, name, status in rows:
        names[fold(name)].append((number, status))
    for line in lines:
        claim = " ".join(line.split())
        found = [numbers[fold(claim)]] if fold(claim) in numbers else names.get(fold(claim), [])
        some_hold = any(status in HOLDS for _, status in found)
        if len(found) == 1:
            yield claim, "holds" if some_hold else "fails", found[0][0], ""
        else:
            yield claim, "unclear" if some_hold else "fails", "", " ".join(sorted(number for number, _ in found))


def main():
    rows = products(sys.argv[2])
    if sys.argv[1] == "claims":
        print("\n".join(claims(rows)))
        return
    for verdict in verdicts(rows, sys.stdin.read().splitlines()):
        print("\t".join(verdict))


if __name__ == "__main__":
    main()
