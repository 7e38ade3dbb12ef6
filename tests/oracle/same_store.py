#!/usr/bin/env python3
"""Whether two stores hold the same rows, whatever their ids: same_store.py STORE STORE.

Every fact with its generations, every change, touch and document to the byte, and the names that
ismap-sync remembers. Exit status 1, with the first differences, when not.
"""

import itertools
import os
import sqlite3
import sys

ENTITY = "(SELECT k.name || ':' || e.key FROM entity e JOIN kind k ON k.id = e.kind WHERE e.id = {})"
VALUE = "(SELECT text FROM value WHERE id = {})"
LINK = "(SELECT path FROM link WHERE id = {})"
QUERIES = {
    "generation": "SELECT id, published_at, published_basis, day, mtime, source, sha256, complete, services, kept"
                  " FROM generation",
    "services of the newest generation":
        "SELECT (SELECT count(*) FROM presence p JOIN entity c ON c.id = p.parent AND c.key = 'services'"
        " AND c.kind = 2 WHERE p.gen_to IS NULL) = (SELECT services FROM generation ORDER BY id DESC LIMIT 1)",
    "entity": f"SELECT {ENTITY.format('x.id')} FROM entity x",
    "presence": f"SELECT {ENTITY.format('entity')}, {ENTITY.format('parent')}, name, gen_from, gen_to FROM presence",
    "value": f"SELECT {ENTITY.format('entity')}, (SELECT name FROM field WHERE id = field), gen_from, gen_to, size, text"
             " FROM value WHERE field NOT IN (84, 86, 90)",
    "link": f"SELECT {ENTITY.format('entity')}, relation, name, {ENTITY.format('target')}, path, gen_from, gen_to FROM link",
    "touch": f"SELECT {ENTITY.format('entity')}, relation, gen FROM touch",
    "change": f"SELECT seq, gen, kind, {ENTITY.format('entity')}, (SELECT name FROM field WHERE id = field),"
              f" {VALUE.format('old_value')}, {VALUE.format('new_value')}, relation, {LINK.format('old_link')},"
              f" {LINK.format('new_link')} FROM change",
    "document": f"SELECT {ENTITY.format('d.entity')}, d.name, d.gen_from, d.size, c.seq, hex(c.bytes) FROM document d"
                " LEFT JOIN chunk c ON c.document = d.id",
    "reading": f"SELECT {ENTITY.format('entity')}, name FROM reading",
}


def rows(store, query):
    database = sqlite3.connect(f"file:{os.path.join(store, 'current')}?mode=ro&immutable=1", uri=True)
    found = sorted(database.execute(query).fetchall(), key=repr)
    database.close()
    return found


def main():
    left, right = sys.argv[1:3]
    same = True
    for what, query in QUERIES.items():
        ours, theirs = rows(left, query), rows(right, query)
        if what.startswith("services") and ours != [(1,)]:
            print(f"difference: {what}")
            same = False
        if ours == theirs:
            continue
        same = False
        for row in itertools.islice((r for r in ours if r not in set(theirs)), 8):
            print(f"difference: {what}: only in {left}: {str(row)[:400]}")
        for row in itertools.islice((r for r in theirs if r not in set(ours)), 8):
            print(f"difference: {what}: only in {right}: {str(row)[:400]}")
        if set(ours) == set(theirs):
            print(f"difference: {what}: another number of rows")
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
