#!/usr/bin/env python3
"""Compares a store's file of version 1 with the one that an upgrade has made of it.

    upgraded.py OLD.db NEW.db WORD=WORD...

Facts, their days and what changes/ tells are equal, but for the words of status
named; each row that is another has an id that was never used; the rest of the rows
have the ids that they had. Prints each difference; ends with 1 when there is one.
"""
import sqlite3
import sys

IN_FORCE = (49, 50)
WORDS = dict(pair.split("=") for pair in sys.argv[3:])


class File:
    def __init__(self, path):
        self.database = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
        self.newest, = self.rows("SELECT max(id) FROM generation")[0]

    def rows(self, sql):
        return self.database.execute(sql).fetchall()


def facet(key):
    farm, slash, word = key.partition("/")
    return farm + slash + WORDS.get(word, word) if farm == "by-status" else key


def status(kind, field, text):
    return WORDS.get(text, text) if (kind, field) == (5, 13) else text


def values(file, translate, before):
    """What held, and when, of the generations before that one."""
    found = {}
    for number, kind, key, field, text, since, until in file.rows(
            "SELECT v.id, e.kind, e.key, v.field, v.text, v.gen_from, v.gen_to FROM value v JOIN entity e ON e.id = v.entity"):
        if since < before and field not in IN_FORCE:
            found[kind, key, field, since] = (translate(kind, field, text), until if until and until < before else None,
                                              number)
    return found


def links(file, key_of, before):
    return {(kind, key_of(key), relation, name, since): (path, until if until and until < before else None, number)
            for number, kind, key, relation, name, path, since, until in file.rows(
                "SELECT l.id, e.kind, e.key, l.relation, l.name, l.path, l.gen_from, l.gen_to"
                " FROM link l JOIN entity e ON e.id = l.entity WHERE e.kind <> 11") if since < before}


def presences(file, key_of, before):
    return {(kind, key_of(key), since): (parent, until if until and until < before else None, number)
            for number, kind, key, parent, since, until in file.rows(
                "SELECT p.id, e.kind, e.key, d.key, p.gen_from, p.gen_to FROM presence p"
                " JOIN entity e ON e.id = p.entity JOIN entity d ON d.id = p.parent") if since < before}


def compare(what, old, new):
    """The same facts; an id is kept, or it is a new one."""
    wrong = 0
    used = max(entry[-1] for entry in old.values())
    for key in old.keys() | new.keys():
        before, after = old.get(key), new.get(key)
        if before is None or after is None or before[:-1] != after[:-1]:
            print(what, key, before, after)
            wrong += 1
    changed = {entry[-1] for entry in new.values()} - {entry[-1] for entry in old.values()}
    if changed and min(changed) <= used:
        print(what, "an id was used before:", min(changed))
        wrong += 1
    return wrong


def changed_ids(old, new, texts):
    """Rows whose text is another have another id, those whose text is the same the one that they had."""
    wrong = 0
    for key, (text, _, number) in new.items():
        former = texts.get(key)
        if former is not None and (former[0] == text) != (former[-1] == number):
            print("value", key, former, text, number)
            wrong += 1
    return wrong


def changes(file, words):
    return [(seq, gen, kind, key, field, words.get(old, old) if field == 13 else old,
             words.get(new, new) if field == 13 else new, relation)
            for seq, gen, kind, key, field, old, new, relation in file.rows(
                "SELECT c.seq, c.gen, c.kind, e.key, c.field, o.text, n.text, c.relation FROM change c"
                " JOIN entity e ON e.id = c.entity LEFT JOIN value o ON o.id = c.old_value"
                " LEFT JOIN value n ON n.id = c.new_value ORDER BY c.seq")]


def main():
    old, new = File(sys.argv[1]), File(sys.argv[2])
    upgrade = old.newest + 1
    old_values = values(old, status, upgrade)
    new_values = values(new, lambda kind, field, text: text, upgrade)
    wrong = compare("value", old_values, new_values)
    wrong += changed_ids(old_values, new_values, values(old, lambda kind, field, text: text, upgrade))
    wrong += compare("link", links(old, facet, upgrade), links(new, str, upgrade))
    wrong += compare("presence", presences(old, facet, upgrade), presences(new, str, upgrade))
    for sql in ("SELECT id, published_at, published_basis, day, mtime, fetched_at, source, complete, services, kept"
                " FROM generation WHERE id <= %d ORDER BY id" % old.newest,
                "SELECT uuid, registry, title, time_zone, language FROM store"):
        if old.rows(sql) != new.rows(sql):
            print(sql, old.rows(sql), new.rows(sql))
            wrong += 1
    if changes(old, WORDS) != changes(new, {}):
        print("changes:", changes(old, WORDS), changes(new, {}))
        wrong += 1
    documents, = old.rows("SELECT max(id) FROM document")[0]
    if new.rows("SELECT 1 FROM document WHERE id <= %d" % documents):
        print("a document has an id that was used before")
        wrong += 1
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main())
