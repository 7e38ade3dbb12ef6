#!/usr/bin/env python3
"""Computes the chain of a store's generations a second time, as ismap-mirror(7) has it.

    chain.py STORE.db             a line NUMBER CHAIN for each generation whose rows are all
                                  there; fails when the file has another chain anywhere
    chain.py STORE.db --text N    the text that generation N's chain is the checksum of

Knows nothing of ismap-sync but the store's format (include/schema.sql).
"""
import hashlib
import sqlite3
import sys

ESCAPES = {0x5C: b"\\\\", 0x09: b"\\t", 0x0A: b"\\n", 0x0D: b"\\r"}


def field(value):
    if value is None:
        return b"\\N"
    if isinstance(value, int):
        return b"%d" % value
    return b"".join(ESCAPES.get(byte, bytes((byte,))) for byte in value)


def line(*fields):
    return b"\t".join(field(value) for value in fields)


class Store:
    def __init__(self, path):
        self.database = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
        self.database.text_factory = bytes
        self.kinds = dict(self.rows("SELECT id, name FROM kind"))
        self.fields = dict(self.rows("SELECT id, name FROM field"))
        self.relations = dict(self.rows("SELECT id, name FROM relation"))
        self.entities = {number: (self.kinds[kind], key) for number, kind, key in
                         self.rows("SELECT id, kind, key FROM entity")}
        self.generations = self.rows("SELECT id, published_at, published_basis, day, mtime, fetched_at, source,"
                                     " complete, services, held_until, chain, kept FROM generation ORDER BY id")
        self.documents = self.grouped("SELECT generation, role, shape, location, sha256, published_at"
                                      " FROM source_document")
        self.lines = {}
        for sign, column in ((b"+", "gen_from"), (b"-", "gen_to")):
            for word, read in ((b"value", self.value), (b"link", self.link), (b"presence", self.presence)):
                read(sign + word, column)

    def rows(self, sql):
        return self.database.execute(sql).fetchall()

    def grouped(self, sql):
        groups = {}
        for row in self.rows(sql):
            groups.setdefault(row[0], []).append(row[1:])
        return groups

    def add(self, generation, word, entity, *fields):
        kind, key = self.entities[entity]
        if generation is not None and kind != b"derived":
            self.lines.setdefault(generation, []).append(line(word, kind, key, *fields))

    def value(self, word, column):
        for generation, entity, number, text in self.rows("SELECT %s, entity, field, text FROM value" % column):
            self.add(generation, word, entity, self.fields[number], text)

    def link(self, word, column):
        for generation, entity, relation, name, target, path in self.rows(
                "SELECT %s, entity, relation, name, target, path FROM link" % column):
            self.add(generation, word, entity, self.relations[relation], name, *self.entities[target], path)

    def presence(self, word, column):
        for generation, entity, parent, name in self.rows("SELECT %s, entity, parent, name FROM presence" % column):
            self.add(generation, word, entity, *self.entities[parent], name)

    def text(self, index):
        """The text of the index-th generation, with the chain of the one before as the file has it."""
        row = self.generations[index]
        before = self.generations[index - 1] if index > 0 else None
        lines = [b"ismapfs-chain 1",
                 line(b"before", before[10] if before else self.rows("SELECT uuid FROM store")[0][0]),
                 line(b"held-until", before[9] if before else None),
                 line(b"generation", *row[:9])]
        lines += sorted(line(b"document", *document) for document in self.documents.get(row[0], []))
        lines += sorted(self.lines.get(row[0], []))
        return b"".join(each + b"\n" for each in lines)

    def whole(self):
        """Generations whose rows are all there: of the oldest that isn't pruned, some of what it ended is gone."""
        oldest = min(row[0] for row in self.generations if row[11] == 1)
        return [index for index, row in enumerate(self.generations) if row[0] > (0 if oldest == 1 else oldest)]


def main():
    store = Store(sys.argv[1])
    if sys.argv[2:3] == ["--text"]:
        wanted = int(sys.argv[3])
        sys.stdout.buffer.write(store.text([row[0] for row in store.generations].index(wanted)))
        return 0
    wrong = 0
    for index in store.whole():
        chain = hashlib.sha256(store.text(index)).hexdigest().encode()
        print(store.generations[index][0], chain.decode())
        if chain != store.generations[index][10]:
            wrong += 1
            print("generation %d has another chain: %s" % (store.generations[index][0],
                                                           store.generations[index][10].decode()))
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main())
