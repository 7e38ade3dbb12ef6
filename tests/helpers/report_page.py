#!/usr/bin/env python3
"""Checks tables/report.html against the tree that it is in.

report_page.py TREE: the page is whole in itself and lets nothing in from
elsewhere, and its data is what the tree says: every service, listed or not,
with the values of its files, what it is built on, its history as in changes/,
and how many services had each status on the first and on the last day. Prints
each difference; exit status 1 when there is any. Knows nothing of how the page
is made.
"""

import base64
import collections
import hashlib
import json
import os
import re
import sys
from html.parser import HTMLParser

import report_data

TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
TOLD = {"name", "name.en", "number", "status", "level", "class", "provider.name", "registered-on", "valid-until",
        "certification-type"}
KINDS = ("added", "returned", "delisted")


class Page(HTMLParser):
    """Its elements, and what is within those that aren't text."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.wrong, self.raw, self.inside = [], collections.defaultdict(str), ""
        self.csp, self.texts = None, ""

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag not in ("html", "head", "meta", "title", "style", "body", "div", "noscript", "h1", "p", "code", "script"):
            self.wrong.append(f"<{tag}> has no business here")
        for name in values:
            if name.startswith("on") or name in ("style", "src", "srcset", "href", "action"):
                self.wrong.append(f"attribute {name}={values[name]}")
        if values.get("http-equiv") == "Content-Security-Policy":
            self.csp = values["content"]
        self.inside = values.get("type", tag) if tag in ("script", "style") else ""

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside:
            self.raw[self.inside] += data
        else:
            self.texts += data


def read(*names):
    try:
        with open(os.path.join(*names), newline="", encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        return None
    return text[:-1] if text.endswith("\n") else text


def upright(text):
    return TURNING.sub("\ufffd", text)


def shown(text, kind):
    longest = 20000 if kind == "text" else 8000
    return upright(text if len(text) <= longest else text[:longest] + "…")


class Check:
    def __init__(self, tree):
        self.tree, self.differences = tree, 0
        with open(os.path.join(tree, "tables", "report.html"), newline="", encoding="utf-8") as file:
            self.bytes = file.read()
        self.page = Page()
        self.page.feed(self.bytes)
        self.page.close()
        self.data = report_data.unpack(json.loads(self.page.raw["application/json"]))
        self.fields = self.data["fields"]
        self.history = self.changes()

    def differ(self, sentence):
        self.differences += 1
        if self.differences <= 20:
            print(sentence)

    def same(self, what, is_, wanted):
        if is_ != wanted:
            self.differ(f"{what}: {is_!r} instead of {wanted!r}")

    def whole_in_itself(self):
        for sentence in self.page.wrong:
            self.differ(sentence)
        hashes = {}
        for kind in ("style", "script"):
            text = self.page.raw[kind]
            digest = hashlib.sha256(text.encode()).digest()
            hashes[kind] = f"'sha256-{base64.b64encode(digest).decode()}'"
            if re.search(r"url\(|@import|https?:(?!//www\.w3\.org/2000/svg)|eval\(|innerHTML|fetch\(|XMLHttp|import\(", text):
                self.differ(f"<{kind}> asks for something from elsewhere")
        self.same("policy", self.page.csp,
                  f"default-src 'none'; style-src {hashes['style']}; script-src {hashes['script']};"
                  " base-uri 'none'; form-action 'none'")
        self.same("once", self.bytes.count('id="data"'), 1)
        if TURNING.search(self.bytes):
            self.differ("a character that turns text around")

    def about(self):
        about = self.data["list"]
        registry = os.path.join(self.tree, ".registry")
        self.same("day", about["day"], read(registry, "day"))
        self.same("whole", about["complete"], int(read(registry, "complete") == "yes"))
        self.same("services", about["services"], len(os.listdir(os.path.join(self.tree, "services"))))
        self.same("checksum", about["documents"][0][2], read(registry, "sha256"))
        self.same("basis", about["basis"], read(registry, "published.basis"))
        for word, in_force, *_ in self.data["words"]:
            self.same(f"in-force of {word}", in_force, self.words().get(word))

    def words(self):
        rows = [line.split("\t") for line in read(self.tree, ".registry", "words").split("\n")[1:]]
        return {row[0]: row[3] for row in rows}

    def values(self, folder, key):
        place = os.path.join(self.tree, folder, key)
        names = {name: read(place, name) for name in os.listdir(place)
                 if os.path.isfile(os.path.join(place, name)) and not os.path.islink(os.path.join(place, name))}
        kinds = {field[0]: field[1] for field in self.fields.values()}
        wanted = {name: shown(text, kinds.get(name)) for name, text in names.items()}
        if wanted.get("number") == upright(key):
            del wanted["number"]
        return wanted

    def changes(self):
        """By service: what changes/ says of it, oldest first."""
        days, history = {}, collections.defaultdict(list)
        for name in os.listdir(os.path.join(self.tree, "changes")):
            if re.fullmatch(r"\d{4}-\d\d-\d\d\.tsv", name):
                for line in (read(self.tree, "changes", name) or "").split("\n"):
                    days[line.split("\t")[0]] = name[:10]
        for line in filter(None, (read(self.tree, "changes", "all.tsv") or "").split("\n")):
            sequence, _, kind, service, what, old, new = line.split("\t")
            if kind in KINDS:
                history[service].append((days[sequence], kind))
            elif kind == "changed" and (what in TOLD or what == "leverages"):
                history[service].append((days[sequence], what, upright(old), upright(new)))
        return history

    def service(self, row):
        key, listed, values, history, built_on, baseline, controls = row[:7]
        folder = "services" if listed else "delisted"
        name = next((one for one in os.listdir(os.path.join(self.tree, folder)) if upright(one) == key), None)
        if name is None:
            return self.differ(f"{key} is not in {folder}/")
        place = os.path.join(self.tree, folder, name)
        self.same(f"{key}: values", {self.fields[field][0]: text for field, text in values.items()}, self.values(folder, name))
        links = sorted(map(upright, os.listdir(os.path.join(place, "leverages")))) if os.path.isdir(os.path.join(place, "leverages")) else []
        self.same(f"{key}: built on", sorted(built_on), links)
        is_ = [(day, what) if what in KINDS else
               (day, what if isinstance(what, str) else self.fields.get(str(what), ["?"])[0], old, new) for day, what, old, new in history]
        self.same(f"{key}: history", is_, self.history.get(name, []))
        basis = values.get("43")
        self.same(f"{key}: baseline", bool(baseline), basis in ("class", "level") or os.path.islink(os.path.join(place, "controls")))
        if basis == "statement" and not baseline:
            self.same(f"{key}: controls", controls, sum(len(files) for _, _, files in os.walk(os.path.join(place, "controls")))
                      + sum(os.path.islink(os.path.join(at, name)) for at, names, _ in os.walk(os.path.join(place, "controls")) for name in names))

    def services(self):
        rows = self.data["services"]
        wanted = [[upright(name) for name in sorted(os.listdir(os.path.join(self.tree, folder)), key=os.fsencode)]
                  for folder in ("services", "delisted")]
        self.same("services", [row[0] for row in rows if row[1]], wanted[0])
        self.same("delisted", [row[0] for row in rows if not row[1]], wanted[1])
        for row in rows:
            self.service(row)

    def statuses(self):
        first = self.data["list"]["first"]
        at_first, now = collections.Counter(), collections.Counter()
        for word, day, number in self.data["statuses"]:
            now[word] += number
            at_first[word] += number if day == first else 0
        self.same("statuses", {word: n for word, n in now.items() if n}, self.counted(os.path.join(self.tree, "services")))
        before = os.path.join(self.tree, "at", first, "services")
        if os.path.isdir(before):
            self.same(f"statuses on {first}", {word: n for word, n in at_first.items() if n}, self.counted(before))

    @staticmethod
    def counted(folder):
        return dict(collections.Counter(filter(None, (read(folder, name, "status") for name in os.listdir(folder)))))

    def run(self):
        self.whole_in_itself()
        self.about()
        if self.data["services"]:
            self.services()
            self.statuses()
        return 1 if self.differences else 0


if __name__ == "__main__":
    sys.exit(Check(sys.argv[1]).run())
