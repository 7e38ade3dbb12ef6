#!/usr/bin/env python3
"""Publications that want much of a reader for few bytes: of each kind that was thought of, one of
about so many bytes as is asked for.

worst_cases.py --list: the cases, a line each: name, --source.
worst_cases.py CASE BYTES FOLDER: writes its documents into a new folder, and prints a line for each
pull: the files, or folders of saved pages, that are read together.
"""

import json
import os
import sys

DAY = "2026-01-15T01:02:03.004Z"


def dump(document):
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def grow(make, size, frame=0):
    """As many items as fill that many bytes."""
    items, length, number = [], frame, 0
    while length < size:
        items.append(make(number))
        length += len(dump(items[-1]).encode()) + 1
        number += 1
    return items


def product(number, **members):
    return {"id": f"A{number}", "csp": "P", "cso": f"S{number}", "status": "FedRAMP Ready", **members}


def data_json(products, agencies=(), day=DAY, **more):
    return dump({"meta": {"last_change": day, "produced_by": "x"},
                 "data": {"Products": products, "Agencies": list(agencies), "Assessors": [], **more}})


def products_json(products):
    return data_json([{"fedramp_id": row.pop("id"), **row} for row in products])


def punctuated(number):
    """Names that differ, but have one slug."""
    return "a" + "".join("!" if bit == "1" else "?" for bit in f"{number:022b}") + "b"


def interchange(services, day="2026-01-15", **more):
    return dump({"format": "ismapfs-interchange", "version": 1,
                 "registry": {"name": "worst", "title": "W", "time_zone": "UTC", "language": "en"},
                 "published": day, "complete": True, "services": services, **more})


def capture(rows):
    return dump({"format": "ismapfs-portal-capture", "version": 1, "portal": "https://www.example.invalid/csm",
                 "edition": "", "pages": [{"page": "list", "level": "ismap", "total": len(rows), "rows": rows}]})


def row(number, fields):
    return {"sys_id": f"{number:032x}", "fields": [{"field": "number", "label": "n", "key": "n", "value": f"C{number}"}] + fields}


def changelog(rows):
    return dump({"metadata": {"export_timestamp": DAY}, "data": {"certprocessstatuschangelog": rows}})


def event(number, **members):
    return {"product_id": "A0", "transition_date": f"2025-01-{number % 28 + 1:02d}", "from_status": "FedRAMP Ready",
            "to_status": "FedRAMP In Process", **members}


def overview(number, **members):
    return {"serviceIdentification": {"fedRampPackageId": f"A{number}"}, "metadata": {"lastUpdated": DAY}, **members}


SAVED = "<!-- saved from url=(0052)https://www.ismap.go.jp/csm?id=cloud_service_list -->\n<html><body>"


# Behind the others, the two halves of each lead the hash of a JSON string (FNV-1a of 32 bits) to the same value.
HALVES = "JAOyv0eB OIJRk6VI 8ZVoJeus x9KFDHuY B3Fg4jwK SBGew39j eFXfY1ti iAdRM0XK a8gVM9yY GGAS5vhG 56XPQOdI 0mVJBBuV " \
    "xGsy0eWK v4JpjMrI BBNwf3Vn fAmL0lLP B2FQnCnX".split()


def fnv(text):
    value = 0x811c9dc5
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 & 0xffffffff
    return value


def of_one_hash(number):
    """Strings that differ, but have one hash."""
    return "".join(half[:4] if number >> i & 1 else half[4:] for i, half in enumerate(HALVES))


assert len({fnv('"' + of_one_hash(1 << i)) for i in range(len(HALVES))}) == 1


def page(name, data):
    """What /api/now/sp/page answers, with one widget."""
    return dump({"result": {"page": {"id": name}, "containers": [{"rows": [{"columns": [{"widgets": [
        {"widget": {"id": "w", "data": data}}]}]}]}]}})


def page_row(number, **members):
    return {"sys_id": f"{number:032x}", "登録番号": f"C{number}", **members}


FIRST = [product(0)]
LIST = data_json(FIRST)


def one(member, make):
    """A product with one member that is long."""
    return lambda size: [data_json([product(0, **{member: grow(make, size)})])]


