#!/usr/bin/env python3
"""Compares an export with the store that it was made from, and with itself.

Usage: check_tree.py STORE EXPORT

Reads the store's rows with SQL of its own and walks the export: each row must
be just the file or link that it stands for, and nothing else may be there.
Prints a line for each disagreement (the first twenty); exit status 1 then.
"""

import csv
import json
import os
import re
import sqlite3
import stat
import sys
import unicodedata

COMPLAINTS = []
WINDOWS = re.compile(r'[<>:"|?*\\]|[. ]\Z|\A(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3]) *(\.|\Z)',
                     re.IGNORECASE)
STATE_FILES = {b"README", b".registry/checked", b".registry/stale", b".registry/stale.reason",
               b".registry/last-attempt",
               b".registry/last-error", b".registry/next-try"}


def complain(*words):
    COMPLAINTS.append(" ".join(str(word) for word in words))


def check(condition, *words):
    if not condition:
        complain(*words)
    return condition


def read(path):
    with open(path, "rb") as file:
        return file.read()


def walk(top):
    """Every name below top, as bytes relative to it, with its lstat."""
    stack = [b""]
    while stack:
        folder = stack.pop()
        for name in os.listdir(os.path.join(top, folder)):
            path = os.path.join(folder, name)
            status = os.lstat(os.path.join(top, path))
            yield path, status
            if stat.S_ISDIR(status.st_mode):
                stack.append(path)


def check_name(path):
    name = os.path.basename(path)
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        return complain("not UTF-8:", path)
    check(len(name) <= 255, "too long:", path)
    check(text[0] not in "-." or path == b".registry", "begins badly:", path)
    check(not WINDOWS.search(text), "Windows can't open:", path)
    check(not any(unicodedata.category(c) == "Cc" for c in text), "control character:", path)
    return check(unicodedata.normalize("NFC", text) == text, "not NFC:", path)


def check_link(top, path):
    target = os.readlink(os.path.join(top, path))
    check(not target.startswith(b"/"), "absolute link:", path, target)
    end = os.path.realpath(os.path.join(top, path))
    check(end.startswith(os.path.realpath(top) + b"/"), "leads out:", path, target)
    check(os.path.exists(end), "leads nowhere:", path, target)


def folders(database):
    """The path of each entity that is shown now."""
    parents = {entity: (parent, name) for entity, parent, name in database.execute(
        "SELECT entity, parent, name FROM presence WHERE gen_to IS NULL")}
    paths = {1: ""}

    def path(entity):
        if entity not in paths:
            parent, name = parents[entity]
            paths[entity] = os.path.join(path(parent), name)
        return paths[entity]

    return {entity: path(entity).encode() for entity in list(parents) + [1]}


def rows(database, sql):
    return database.execute(sql).fetchall()


def check_rows(database, top):
    """Every current row is a file or a link; returns the paths of all of them."""
    paths = {entity: path for entity, path in folders(database).items()
             if not (path + b"/").startswith(b"at/") or os.path.isdir(os.path.join(top, b"at"))}
    known = {path for path in paths.values() if path}
    for entity, field, text, mtime in rows(
            database, "SELECT v.entity, f.name, v.text, g.mtime FROM value v JOIN field f ON f.id = v.field"
            " JOIN generation g ON g.id = v.gen_from WHERE v.gen_to IS NULL"):
        if entity not in paths:
            continue
        path = os.path.join(paths[entity], field.encode())
        known.add(path)
        whole = os.path.join(top, path)
        if not check(os.path.isfile(whole) and not os.path.islink(whole), "no file:", path):
            continue
        check(read(whole) == (text.encode() + b"\n" if text else b""), "other content:", path)
        check(os.lstat(whole).st_mtime_ns == mtime, "other mtime:", path)
    for entity, relation, number, name, target in rows(
            database, "SELECT l.entity, r.name, r.id, l.name, l.path FROM link l JOIN relation r"
            " ON r.id = l.relation WHERE l.gen_to IS NULL"):
        if entity not in paths:
            continue
        folder = paths[entity]
        if number:
            folder = os.path.join(folder, relation.encode())
            known.add(folder)
        path = os.path.join(folder, name.encode())
        known.add(path)
        whole = os.path.join(top, path)
        if check(os.path.islink(whole), "no link:", path):
            check(os.readlink(whole) == target.encode(), "other target:", path)
    for entity, name, size in rows(database, "SELECT entity, name, size FROM document"):
        if entity not in paths:
            continue
        path = os.path.join(paths[entity], name.encode())
        known.add(path)
        if path not in STATE_FILES and check(os.path.isfile(os.path.join(top, path)), "no document:", path):
            check(os.path.getsize(os.path.join(top, path)) == size, "other size:", path)
    return known


def value(top, folder, name):
    """What a file says, or None where there is none."""
    path = os.path.join(top, folder, name.encode())
    if not os.path.isfile(path):
        return None
    return read(path).decode().removesuffix("\n")


def unescape_tsv(text):
    for escape, character in (("\\\\", "\0"), ("\\t", "\t"), ("\\n", "\n"), ("\\r", "\r"), ("\0", "\\")):
        text = text.replace(escape, character)
    return text


