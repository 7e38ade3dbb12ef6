"""Stores before and after a command, and what a store says: for the tests of faults."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.abspath(os.environ.get("BUILD", os.path.join(TOP, "build")))
SYNC = os.path.join(BUILD, "ismap-sync")
PUBLICATIONS = os.path.join(TOP, "tests", "publications")

# What differs between two runs of one command: the store's uuid, and when it was fetched.
OWN_FIELDS = (84, 90)
OWN_STATE = ("serial", "written-at", "last-attempt")


def make_publications(directory):
    """a.json, b.json and c.json, each a month later than the one before; loss.json is refused."""
    options = {"a": ["--services", "6", "--published", "2025-01-01"],
               "b": ["--services", "7", "--published", "2025-02-01", "--status", "E-0002=past-date"],
               "c": ["--services", "7", "--published", "2025-03-01", "--without", "E-0003"],
               "loss": ["--services", "2", "--published", "2025-04-01"]}
    for name, words in options.items():
        with open(os.path.join(directory, name + ".json"), "wb") as file:
            subprocess.run([sys.executable, os.path.join(PUBLICATIONS, "interchange.py"), *words],
                           stdout=file, check=True)


def sync(arguments, **options):
    return subprocess.run([SYNC, *arguments], capture_output=True, text=True, timeout=120, check=False, **options)


class Scenario:
    """A command that writes a store: what comes before it, and what it says of itself."""

    def __init__(self, name, before, command, code=0):
        self.name, self.code = name, code
        self.before, self.words = before, command

    def command(self, base, store):
        # The preloaded libraries write what they count, and kill.
        return [*(word.replace("BASE", base).replace("STORE", store) for word in self.words), "--sandbox=off"]

    def prepare(self, base, store):
        shutil.rmtree(store, ignore_errors=True)
        for name in self.before:
            sync(["pull", "--store", store, "--source", "interchange", "--from", f"{base}/{name}.json"]).check_returncode()


def pull(name):
    return ["pull", "--store", "STORE", "--source", "interchange", "--from", f"BASE/{name}.json"]


SCENARIOS = [
    Scenario("first pull", [], pull("a")),
    Scenario("pull", ["a"], pull("b")),
    Scenario("pull without news", ["a"], pull("a")),
    Scenario("refused pull", ["a", "b"], pull("loss"), code=4),
    Scenario("import-history", [], ["import-history", "--store", "STORE", "--source", "interchange",
                                    "BASE/a.json", "BASE/b.json", "BASE/c.json"]),
    Scenario("prune", ["a", "b", "c"], ["prune", "--store", "STORE", "--keep", "1"]),
]


def digest(store):
    """What the current generation says, but for OWN_FIELDS; None where there is none."""
    try:
        current = os.readlink(os.path.join(store, "current"))
    except FileNotFoundError:
        return None
    path = os.path.join(store, current)
    if not os.path.exists(path):
        raise AssertionError(f"current leads to {current}, which isn't there")
    said = hashlib.sha256()
    database = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
    try:
        for query in (
                "SELECT id, published_at, day, source, sha256, complete, services, kept FROM generation",
                "SELECT * FROM entity", "SELECT * FROM presence", "SELECT * FROM link",
                # By what they say: a value's id depends on how often OWN_FIELDS changed before it.
                "SELECT c.seq, c.gen, c.kind, c.entity, c.field, o.text, n.text, c.relation, c.old_link, c.new_link"
                " FROM change c LEFT JOIN value o ON o.id = c.old_value LEFT JOIN value n ON n.id = c.new_value",
                "SELECT * FROM touch", "SELECT id, name FROM field",
                "SELECT entity, field, gen_from, gen_to, text FROM value WHERE field NOT IN (84, 90)",
                "SELECT d.entity, d.name, d.size, c.seq, c.bytes FROM document d LEFT JOIN chunk c ON c.document = d.id"):
            for row in sorted(map(repr, database.execute(query))):
                said.update(row.encode())
    finally:
        database.close()
    return said.hexdigest()


def listing(store):
    """Every path below a store: what a killed run might litter."""
    return sorted(os.path.relpath(os.path.join(folder, name), store)
                  for folder, folders, names in os.walk(store) for name in folders + names)


def state(store):
    """The state file, but for OWN_STATE."""
    try:
        with open(os.path.join(store, "state"), encoding="utf-8") as file:
            lines = file.read().splitlines()
    except FileNotFoundError:
        return []
    return [line for line in lines if line.split(" ")[0] not in OWN_STATE]
