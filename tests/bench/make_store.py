#!/usr/bin/env python3
"""A store of any number of services, made with SQL alone.

    make_store.py ISMAP-SYNC STORE SERVICES [VALUES]

ismap-sync imports a list of one service; the others are rows put beside that
one's, with as many values each (20) and no documents. generations/1.db is this
first publication; generations/2.db, which `current` names, has another one of
the day after, which changes one value of each of twenty services.
"""
import json, os, shutil, sqlite3, subprocess, sys

CHANGED = 20
DAY = 86400 * 1000

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :services - 1) "
FILL = (
    "INSERT INTO entity (id, kind, key) SELECT :before + i, 5, printf('S-%07d', i) FROM n",
    "INSERT INTO presence (entity, kind, parent, name, gen_from)"
    " SELECT :before + i, p.kind, p.parent, printf('S-%07d', i), 1 FROM n, presence p WHERE p.entity = :model",
    "INSERT INTO value (entity, field, gen_from, size, text) SELECT :before + i, field, 1, length(t) + 1, t FROM"
    " (SELECT i, field, CASE field WHEN 13 THEN text ELSE text || ', ' || i END AS t"
    "  FROM n, (SELECT field, text FROM value WHERE entity = :model ORDER BY field))",
    "INSERT INTO link (entity, relation, name, target, path, gen_from)"
    " SELECT :before + i, relation, name, target, path, 1 FROM n, link WHERE entity = :model",
    "INSERT INTO touch (entity, relation, gen) SELECT :before + i, 0, 1 FROM n",
)
CHANGE = (
    "INSERT INTO generation (published_at, published_basis, day, mtime, fetched_at, source, complete, services, chain)"
    " SELECT published_at + :day, published_basis, date(published_at / 1000 + 86400, 'unixepoch'),"
    " mtime + :day * 1000000, fetched_at, source, 1, services, chain FROM generation",
    "CREATE TEMP TABLE changing AS WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :changed - 1)"
    " SELECT id FROM entity WHERE kind = 5 AND key IN (SELECT printf('S-%07d', i * :services / :changed) FROM n)",
    "UPDATE value SET gen_to = 2 WHERE field = 10 AND entity IN (SELECT id FROM changing)",
    "INSERT INTO value (entity, field, gen_from, size, text) SELECT id, 10, 2, 12, 'Changed now' FROM changing",
    "INSERT INTO touch (entity, relation, gen) SELECT id, 0, 2 FROM changing",
    "INSERT INTO change (gen, kind, entity, field, old_value, new_value) SELECT 2, 'changed', id, 10,"
    " (SELECT id FROM value WHERE entity = changing.id AND field = 10 AND gen_to = 2),"
    " (SELECT id FROM value WHERE entity = changing.id AND field = 10 AND gen_to IS NULL) FROM changing",
)


def service(number, name, values):
    """A record; its other values are the model's, as FILL has them."""
    told = {"number": "S-%07d" % number, "name": name, "status": "registered", "provider": "P"}
    told.update(("extra.field-%02d" % field, "What field %d says%s" % (field, ", %d" % number if number else ""))
                for field in range(4, values))
    return told


def publication(published, complete, services):
    return {"format": "ismapfs-interchange", "version": 1,
            "registry": {"name": "synthetic", "title": "Synthetic", "time_zone": "UTC", "language": "en"},
            "published": published, "complete": complete, "services": services}


def next_publication(path, services, values=20):
    """Twenty services spread over the list, each with another name than before."""
    with open(path, "w") as file:
        json.dump(publication("2026-01-03", False, [
            service(i * services // CHANGED + 1, "Changed again, %d" % i, values) for i in range(CHANGED)]), file)


def import_one(sync, store, values):
    listed = publication("2026-01-01", True, [service(0, "Service 0", values)])
    os.makedirs(store)
    with open(store + "/list.json", "w") as file:
        json.dump(listed, file)
    subprocess.run([sync, "import", "--store", store, "--source", "interchange", store + "/list.json"],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.remove(store + "/list.json")


def run(path, statements, **parameters):
    """Statements in one transaction on a file that nobody needs if this fails."""
    database = sqlite3.connect(path, isolation_level=None)
    for setting in ("journal_mode = off", "synchronous = off", "cache_size = -100000", "secure_delete = off"):
        database.execute("PRAGMA " + setting)
    database.execute("BEGIN")
    parameters["model"], = database.execute("SELECT id FROM entity WHERE key = 'S-0000000'").fetchone()
    parameters["before"], = database.execute("SELECT max(id) FROM entity").fetchone()
    for statement in statements:
        database.execute(statement, parameters)
    database.execute("COMMIT")
    database.close()


def make(sync, store, services, values=20):
    if services < CHANGED:
        raise ValueError("too few services")
    import_one(sync, store, values)
    first, second = store + "/generations/1.db", store + "/generations/2.db"
    run(first, [NUMBERS + statement for statement in FILL] + ["UPDATE generation SET services = :services"],
        services=services)
    shutil.copyfile(first, second)
    run(second, CHANGE, services=services, changed=CHANGED, day=DAY)
    # The files are no longer what ismap-sync made.
    os.remove(store + "/digests")
    os.symlink("generations/2.db", store + "/current.new")
    os.rename(store + "/current.new", store + "/current")


if __name__ == "__main__":
    make(sys.argv[1], sys.argv[2], int(sys.argv[3]), *map(int, sys.argv[4:]))