def text_of(words):
    """As many words as fill that many bytes."""
    def make(size):
        return words * (size // len(words.encode()))
    return make


TABLE_MAP = "[list]\nregistry = r\ntitle = R\ntime-zone = UTC\nlanguage = en\ncomplete = yes\n" \
    "[labels]\nnumber = ID\nname = Name\n[listed]\nnumber = ?*\n"


def table(text):
    return [(text, TABLE_MAP)]


def wide(columns, rest, n):
    """Rows of so many columns."""
    row = ",".join(rest for _ in range(columns))
    rows = max(2, n // len(row.encode()))
    return table("ID,Name," + ",".join(f"h{i}" for i in range(columns)) + "\n" + "".join(f"{i},x,{row}\n" for i in range(rows)))


# Each makes the documents of each pull: a list, a tuple of a list and what comes with it, or a folder of pages.
CASES = {
    "nothing": ("fedramp", lambda n: [LIST]),
    # The frame: what nobody reads must cost little, too.
    "zeros": ("fedramp", lambda n: [data_json(FIRST, x=[0] * (n // 2))]),
    "empty texts": ("fedramp", lambda n: [data_json(FIRST, x=[""] * (n // 3))]),
    "empty lists": ("fedramp", lambda n: [data_json(FIRST, x=[[]] * (n // 3))]),
    "short members": ("fedramp", lambda n: ['{"meta":{"last_change":"%s"},"data":{"Products":[{"id":"A"}],"x":{%s}}}' % (
        DAY, ",".join(['"":0'] * (n // 5)))]),
    "nested": ("fedramp", lambda n: [data_json(FIRST, x=[0]).replace("[0]", "[" * n + "]" * n)]),
    # data.json
    "repeated products": ("fedramp", lambda n: [data_json(grow(lambda i: {"id": "A", "cso": "x"}, n))]),
    "ids alone": ("fedramp", lambda n: [data_json(grow(lambda i: {"id": str(i)}, n))]),
    "blank products": ("fedramp", lambda n: [data_json(FIRST + [{}] * (n // 3))]),
    "missing products": ("fedramp", lambda n: [data_json(FIRST, [{"x": grow(lambda i: {"id": f"m{i}"}, n)}])]),
    "namesakes": ("fedramp", lambda n: [data_json(grow(lambda i: product(i, cso="same"), n))]),
    "twins of a slug": ("fedramp", lambda n: [
        data_json(grow(lambda i: product(i, csp=punctuated(i)), n)),
        data_json(grow(lambda i: product(i, csp=punctuated(i + n)), n), day="2026-01-16T01:02:03.004Z")]),
    "more twins of a slug": ("fedramp", lambda n: [
        data_json(grow(lambda i: product(i, csp=punctuated(i)), n // 2)),
        data_json(grow(lambda i: product(i, csp=punctuated(i)), n), day="2026-01-16T01:02:03.004Z")]),
    "providers of no letter": ("fedramp", lambda n: [data_json(grow(lambda i: {"id": str(i), "csp": "~" * (i % 40 + 1)}, n))]),
    "names of tildes": ("fedramp", lambda n: [data_json(grow(lambda i: {"id": str(i), "cso": "~"}, n))]),
    "ids of tildes": ("fedramp", lambda n: [data_json(grow(lambda i: {"id": "~" + str(i)}, n))]),
    "long tildes": ("fedramp", lambda n: [data_json(grow(lambda i: {"id": "~" * (i % 2000 + 1) + str(i)}, n))]),
    "renamed providers": ("fedramp", lambda n: [
        data_json(grow(lambda i: product(i, csp="Old", uei="U"), n)),
        data_json(grow(lambda i: product(i, csp="New", uei="U"), n), day="2026-01-16T01:02:03.004Z")]),
    "providers of parts": ("fedramp", lambda n: [
        data_json(grow(lambda i: product(i, csp="Old", uei="U"), n)),
        data_json([product(i, csp=f"New {i}", uei="U") for i, _ in enumerate(grow(lambda i: product(i, csp="Old", uei="U"), n)) if i % 2],
                  day="2026-01-16T01:02:03.004Z")]),
    "providers": ("fedramp", lambda n: [data_json(grow(lambda i: {"id": str(i), "csp": f"P{i}"}, n))]),
    "levels": ("fedramp", lambda n: [data_json(grow(lambda i: {"id": str(i), "cso": "S", "impact_level": f"L{i}"}, n))]),
    "statuses": ("fedramp", lambda n: [data_json(grow(lambda i: {"id": str(i), "cso": "S", "status": f"{i}"}, n))]),
    "unread members": ("fedramp", lambda n: [data_json(grow(lambda i: {"id": str(i), "cso": "S", "auth_date": f"{i}", "cert_date": "x", "uei": [1, 2]}, n))]),
    "members": ("fedramp", lambda n: [data_json([product(0, **{f"m{i}": 0 for i in range(n // 10)})])]),
    "agencies of one": ("fedramp", one("agency_authorizations", lambda i: f"G{i}")),
    "an agency again": ("fedramp", one("agency_authorizations", lambda i: "Agency of nine")),
    "built on one": ("fedramp", one("leveraged_systems", lambda i: {"id": f"B{i}"})),
    "built on each other": ("fedramp", lambda n: [data_json(grow(lambda i: product(i, leveraged_systems=[{"id": f"A{j}"} for j in range(30)]), n))]),
    "functions": ("fedramp", one("business_function", lambda i: "function")),
    "separators": ("fedramp", lambda n: [data_json([product(0, business_function=";" * n)])]),
    "models": ("fedramp", lambda n: [data_json([product(0, service_model="a/" * (n // 2))])]),
    "a long name": ("fedramp", lambda n: [data_json([product(0, cso="~" * n)])]),
    "a long id": ("fedramp", lambda n: [data_json([product(0)] + [{"id": "\u0300" * (n // 2)}])]),
    "marks": ("fedramp", lambda n: [data_json(grow(lambda i: product(i, csp="a" + "\u0301\u0323" * 500 + str(i)), n))]),
    "controls in texts": ("fedramp", lambda n: [data_json([product(0, service_desc="\x01" * (n // 6))])]),
    "line ends": ("fedramp", lambda n: [data_json([product(0, service_desc="\r" * (n // 2) + "x")])]),
    # products.json
    "events of a product": ("fedramp", lambda n: [products_json([product(0, event_log=grow(lambda i: {"date": "2025-01-01", "category": "c"}, n))])]),
    "certified services": ("fedramp", lambda n: [products_json([product(0, certified_services=["a service"] * (n // 12))])]),
    "resources": ("fedramp", lambda n: [products_json([product(0, third_party_information_resources=grow(lambda i: f"R{i}", n))])]),
    # The changelog
    "history of one": ("fedramp", lambda n: [(LIST, changelog(grow(event, n)))]),
    "a row again": ("fedramp", lambda n: [(LIST, changelog(grow(lambda i: event(0), n)))]),
    "histories": ("fedramp", lambda n: [(LIST, changelog(grow(lambda i: event(i, product_id=f"B{i}"), n)))]),
    "delisted": ("fedramp", lambda n: [(LIST, changelog(grow(lambda i: {"product_id": f"B{i}", "to_status": "Delisted", "csp": "P", "cso": "S"}, n)))]),
    "first changelog": ("fedramp", lambda n: [(LIST, dump({"products": {f"B{i}": {"statuses": [{"status_name": "x"}]} for i in range(n // 40)}}))]),
    # Package overviews
    "overviews": ("fedramp", lambda n: [(LIST, dump(grow(overview, n)))]),
    "an overview again": ("fedramp", lambda n: [(LIST, dump(grow(lambda i: overview(0), n)))]),
    "services of an overview": ("fedramp", lambda n: [(LIST, dump([overview(0, certifiedServices=["a service"] * (n // 12))]))]),
    # The portal's capture
    "rows": ("ismap", lambda n: [capture(grow(lambda i: row(i, []), n))]),
    "labels": ("ismap", lambda n: [capture([row(0, grow(lambda i: {"label": f"l{i}", "value": "v"}, n))])]),
    "a label again": ("ismap", lambda n: [capture([row(0, grow(lambda i: {"label": "l", "value": "v"}, n))])]),
    "dates": ("ismap", lambda n: [capture([row(0, [{"field": "registered-on", "value": "1" * n}])])]),
    "a statement": ("ismap", lambda n: [capture([row(0, [{"field": "controls", "value": "1.1," * (n // 4)}])])]),
    "rows of labels": ("ismap", lambda n: [capture(grow(lambda i: row(i, [{"label": f"l{i}", "value": "v"}]), n))]),
    # The interchange format
    "numbers": ("interchange", lambda n: [interchange(grow(lambda i: {"number": str(i)}, n))]),
    "a number again": ("interchange", lambda n: [interchange(grow(lambda i: {"number": "A"}, n))]),
    "pairs": ("interchange", lambda n: [interchange(2 * grow(lambda i: {"number": f"A{i}"}, n // 2))]),
    "fields of one": ("interchange", lambda n: [interchange([{"number": "A", **{f"extra.{i}": "" for i in range(n // 14)}}])]),
    "fields of one, twice": ("interchange", lambda n: [interchange(2 * [{"number": "A", **{f"extra.{i}": "" for i in range(n // 28)}}])]),
    "fields": ("interchange", lambda n: [interchange(grow(lambda i: {"number": str(i), f"extra.{i}": ""}, n))]),
    "stated providers": ("interchange", lambda n: [interchange([{"number": "A"}], providers=grow(lambda i: {"name": f"P{i}"}, n))]),
    "a provider again": ("interchange", lambda n: [interchange([{"number": "A"}], providers=grow(lambda i: {"name": "P"}, n))]),
    "about": ("interchange", lambda n: [interchange([{"number": "A"}], about=["of itself"] * (n // 12))]),
    "agencies": ("interchange", lambda n: [interchange([{"number": "A", "agencies": grow(lambda i: f"G{i}", n)}])]),
    "strings of one hash": ("interchange", lambda n: [interchange(
        grow(lambda i: {"number": f"A{i}", "regions": [of_one_hash(50 * i + j) for j in range(50)]}, n))]),
    "built on unlisted": ("interchange", lambda n: [interchange([{"number": "A", "leverages": grow(lambda i: f"B{i}", n)}])]),
    "carried": ("interchange", lambda n: [
        interchange([{"number": "A", "leverages": grow(lambda i: f"B{i}", n)}]),
        interchange([{"number": "C"}], day="2026-01-16", complete=False)]),
    "table": ("interchange", lambda n: [interchange([{"number": "A", "certified-services.tsv": grow(lambda i: {"name": f"Service {i}"}, n)}])]),
    "lines": ("interchange", lambda n: [interchange([{"number": "A", "extra.l": ["of a list"] * (n // 12)}])]),
    "controls": ("interchange", lambda n: [interchange([{"number": "A"}], editions=[{"id": "e", "title": "E", "controls": grow(lambda i: {"id": str(i)}, n)}])]),
    "editions": ("interchange", lambda n: [interchange([{"number": "A"}], editions=grow(lambda i: {"id": str(i), "title": ""}, n))]),
    "baselines": ("interchange", lambda n: [interchange([{"number": "A"}], editions=[{"id": "e", "controls": [{"id": "1"}]}],
                                                        baselines=grow(lambda i: {"id": f"b{i}", "controls": ["e/1"]}, n))]),
    "declared": ("interchange", lambda n: [interchange(grow(lambda i: {"number": str(i), "controls": ["e/1"]}, n), editions=[{"id": "e", "controls": [{"id": "1"}]}])]),
    # Saved pages of the portal
    "labels beside rows": ("ismap", lambda n: [{"l.json": page("cloud_service_list", {
        "column_labels": {f"m{i}": "l" for i in range(n // 30)},
        "list": grow(lambda i: page_row(i, m0="x", m1="x", m2="x", m3="x"), n // 2)})}]),
    "a long label": ("ismap", lambda n: [{"l.json": page("cloud_service_list", {
        "column_labels": {"m": "l" * (n // 2)}, "list": grow(lambda i: page_row(i, m="x"), n // 2)})}]),
    "a label of marks": ("ismap", lambda n: [{"l.json": page("cloud_service_list", {
        "column_labels": {"m": "\u0301\u0323" * (n // 8)}, "list": grow(lambda i: page_row(i, m="x"), n // 2)})}]),
    "details": ("ismap", lambda n: [{
        "l.json": page("cloud_service_list", {"list": grow(page_row, n // 2)}),
        "d.json": page("cloud_service_list_detail", {"x": grow(lambda i: {"sys_id": f"{i:032x}", "m": "v"}, n // 2)})}]),
    "files of details": ("ismap", lambda n: [{
        "l.json": page("cloud_service_list", {"list": grow(page_row, n // 2)}),
        **{f"d{j}.json": page("cloud_service_list_detail", {"sys_id": f"{j:032x}", "m": "v"}) for j in range(n // 500)}}]),
    "joined fields": ("ismap", lambda n: [{
        "l.json": page("cloud_service_list", {"list": [page_row(0, **{f"m{i}": 0 for i in range(n // 24)})]}),
        "d.json": page("cloud_service_list_detail", {"sys_id": f"{0:032x}", **{f"m{i}": 1 for i in range(n // 24)}})}]),
    "rows again": ("ismap", lambda n: [{f"l{j}.json": page("cloud_service_list", {"list": grow(page_row, n // 10)}) for j in range(10)}]),
    "a table in HTML": ("ismap", lambda n: [{"l.html": SAVED + "<table><tr><th>登録番号</th></tr>" + "".join(
        f'<tr><td><a href="?sys_id={i:032x}">C{i}</a></td></tr>' for i in range(n // 80)) + "</table>"}]),
    "tags of HTML": ("ismap", lambda n: [{"l.html": SAVED + "<b>" * (n // 3)}]),
    "attributes of HTML": ("ismap", lambda n: [{"l.html": SAVED + "<p " + " ".join(f"a{i}" for i in range(n // 7)) + ">"}]),
    "ends of a tag in quotes": ("ismap", lambda n: [{"l.html": SAVED + '<p x=">" ' + " ".join(f"a{i}" for i in range(n // 7)) + ">"}]),
    "scripts without an end": ("ismap", lambda n: [{"l.html": SAVED + "<style>" * (n // 7)}]),
    "tables within": ("ismap", lambda n: [{"l.html": SAVED + f'<table><tr><td><a href="?sys_id={1:032x}">' * 200 + "x" * n}]),
    # Tables.
    "short rows": ("table", lambda n: table("ID,Name\n" + "".join(f"{i},a\n" for i in range(n // 7)))),
    "empty cells": ("table", lambda n: table("ID,Name\n1,a\n" + ("," * 2000 + "x\n") * (n // 2000))),
    "columns": ("table", lambda n: wide(n // 100, "1", n)),
    "headings": ("table", lambda n: table("ID,Name," + ",".join(["x"] * min(n // 2, 16000)) + "\n1,a\n")),
    "headings of marks": ("table", lambda n: table(
        "ID,Name\n" + "".join("1,a" + ("," + "\u0301\u0323" * 49) * 100 + "\n" for _ in range(n // 20000 + 1)))),
    "a column of marks": ("table", lambda n: table("ID,Name,x\n1,a," + "\u0301\u0323" * (n // 4) + "\n")),
    "quotes": ("table", lambda n: table('ID,Name\n1,"' + '""' * (n // 2) + '"\n')),
    "line ends in a cell": ("table", lambda n: table('ID,Name\n1,"' + "\n" * n + '"\n')),
    "empty rows": ("table", lambda n: table("ID,Name\n1,a\n" + "\n" * n)),
    "rows of no list": ("table", lambda n: table("ID,Name\n1,a\n" + ",x\n" * (n // 3))),
    "members of rows": ("table", lambda n: table("[" + ",".join(
        ['{"ID":"1","Name":"a"}'] + [f'{{"m{i}":1}}' for i in range(n // 12)]) + "]")),
    "lines of JSON": ("table", lambda n: table('{"ID":"0","Name":"a"}\n' + "".join(f'{{"ID":{i}}}\n' for i in range(1, n // 13)))),
    "short rows of a wide table": ("table", lambda n: table(
        "ID,Name," + ",".join(f"h{i}" for i in range(min(n // 14, 16000))) + "\n" + "".join(f"{i},a\n" for i in range(n // 14)))),
    "labels of a map": ("table", lambda n: [("ID,Name\n" + "".join(f"{i},a\n" for i in range(n // 14)),
        TABLE_MAP + "[labels]\n" + "".join(f"extra.a{i} = h{i}\n" for i in range(n // 40)))]),
    "left": ("interchange", lambda n: [
        interchange(grow(lambda i: {"number": str(i)}, n)),
        interchange([{"number": "x"}], day="2026-01-16")]),
}


def write(case, size, folder):
    """Writes a case's documents. Yields for each pull the files, or folders of saved pages, that it reads."""
    os.makedirs(folder)
    for number, documents in enumerate(CASES[case][1](size)):
        if isinstance(documents, dict):
            place = os.path.join(folder, f"{number}.pages")
            os.makedirs(place)
            write_files({os.path.join(place, name): text for name, text in documents.items()})
            yield [place]
            continue
        documents = documents if isinstance(documents, tuple) else (documents,)
        files = {os.path.join(folder, f"{number}.{i}.json"): text for i, text in enumerate(documents)}
        write_files(files)
        yield list(files)


def write_files(files):
    for path, text in files.items():
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def size_of(path):
    if os.path.isfile(path):
        return os.path.getsize(path)
    return sum(entry.stat().st_size for entry in os.scandir(path))


def main():
    if sys.argv[1:] == ["--list"]:
        for name, (source, _) in CASES.items():
            print(f"{name}\t{source}")
        return
    for files in write(sys.argv[1], int(sys.argv[2]), sys.argv[3]):
        print("\t".join(files))


if __name__ == "__main__":
    main()
