#!/usr/bin/env python3
"""Compares ismapfs-tree(5) with trees, and with vocabulary.h.

tree_manual.py [--language ja] MANUAL.scd VOCABULARY.h [TREE…]: every name in a tree, and its
type, is in the manual; every entry of the manual is in some tree, but those
that only some source or moment has; every field of the vocabulary is in the
manual with the type and the meaning that the vocabulary gives it. Prints each
difference; exit status 1 when there is any.
"""

import os
import re
import sys

# What no tree of the tests has: see the manual for when they are there.
RARE = {"next-try", "verified", "signer", "expires"}
HIDDEN_DAYS = re.compile(r"\d{4}-\d\d(-\d\d)?|latest")


def read_manual(path):
    """{directory: {name: (type, meaning)}}"""
    places, place, name = {}, None, None
    with open(path, encoding="utf-8") as file:
        for line in file:
            line = line.rstrip("\n")
            if line.startswith("# "):
                place = None
            elif line.startswith("## "):
                place = places.setdefault(line[3:], {})
            elif place is not None and (found := re.fullmatch(r"\*(.+)\* \((.+)\)", line)):
                name = found[1]
                place[name] = [found[2], ""]
            elif place is not None and line.startswith("\t"):
                place[name][1] += " " + line.strip()
    return places


def read_vocabulary(path, language):
    with open(path, encoding="utf-8") as file:
        text = file.read().replace("\\\n", "")
    fields = {}
    texts = r'((?:"[^"]*"\s*)+)'
    for name, kind, *meanings in re.findall(rf'FIELD\(\d+, \w+, "([^"]+)", "([^"]+)",\s*{texts},\s*{texts}\)', text):
        fields[name] = (kind, "".join(re.findall(r'"([^"]*)"', meanings[language == "ja"])))
    return fields


class Check:
    def __init__(self, places, fields):
        self.places, self.fields = places, fields
        self.seen, self.differences = set(), 0

    def differ(self, sentence):
        self.differences += 1
        if self.differences <= 30:
            print(sentence)

    def entry(self, place, name):
        """The manual's name for an entry of a directory."""
        entries = self.places.get(place, {})
        if name in entries:
            return name
        for suffix in (".tsv", ".json"):
            if name.endswith(suffix) and name not in self.fields:
                return next((entry for entry in entries if entry[:1].isupper() and entry.endswith(suffix)), None)
        if name in self.fields:
            return "FIELD" if "FIELD" in entries else None
        if name.startswith("extra.") and "EXTRA" in entries:
            return "EXTRA"
        return next((entry for entry in entries if re.fullmatch(r"[A-Z]+", entry) and entry != "EXTRA"), None)

    def walk(self, place, path):
        for name in os.listdir(path):
            full = os.path.join(path, name)
            entry = self.entry(place, name)
            if place == "/at/" and HIDDEN_DAYS.fullmatch(name):
                continue
            if entry is None:
                self.differ(f"{full}: not in the manual's {place}")
                continue
            self.seen.add((place, entry))
            kind = self.places[place][entry][0]
            is_ = "symlink" if os.path.islink(full) else "directory" if os.path.isdir(full) else "file"
            links = place.endswith("/NUMBER/") and name == "controls" and is_ == "directory"
            if not links and is_ != (kind if kind in ("symlink", "directory") else "file"):
                self.differ(f"{full}: is a {is_}, in the manual a {kind}")
            if is_ == "directory":
                self.walk("/services/NUMBER/" if place == "/delisted/" else place + entry + "/", full)
            elif is_ == "file":
                self.content(full, kind)

    def content(self, full, kind):
        if kind == "xlsx":
            with open(full, "rb") as file:
                if file.read(2) != b"PK":
                    self.differ(f"{full}: not an xlsx")
            return
        with open(full, newline="", encoding="utf-8") as file:
            text = file.read()
        forms = {
            "line": r"[^\n]+\n", "word": r"[a-z0-9.-]+\n", "number": r"\d+\n", "yes-no": r"(yes|no)\n",
            "date": r"(\d{4}(-\d\d){0,2}|--\d\d-\d\d)\n", "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)\n", "url": r"\S.*\n",
        }
        if text and kind in forms and not re.fullmatch(forms[kind], text):
            self.differ(f"{full}: not a {kind}: {text[:60]!r}")
        if text and not text.endswith("\n"):
            self.differ(f"{full}: no newline at its end")

    def vocabulary(self):
        documented = {}
        for place, entries in self.places.items():
            for name, (kind, meaning) in entries.items():
                if name in self.fields and kind not in ("directory", "symlink"):
                    documented[name] = True
                    wanted = self.fields[name]
                    plain = meaning.strip().rstrip(".。").replace("\\", "")
                    if (kind, plain[:1].lower() + plain[1:]) != (wanted[0], wanted[1][:1].lower() + wanted[1][1:]):
                        self.differ(f"{place}{name}: {kind}: {plain!r}; in the vocabulary {wanted}")
        for name in set(self.fields) - set(documented):
            self.differ(f"{name}: a field that is not in the manual")

    def unseen(self):
        for place, entries in self.places.items():
            for name in entries:
                if (place, name) not in self.seen and name not in RARE and name not in ("fresh", "DAY", "EXTRA", "confirmed") and \
                        name not in self.fields:
                    self.differ(f"{place}{name}: in the manual, in no tree")


def main():
    arguments, language = sys.argv[1:], "en"
    if arguments[0] == "--language":
        language, arguments = arguments[1], arguments[2:]
    manual, vocabulary, *trees = arguments
    check = Check(read_manual(manual), read_vocabulary(vocabulary, language))
    for tree in trees:
        check.walk("/", tree)
        # Days are in no listing; a mount has their .registry, an export doesn't.
        if os.path.isdir(os.path.join(tree, "at/latest/.registry")):
            check.walk("/at/DAY/.registry/", os.path.join(tree, "at/latest/.registry"))
    check.vocabulary()
    if trees:
        check.unseen()
    print(f"{len(check.seen)} entries seen, {check.differences} differences")
    sys.exit(check.differences > 0)


if __name__ == "__main__":
    main()
