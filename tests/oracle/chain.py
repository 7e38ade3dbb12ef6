#!/usr/bin/env python3
"""Computes the chain of a store's generations a second time, as ismap-mirror(7) has it.

    chain.py STORE.db             a line NUMBER CHAIN for each generation whose rows are all
                                  there; fails when the file has another chain anywhere
    chain.py STORE.db --text N    the text that generation N's chain is the checksum of
    chain.py STORE.db --kept      fails unless a pruned file has what its pruning says that it kept; prints
                                  the pruning's generation, and from which one on states are kept
    chain.py STORE.db --forgotten N    the checksum of what a pruning to N makes this file forget
    chain.py STORE.db --reseal    gives each generation whose rows are all there the chain of what the file now
                                  holds, and a pruned file its statement: what who has the key can always do

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

    def first(self):
        return min(row[0] for row in self.generations if row[11] == 1)

    def dated(self, forgotten, first):
        """Rows that hold in generation `first`, or that ended by then."""
        shown = {row[0] for row in self.rows("SELECT entity FROM presence WHERE gen_to IS NULL OR gen_to > %d" % first)}
        for entity, number, text, since, until in self.rows("SELECT entity, field, text, gen_from, gen_to FROM value"):
            gone = entity not in shown or (until is not None and until <= first)
            yield gone, b"value", entity, since, until, (self.fields[number], text)
        for entity, number, name, target, path, since, until in self.rows(
                "SELECT entity, relation, name, target, path, gen_from, gen_to FROM link"):
            gone = until is not None and until <= first
            yield gone, b"link", entity, since, until, (self.relations[number], name, *self.entities[target], path)
        for entity, parent, name, since, until in self.rows("SELECT entity, parent, name, gen_from, gen_to FROM presence"):
            gone = until is not None and until <= first
            yield gone, b"presence", entity, since, until, (*self.entities[parent], name)

    def pruned(self, forgotten, first):
        """The checksum of what a pruning to generation `first` keeps of this file, or forgets of it."""
        lines = [b"ismapfs-pruned 1", b"forgotten" if forgotten else b"kept", line(b"first", first)]
        if not forgotten:
            lines += [line(b"generation", *row[:11]) for row in self.generations if row[0] < first]
        lines += sorted(line(word, since, until if forgotten else None, *self.entities[entity], *fields)
                        for gone, word, entity, since, until, fields in self.dated(forgotten, first)
                        if gone == forgotten and since <= first and self.entities[entity][0] != b"derived")
        return hashlib.sha256(b"".join(each + b"\n" for each in lines)).hexdigest()

    def statement(self):
        """The generation of the last pruning, and what it says that it kept."""
        return max((generation, sha256.decode()) for generation, documents in self.documents.items()
                   for role, _, location, sha256, _ in documents
                   if role == b"kept" and location == b"before generation %d" % self.first())

    def whole(self):
        """Generations whose rows are all there: of the oldest that isn't pruned, some of what it ended is gone."""
        oldest = min(row[0] for row in self.generations if row[11] == 1)
        return [index for index, row in enumerate(self.generations) if row[0] > (0 if oldest == 1 else oldest)]


def reseal(path):
    store, database = Store(path), sqlite3.connect(path)
    for index in store.whole():
        row = store.generations[index]
        documents = store.documents.get(row[0], [])
        for number, (role, shape, location, _, published) in enumerate(documents):
            if role == b"kept" and location == b"before generation %d" % store.first():
                kept = store.pruned(False, store.first())
                documents[number] = (role, shape, location, kept.encode(), published)
                database.execute("UPDATE source_document SET sha256 = ? WHERE role = 'kept' AND generation = ?", (kept, row[0]))
        chain = hashlib.sha256(store.text(index)).hexdigest()
        store.generations[index] = (*row[:10], chain.encode(), row[11])
        database.execute("UPDATE generation SET chain = ? WHERE id = ?", (chain, row[0]))
    database.commit()


def main():
    if sys.argv[2:3] == ["--reseal"]:
        reseal(sys.argv[1])
        return 0
    store = Store(sys.argv[1])
    if sys.argv[2:3] == ["--kept"]:
        number, stated = store.statement()
        print(number, store.first())
        return stated != store.pruned(False, store.first())
    if sys.argv[2:3] == ["--forgotten"]:
        print(store.pruned(True, int(sys.argv[3])))
        return 0
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
