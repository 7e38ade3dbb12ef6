#!/usr/bin/env python3
"""Checks tables/report.html against the tree that it is in.

report_page.py TREE: the page is whole in itself and lets nothing in from
elsewhere, every service is in its table with the values of its files, and
every number of its charts is what by-status/, by-level/, by-expiry/,
providers/ and changes/ say. Prints each difference; exit status 1 when there
is any. Knows nothing of how the page is made.
"""

import base64
import collections
import hashlib
import os
import re
import sys
from html.parser import HTMLParser

VOID = {"meta", "input", "link", "img", "br", "hr"}
NEVER = {"link", "img", "iframe", "object", "embed", "base", "form", "video", "audio", "image", "use", "foreignobject"}
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


class Page(HTMLParser):
    """Tables by the heading of their section, texts of both languages apart."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.wrong, self.tags = [], collections.Counter()
        self.csp = self.lang = None
        self.raw = {"style": [], "script": []}
        self.open = []
        self.section = ""
        self.tables = collections.defaultdict(list)
        self.texts = collections.defaultdict(list)
        self.trends = []
        self.ids, self.references = [], []

    def handle_starttag(self, tag, attributes):
        self.tags[tag] += 1
        values = dict(attributes)
        if tag in NEVER:
            self.wrong.append(f"<{tag}> has no business here")
        for name, value in attributes:
            if name.startswith("on") or name in ("style", "src", "srcset", "action", "xlink:href"):
                self.wrong.append(f"attribute {name}={value}")
            if name == "href" and not value.startswith("#"):
                self.wrong.append(f"href={value}")
        if values.get("http-equiv") == "Content-Security-Policy":
            self.csp = values["content"]
        if tag == "html":
            self.lang = values.get("lang")
        if "id" in values:
            self.ids.append(values["id"])
        for name in ("aria-labelledby", "for"):
            self.references += values.get(name, "").split()
        if values.get("href", "").startswith("#"):
            self.references.append(values["href"][1:])
        if tag == "section":
            self.section = values.get("aria-labelledby", "")
        if tag == "tr":
            self.tables[self.section].append([])
        if tag in ("td", "th"):
            while self.open and self.open[-1][0] in ("td", "th"):
                self.open.pop()
            self.tables[self.section][-1].append("")
        if tag == "figure":
            self.trends.append("")
        if tag not in VOID:
            self.open.append((tag, values.get("class", "")))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.open.pop()

    def handle_data(self, data):
        tags = [tag for tag, _ in self.open]
        if tags and tags[-1] in self.raw:
            self.raw[tags[-1]].append(data)
            return
        if any(kind in ("ja",) for _, kind in self.open):
            return
        self.texts[self.section].append(data)
        if "figure" in tags:
            self.trends[-1] += data
        if ("td" in tags or "th" in tags) and self.tables[self.section]:
            small = "\x00" if "small" in tags else ""
            self.tables[self.section][-1][-1] += small + data


def read(*names):
    try:
        with open(os.path.join(*names), newline="", encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        return None
    return text[:-1] if text.endswith("\n") else text


def shown(text):
    return "–" if text is None else TURNING.sub("\ufffd", text)


class Check:
    def __init__(self, tree):
        self.tree = tree
        self.differences = 0
        self.page = Page()
        with open(os.path.join(tree, "tables", "report.html"), newline="", encoding="utf-8") as file:
            self.bytes = file.read()
        self.page.feed(self.bytes)
        self.page.close()
        self.services = sorted(os.listdir(os.path.join(tree, "services")), key=os.fsencode)

    def differ(self, sentence):
        self.differences += 1
        if self.differences <= 20:
            print(sentence)

    def same(self, what, is_, wanted):
        if is_ != wanted:
            self.differ(f"{what}: {is_!r} instead of {wanted!r}")

    def value(self, number, field):
        return read(self.tree, "services", number, field)

    def whole_in_itself(self):
        for sentence in self.page.wrong:
            self.differ(sentence)
        hashes = {}
        for kind, pieces in self.page.raw.items():
            text = "".join(pieces)
            self.same(f"elements <{kind}>", self.page.tags[kind], 1)
            digest = hashlib.sha256(text.encode()).digest()
            hashes[kind] = f"'sha256-{base64.b64encode(digest).decode()}'"
            if re.search(r"url\(|@import|https?:|eval|innerHTML|fetch|XMLHttp|import\(", text):
                self.differ(f"<{kind}> asks for something from elsewhere")
        self.same("policy", self.page.csp,
                  f"default-src 'none'; style-src {hashes['style']}; script-src {hashes['script']};"
                  " base-uri 'none'; form-action 'none'")
        self.same("ids that are there twice", len(self.page.ids) - len(set(self.page.ids)), 0)
        self.same("references to nothing", sorted(set(self.page.references) - set(self.page.ids)), [])
        if TURNING.search(self.bytes):
            self.differ("a character that turns text around")

    def says_what_it_is(self):
        text = "".join(self.page.texts[""])
        if "Not official." not in text or ".registry/checked" not in text:
            self.differ("no word of what it is not, or of when it was checked")
        self.same("warning", "Not the whole list." in text, read(self.tree, ".registry", "complete") == "no")
        day = read(self.tree, ".registry", "day")
        if f"List of{day}Services listed{len(self.services)}The whole list" not in re.sub(r"\s", "", text).replace(
                "Listof", "List of").replace("Serviceslisted", "Services listed").replace(
                "Thewholelist", "The whole list"):
            self.differ(f"neither {day} nor {len(self.services)} services stand at its head")

    def table(self):
        rows = [row for row in self.page.tables["services"]]
        heading, rows = rows[0], rows[1:]
        dated = any(self.value(number, "valid-until") for number in self.services)
        self.same("columns", len(heading), 7 if dated else 6)
        self.same("numbers", [row[0] for row in rows], [shown(number) for number in self.services])
        for number, row in zip(self.services, rows):
            name, english = self.value(number, "name"), self.value(number, "name.en")
            first, _, second = row[1].rstrip("\n").partition("\x00")
            self.same(f"{number}: name", first.rstrip(" ") if second else first, shown(name).rstrip(" ")
                      if second else shown(name))
            self.same(f"{number}: name.en", second.replace("\x00", ""),
                      shown(english) if english and english != name else "")
            fields = ["provider.name", "status", "level", "registered-on"] + (["valid-until"] if dated else [])
            for field, cell in zip(fields, row[2:]):
                wanted = shown(self.value(number, field))
                if field == "valid-until" and self.value(number, "valid-until.basis") == "derived":
                    wanted += "*"
                self.same(f"{number}: {field}", cell.rstrip("\n"), wanted)

    def counts(self, farm):
        place = os.path.join(self.tree, farm)
        return {word: len(os.listdir(os.path.join(place, word))) for word in os.listdir(place)}

    def bars(self):
        for section, field, farm in (("statuses-title", "status", "by-status"), ("levels-title", "level", "by-level")):
            wanted = collections.Counter(self.value(number, field) or "not stated" for number in self.services)
            is_ = {row[0].partition("\x00")[0].strip(): int(row[1]) for row in self.page.tables[section]}
            self.same(section, is_, dict(wanted))
            farmed = self.counts(farm)
            farmed.pop("delisted", None)
            wanted.pop("not stated", None)
            self.same(farm, farmed, dict(wanted))

    def providers(self):
        names = {slug: (shown(read(self.tree, "providers", slug, "name")),
                        len(os.listdir(os.path.join(self.tree, "providers", slug, "services"))))
                 for slug in os.listdir(os.path.join(self.tree, "providers"))
                 if os.path.isdir(os.path.join(self.tree, "providers", slug, "services"))}
        wanted = sorted(names.items(), key=lambda item: (-item[1][1], os.fsencode(item[0])))
        rows = [(row[0], int(row[1])) for row in self.page.tables["providers-title"]]
        self.same("providers", rows, [pair for _, pair in wanted[:15]])
        text = "".join(self.page.texts["providers-title"])
        others = wanted[15:]
        if others and f"{len(others)} more providers, with {sum(n for _, (_, n) in others)} services" not in text:
            self.differ("the other providers are not counted")
        unknown = len(self.services) - sum(n for _, (_, n) in wanted)
        self.same("Provider not stated", f"Provider not stated: {unknown}" in text, unknown > 0)

    def expiries(self):
        months = self.counts("by-expiry")
        first = read(self.tree, ".registry", "day")[:7]
        year, month = int(first[:4]), int(first[5:])
        end = f"{year + 2:04d}-{month:02d}"
        shown_months = {key: n for key, n in months.items() if first <= key < end}
        rows = [row for row in self.page.tables["expiries-title"] if row[0] != "Month"]
        self.same("expiries", {row[0]: int(row[1]) for row in rows}, shown_months)
        text = "".join(self.page.texts["expiries-title"])
        for sentence, number in (("yet still listed: ", sum(n for key, n in months.items() if key < first)),
                                 ("Later: ", sum(n for key, n in months.items() if key >= end))):
            found = re.search(sentence + r"(\d+)", text)
            self.same(sentence, int(found.group(1)) if found else 0, number)
        self.same("unknown dates", "Unknown: this copy has no" in text, not months)

    def changes(self):
        wanted = collections.defaultdict(collections.Counter)
        lines = read(self.tree, "changes", "all.tsv") or ""
        days = {}
        for name in os.listdir(os.path.join(self.tree, "changes")):
            if re.fullmatch(r"\d{4}-\d\d-\d\d\.tsv", name):
                for line in (read(self.tree, "changes", name) or "").split("\n"):
                    days[line.split("\t")[0]] = name[:7]
        last = read(self.tree, ".registry", "day")[:7]
        start = int(last[:4]) * 12 + int(last[5:]) - 24
        for line in filter(None, lines.split("\n")):
            sequence, _, kind = line.split("\t")[:3]
            month = days[sequence]
            if kind != "changed" and int(month[:4]) * 12 + int(month[5:]) > start:
                wanted[month][kind] += 1
        rows = [row for row in self.page.tables["changes-title"] if row[0] != "Month"]
        is_ = {row[0]: {kind: int(cell) for kind, cell in zip(("added", "returned", "delisted"), row[1:]) if int(cell)}
               for row in rows}
        self.same("changes", {month: kinds for month, kinds in is_.items() if kinds},
                  {month: dict(kinds) for month, kinds in wanted.items()})

    def trends(self):
        counts = collections.Counter(self.value(number, "status") for number in self.services)
        now = {}
        for text in self.page.trends:
            found = re.match(r"(\S+) (\d+?)(\d{4}-\d\d-\d\d): (\d+) (\d{4}-\d\d-\d\d): (\d+)", text)
            if not found:
                self.differ(f"a picture without its numbers: {text!r}")
                continue
            self.same(f"{found[1]} now", found[2], found[6])
            now[found[1]] = int(found[2])
            first = sum(read(self.tree, "at", found[3], "services", number, "status") == found[1]
                        for number in self.first_services(found[3]))
            self.same(f"{found[1]} on {found[3]}", int(found[4]), first)
        if now:
            self.same("statuses over time", {word: n for word, n in now.items() if n}, dict(counts))

    def first_services(self, day):
        try:
            return os.listdir(os.path.join(self.tree, "at", day, "services"))
        except FileNotFoundError:
            self.differ(f"at/{day} is needed to check the first day")
            return []

    def run(self):
        self.whole_in_itself()
        self.says_what_it_is()
        self.table()
        self.bars()
        self.providers()
        self.expiries()
        self.changes()
        self.trends()
        return 1 if self.differences else 0


if __name__ == "__main__":
    sys.exit(Check(sys.argv[1]).run())
