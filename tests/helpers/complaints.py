#!/usr/bin/env python3
"""Whether what walkers of a mount complained of was true.

Usage: complaints.py GENERATION_FILE MOUNT SWITCHES COMPLAINTS...

SWITCHES has a line for each generation: its number, and when it became current.
COMPLAINTS hold lines `BEGIN END MESSAGE`: what grep, ls or tar said in a walk
between the two times. True are:

  - that a name isn't there, if it was there in a generation that the walk began
    in or saw, and isn't in a later one that it saw;
  - that a directory changed under tar, if the walk saw two generations that
    differ in it.

Prints every other line, and how many were true. Exit status 1 for any other.
"""

import re
import sqlite3
import sys

# A switch is seen within that time, and clocks of files and processes differ. Seconds.
LATE = 1.0
MISSING = re.compile(r"(?:^|[ '])((?:/|\./)[^:']*)'?: (?:.*: )?"
                     r"(?:No such file or directory|File removed before we read it)$")
CHANGED = re.compile(r"^tar: (\.[^:]*): file changed as we read it$")
ROOT = 1
VALID = "gen_from <= :g AND (gen_to IS NULL OR gen_to > :g)"


class Tree:
    """What the tree shows in each generation, from the tables that it is made of."""

    def __init__(self, path):
        self.database = sqlite3.connect("file:%s?immutable=1" % path, uri=True)
        self.relations = dict(self.database.execute("SELECT name, id FROM relation WHERE id > 0"))

    def one(self, sql, **values):
        row = self.database.execute(sql, values).fetchone()
        return row[0] if row else None

    def is_link(self, g, entity, relation, name=None):
        return self.one("SELECT 1 FROM link WHERE entity = :e AND relation = :r AND (:n IS NULL OR name = :n) AND "
                        + VALID, e=entity, r=relation, n=name, g=g) is not None

    def is_file(self, g, entity, name):
        if self.one("SELECT 1 FROM value JOIN field f ON f.id = field WHERE entity = :e AND f.name = :n AND " + VALID,
                    e=entity, n=name, g=g) is not None:
            return True
        if self.one("SELECT 1 FROM document WHERE entity = :e AND name = :n AND gen_from <= :g", e=entity, n=name, g=g):
            return True
        # A record is there while what it is about is listed; the table keeps the newest alone.
        key = self.one("SELECT key FROM entity WHERE id = :e", e=entity)
        about = name.removesuffix(".json")
        return key == "records/services" and self.one(
            "SELECT 1 FROM presence p JOIN entity d ON d.id = p.parent AND d.kind = 2 AND d.key = 'services'"
            " WHERE p.name = :n AND " + VALID,
            n=about, g=g) is not None

    def find(self, g, path):
        """The directory's entity, or True for anything else that is there; None when nothing is."""
        entity, relation = ROOT, None
        parts = [part for part in path.split("/") if part not in ("", ".")]
        for place, name in enumerate(parts):
            last = place == len(parts) - 1
            if relation is not None:
                return True if last and self.is_link(g, entity, relation, name) else None
            child = self.one("SELECT entity FROM presence WHERE parent = :e AND name = :n AND " + VALID,
                             e=entity, n=name, g=g)
            if child is not None:
                entity = child
            elif name in self.relations and self.is_link(g, entity, self.relations[name]):
                if last:
                    return True
                relation = self.relations[name]
            elif last and (self.is_link(g, entity, 0, name) or self.is_file(g, entity, name)):
                return True
            else:
                return None
        return entity

    def found_in(self, generations, path):
        """What find() says in the first of the generations that has the path."""
        return next(filter(None, (self.find(g, path) for g in generations)), None)

    def differs(self, generations, path):
        """Whether a directory isn't the same in all of them."""
        first, last = generations[0], generations[-1]
        entity = self.found_in(generations, path)
        above, _, name = path.rpartition("/")
        if entity is True and name in self.relations:  # a directory of links: those of the entity around it
            entity = self.found_in(generations, above)
        if entity is None or entity is True:
            return False
        for table, column in (("presence", "parent"), ("value", "entity"), ("link", "entity")):
            if self.one(f"SELECT 1 FROM {table} WHERE {column} = :e AND (gen_from > :a AND gen_from <= :b"
                        " OR gen_to > :a AND gen_to <= :b)", e=entity, a=first, b=last):
                return True
        # Of a document only the newest version is known.
        return self.one("SELECT 1 FROM document WHERE entity = :e AND gen_from > :a", e=entity, a=first) is not None


def seen(switches, begin, end):
    """The generations that a walk may have seen, oldest first."""
    return [number for number, since, until in switches if since <= end + LATE and until + LATE >= begin]


def is_true(tree, mount, generations, message):
    missing, changed = MISSING.search(message), CHANGED.match(message)
    if missing:
        path = missing.group(1).removeprefix(mount)
        there = [tree.find(g, path) is not None for g in generations]
        return any(before and not after for place, before in enumerate(there) for after in there[place + 1:])
    if changed and changed.group(1) in (".", "./.registry"):
        return len(generations) > 1  # README and the state are of each switch
    if changed:
        return len(generations) > 1 and tree.differs(generations, changed.group(1))
    return message == "tar: Exiting with failure status due to previous errors"


def main():
    database, mount, switched, *files = sys.argv[1:]
    tree = Tree(database)
    with open(switched, encoding="utf-8") as file:
        times = [(int(number), float(time)) for number, time in (line.split() for line in file)]
    switches = [(number, since, times[place + 1][1] if place + 1 < len(times) else float("inf"))
                for place, (number, since) in enumerate(times)]
    true, untrue = 0, 0
    for name in files:
        with open(name, encoding="utf-8", errors="replace") as file:
            for line in file:
                begin, end, message = line.rstrip("\n").split(" ", 2)
                generations = seen(switches, float(begin), float(end))
                if is_true(tree, mount, generations, message):
                    true += 1
                else:
                    untrue += 1
                    print(f"{message} (generations {generations[0]} to {generations[-1]})")
    print(f"# {true} complaints, each of what had gone or changed")
    sys.exit(1 if untrue else 0)


if __name__ == "__main__":
    main()
