#!/usr/bin/env python3
"""Rewrites the past of a generation file in one of several ways, as its origin could, or somebody with its key.

    rewrite.py STORE.db CASE

The file stays one that ismap-sync could have made, so its chains are computed anew. Prints the service that a
reader would see differ, or its number of a generation. Services and generations are the first that fit.
"""
import os
import sqlite3
import subprocess
import sys

PATH, CASE = sys.argv[1:3]
DATABASE = sqlite3.connect(PATH)
SERVICE = "e.kind = (SELECT id FROM kind WHERE name = 'service')"


def one(sql, *values):
    row = DATABASE.execute(sql, values).fetchone()
    if row is None:
        sys.exit("nothing in %s is fit for '%s'" % (PATH, CASE))
    return row


def run(sql, *values):
    DATABASE.execute(sql, values)


# A former value of a service, which another one follows that still holds or ended later than a generation on.
FORMER = """SELECT e.key, v.id, n.id, v.gen_to FROM value v JOIN entity e ON e.id = v.entity JOIN value n
    ON n.entity = v.entity AND n.field = v.field AND n.gen_from = v.gen_to
    WHERE %s AND v.field IN (SELECT id FROM field WHERE name IN ('name', 'level', 'description'))
    AND v.text <> '' AND n.text <> '' AND ifnull(n.gen_to > n.gen_from + 1, v.gen_to < (SELECT max(id) FROM generation))
    ORDER BY v.gen_from, v.id LIMIT 1""" % SERVICE


def value():
    key, number = one(FORMER)[:2]
    text = " (rewritten)"
    run("UPDATE value SET text = text || ?, size = size + ? WHERE id = ?", text, len(text), number)
    return key


def end():
    key, former, follower, until = one(FORMER)
    run("UPDATE value SET gen_to = ? WHERE id = ?", until + 1, former)
    run("UPDATE value SET gen_from = ? WHERE id = ?", until + 1, follower)
    return key


def removed():
    """The service leads to nobody and nobody leads to it, but for lists of services, whose links go with it."""
    key, entity = one("SELECT e.key, e.id FROM entity e JOIN presence p ON p.entity = e.id AND p.gen_from = 1"
                      " WHERE %s ORDER BY e.id LIMIT 1" % SERVICE)
    for table in ("change", "value", "presence", "touch"):
        run("DELETE FROM %s WHERE entity = ?" % table, entity)
    run("DELETE FROM change WHERE old_link IN (SELECT id FROM link WHERE entity = ?1 OR target = ?1)"
        " OR new_link IN (SELECT id FROM link WHERE entity = ?1 OR target = ?1)", entity)
    run("DELETE FROM link WHERE entity = ?1 OR target = ?1", entity)
    return key


def swapped():
    (left, first), (right, second) = DATABASE.execute(
        "SELECT e.key, e.id FROM entity e JOIN presence p ON p.entity = e.id AND p.gen_from = 1 AND p.gen_to IS NULL"
        " WHERE %s ORDER BY e.id LIMIT 2" % SERVICE).fetchall()
    run("DROP INDEX value_now")
    run("UPDATE value SET entity = ?1 + ?2 - entity WHERE entity IN (?1, ?2)", first, second)
    run("CREATE UNIQUE INDEX value_now ON value (entity, field) WHERE gen_to IS NULL")
    return min(left, right)


def dropped():
    """What began in it begins in the one behind, and what also ended there never was."""
    number, = one("SELECT id FROM generation WHERE id > 3 AND id < (SELECT max(id) - 2 FROM generation) ORDER BY id LIMIT 1")
    for table in ("value", "link", "presence"):
        gone = "SELECT id FROM %s WHERE gen_from = %d AND gen_to = %d" % (table, number, number + 1)
        if table != "presence":
            run("DELETE FROM change WHERE old_%s IN (%s) OR new_%s IN (%s)" % (table, gone, table, gone))
        run("DELETE FROM %s WHERE id IN (%s)" % (table, gone))
        run("UPDATE %s SET gen_from = gen_from + 1 WHERE gen_from = ?" % table, number)
        run("UPDATE %s SET gen_to = gen_to + 1 WHERE gen_to = ?" % table, number)
    run("UPDATE OR REPLACE touch SET gen = gen + 1 WHERE gen = ?", number)
    for table, column in (("change", "gen"), ("document", "gen_from")):
        run("UPDATE %s SET %s = %s + 1 WHERE %s = ?" % (table, column, column, column), number)
    run("DELETE FROM source_document WHERE generation = ?", number)
    run("DELETE FROM generation WHERE id = ?", number)
    return number


print({"value": value, "end": end, "removed": removed, "swapped": swapped, "dropped": dropped}[CASE]())
DATABASE.commit()
DATABASE.close()
sys.exit(subprocess.call([sys.executable, os.path.join(os.path.dirname(__file__), "chain.py"), PATH, "--reseal"]))