def check_tsv(top):
    lines = read(os.path.join(top, b"services.tsv")).split(b"\n")
    check(lines.pop() == b"", "services.tsv doesn't end with a newline")
    check(lines == sorted(lines), "services.tsv is not sorted")
    names = sorted(os.listdir(os.path.join(top, b"services")))
    check([unescape_tsv(line.split(b"\t")[0].decode()).encode() for line in lines] == names,
          "services.tsv lists other services than services/")
    for line in lines:
        cells = [unescape_tsv(cell) for cell in line.decode().split("\t")]
        if not check(len(cells) == 6, "not six columns:", line):
            continue
        folder = b"services/" + cells[0].encode()
        for cell, name in zip(cells[1:], ("status", "level", "provider.name", "name", "name.en")):
            check(cell == (value(top, folder, name) or ""), "services.tsv differs:", folder, name)


def check_record(top, folder, record, types):
    whole = os.path.join(top, folder)
    for name in os.listdir(whole):
        path, text = os.path.join(whole, name), name.decode()
        if os.path.islink(path):
            member = "baseline" if text == "controls" else text
            target = os.readlink(path).decode().removesuffix("/controls")
            check(record.pop(member, None) == os.path.basename(target), "record differs:", folder, text)
        elif os.path.isdir(path):
            stated = [key.split("/")[-1] for key in record.pop(text, [])]
            check(stated == sorted(os.listdir(path.decode())), "record differs:", folder, text)
        else:
            content = read(path).decode().removesuffix("\n")
            stated = record.pop(text, None)
            if types[text] == "list":
                content = [line for line in content.split("\n") if line]
            elif types[text] == "table":
                headings, *rows = [line.split("\t") for line in content.split("\n")]
                content = [{name: cell for name, cell in zip(headings, row) if cell} for row in rows]
            check(stated == content, "record differs:", folder, text)
    check(not record, "record says more:", folder, list(record))


def check_records(top, types):
    for kind, collection in (("service", b"services"), ("provider", b"providers")):
        names = sorted(os.listdir(os.path.join(top, collection)))
        lines = read(os.path.join(top, b"tables", collection + b".jsonl"))
        texts = []
        for name in names:
            text = read(os.path.join(top, b"records", collection, name + b".json"))
            check(text.count(b"\n") == 1 and text.endswith(b"\n"), "not one line:", name)
            texts.append(text)
            record = json.loads(text)
            check(record.pop(kind) == name.decode(), "record is another's:", name)
            check_record(top, collection + b"/" + name, record, types)
        check(len(os.listdir(os.path.join(top, b"records", collection))) == len(names),
              "records are not those of", collection)
        check(sorted(lines.splitlines(True)) == sorted(texts), collection, "jsonl differs from the records")


def unlike_a_formula(text):
    return "'" + text if text[:1] in tuple("=+-@\t\r") else text


def table(top, name):
    with open(os.path.join(top, b"tables", name), newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, strict=True))


def check_tables(top):
    for heading, collection in (("service", b"services"), ("provider", b"providers")):
        lines = table(top, collection + b".csv")
        check([line[heading].encode() for line in lines] == sorted(os.listdir(os.path.join(top, collection))),
              collection, "csv has other rows")
        for line in lines:
            folder = collection + b"/" + line.pop(heading).encode()
            for name, cell in line.items():
                check(cell == unlike_a_formula(value(top, folder, name) or ""), "csv differs:", folder, name)
    controls = [(edition, control) for edition in os.listdir(os.path.join(top, b"controls"))
                for control in os.listdir(os.path.join(top, b"controls", edition))
                if os.path.isdir(os.path.join(top, b"controls", edition, control))]
    lines = table(top, b"controls.csv")
    check(sorted((line["edition"].encode(), line["control"].encode()) for line in lines) == sorted(controls),
          "controls.csv has other rows")
    declared = 0
    for name in os.listdir(os.path.join(top, b"services")):
        folder = os.path.join(top, b"services", name, b"controls")
        declared += 1 if os.path.islink(folder) else len(os.listdir(folder)) if os.path.isdir(folder) else 0
    check(len(table(top, b"declarations.csv")) == declared, "declarations.csv has other rows")


def main():
    store, top = sys.argv[1], os.fsencode(sys.argv[2])
    current = os.path.realpath(os.path.join(store, "current"))
    database = sqlite3.connect(f"file:{current}?immutable=1", uri=True)
    types = dict(rows(database, "SELECT name, type FROM field"))
    known = check_rows(database, top) | STATE_FILES
    for path, status in walk(top):
        check(path in known, "nobody knows of:", path)
        check_name(path)
        if stat.S_ISLNK(status.st_mode):
            check_link(top, path)
        else:
            check(stat.S_IMODE(status.st_mode) == (0o755 if stat.S_ISDIR(status.st_mode) else 0o644),
                  "other mode:", path)
    check_tsv(top)
    check_records(top, types)
    check_tables(top)
    print("\n".join(COMPLAINTS[:20]))
    sys.exit(bool(COMPLAINTS))


if __name__ == "__main__":
    main()
