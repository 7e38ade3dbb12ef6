#!/usr/bin/env python3
"""Checks tables/services.xlsx against the tree that it is in.

workbook.py TREE: each service's row has the values of its files, days as dates;
nothing is a formula and only addresses of the web are links; it is set up for
reading and for paper. Prints each difference; exit status 1 when there is any.
"""

import datetime
import os
import re
import sys
import unicodedata
import xml.etree.ElementTree as ElementTree
import zipfile

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINKED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
ODD = re.compile("[\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def read(*names):
    try:
        with open(os.path.join(*names), newline="", encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        return ""
    return ODD.sub("\ufffd", text[:-1] if text.endswith("\n") else text)


class Book:
    def __init__(self, path):
        self.parts = zipfile.ZipFile(path)
        self.stamps = {part.date_time for part in self.parts.infolist()}
        self.strings = ["".join(text.text or "" for text in item.iter(MAIN + "t")) for item in self.part("xl/sharedStrings.xml")]
        self.names = [sheet.get("name") for sheet in self.part("xl/workbook.xml").iter(MAIN + "sheet")]
        formats = self.part("xl/styles.xml").find(MAIN + "cellXfs")
        custom = {form.get("numFmtId"): form.get("formatCode") for form in self.part("xl/styles.xml").iter(MAIN + "numFmt")}
        self.formats = [custom.get(form.get("numFmtId"), "") for form in formats]

    def part(self, name):
        return ElementTree.fromstring(self.parts.read(name))

    def sheet(self, number):
        return self.part(f"xl/worksheets/sheet{number}.xml")

    def rows(self, number):
        """By row, by column's letter: texts as they are, dates as days."""
        for row in self.sheet(number).iter(MAIN + "row"):
            yield {re.match("[A-Z]+", cell.get("r")).group(): self.value(cell) for cell in row}

    def value(self, cell):
        text = cell.findtext(MAIN + "v")
        if cell.get("t") == "s":
            return self.strings[int(text)].replace("_x000D_", "\r")
        if text and self.formats[int(cell.get("s", 0))] == "yyyy-mm-dd":
            return datetime.date(1899, 12, 30) + datetime.timedelta(int(text))
        return text or ""

    def links(self, number):
        name = f"xl/worksheets/_rels/sheet{number}.xml.rels"
        places = {one.get("Id"): one.get("Target") for one in self.part(name)} if name in self.parts.namelist() else {}
        return {link.get("ref"): places[link.get(LINKED)] for link in self.sheet(number).iter(MAIN + "hyperlink")}


class Check:
    def __init__(self, tree):
        self.tree, self.differences = tree, 0
        self.book = Book(os.path.join(tree, "tables", "services.xlsx"))

    def same(self, what, is_, wanted):
        if is_ != wanted:
            self.differences += 1
            if self.differences <= 20:
                print(f"{what}: {is_!r} instead of {wanted!r}")

    @staticmethod
    def day(text):
        return datetime.date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text

    def heights(self, number):
        """Not every program finds a row's height itself: it has room for its name, in 36 columns."""
        rows = {row.get("r"): row for row in self.book.sheet(number).iter(MAIN + "row")}
        for (place, row), values in zip(rows.items(), self.book.rows(number)):
            columns = sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in values.get("D", ""))
            if int(place) > 4 and 36 < columns < 300:
                self.same(f"row {place}: room for {values['D']}", float(row.get("ht", 0)) >= 13 * -(-columns // 36), True)

    def services(self, number, folder, day):
        rows = list(self.book.rows(number))
        keys = sorted(os.listdir(os.path.join(self.tree, folder)), key=os.fsencode)
        self.same(f"{folder}: the list's day at the head", read(self.tree, ".registry", "day") in rows[0]["A"], True)
        services = [row for row in rows if row.get("J") is not None and "Number" not in row.get("C", "")]
        self.same(f"{folder}: rows", len(services), len(keys))
        words = dict((line.split("\t")[0], line.split("\t")) for line in read(self.tree, ".registry", "words").split("\n"))
        for key, row in zip(keys, services):
            place = os.path.join(self.tree, folder, key)
            for column, field in (("C", "number"), ("D", "name"), ("E", "provider.name"), ("J", "url")):
                wanted = read(place, field) or (ODD.sub("\ufffd", key) if field == "number" else "")
                self.same(f"{key}: {field}", row[column], wanted)
            for column, field in (("G", "registered-on"), ("H", day)):
                self.same(f"{key}: {field}", row[column], self.day(read(place, field)))
            status = read(place, "status")
            if status in words:
                self.same(f"{key}: status", words[status][5].startswith(row["A"]) and row["A"] != "", True)
                self.same(f"{key}: status in English", row["B"], words[status][1].split(" | ")[0] or status)

    def inert(self):
        for name in self.book.parts.namelist():
            text = self.book.parts.read(name).decode()
            self.same(f"{name}: formulas, macros, other files", re.findall(r"<f[ >]|externalLink|vbaProject|DDE", text), [])
            self.same(f"{name}: what turns text around", ODD.findall(text), [])
        for number in (1, 2):
            for cell, target in self.book.links(number).items():
                self.same(f"{cell}: a link", bool(re.match("https?://", target)), True)
        self.same("times within", self.book.stamps, {(1980, 1, 1, 0, 0, 0)})
        core = self.book.parts.read("docProps/core.xml").decode()
        self.same("created", set(re.findall(r"W3CDTF\">([^<]*)", core)), {read(self.tree, ".registry", "published")})

    def set_up(self):
        self.same("sheets", self.book.names, ["一覧", "掲載終了", "この写しについて"])
        for number in (1, 2):
            sheet = self.book.sheet(number)
            self.same("frozen", [pane.get("topLeftCell") for pane in sheet.iter(MAIN + "pane")], ["A5"])
            self.same("filter", [part.get("ref")[:2] for part in sheet.iter(MAIN + "autoFilter")], ["A4"])
            setup = sheet.find(MAIN + "pageSetup")
            self.same("paper", (setup.get("paperSize"), setup.get("orientation")), ("9", "landscape"))
            self.same("foot", "&P/&N" in sheet.findtext(f"{MAIN}headerFooter/{MAIN}oddFooter"), True)
        titles = [name.text for name in self.book.part("xl/workbook.xml").iter(MAIN + "definedName") if "Print_Titles" in name.get("name")]
        self.same("headings on each page", titles, ["'一覧'!$4:$4", "'掲載終了'!$4:$4"])
        about = " ".join(str(value) for row in self.book.rows(3) for value in row.values())
        for text in (read(self.tree, ".registry", "sha256"), "日本時間", "services.csv", "delisted"):
            self.same(f"about: {text}", text in about, True)
        warned = any("Not the whole list" in str(row.get("A")) for row in self.book.rows(1))
        self.same("not whole", warned, read(self.tree, ".registry", "complete") == "no")

    def run(self):
        self.services(1, "services", "valid-until")
        self.services(2, "delisted", "delisted-on")
        self.heights(1)
        self.inert()
        self.set_up()
        return 1 if self.differences else 0


if __name__ == "__main__":
    sys.exit(Check(sys.argv[1]).run())
