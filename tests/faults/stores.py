"""Stores before and after a command, and what a store says: for the tests of faults."""

import contextlib
import ctypes
import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.abspath(os.environ.get("BUILD", os.path.join(TOP, "build")))
SYNC = os.path.join(BUILD, "ismap-sync")
PUBLICATIONS = os.path.join(TOP, "tests", "publications")
CORPUS = os.path.join(os.path.dirname(PUBLICATIONS), "fuzz", "corpus")

# What differs between two runs of one command: the store's uuid, and when it was fetched.
OWN_FIELDS = (84, 90)
OWN_STATE = ("serial", "written-at", "last-attempt")


# Documents that name their entries after the store's uuid.
NAMED = ("changes.atom", "dates.ics", "report.html")
CHUNK_SIZE = 65536


def unpack(chunk):
    zstd, text = ctypes.CDLL("libzstd.so.1"), ctypes.create_string_buffer(CHUNK_SIZE)
    zstd.ZSTD_decompress.restype = ctypes.c_size_t
    length = zstd.ZSTD_decompress(text, ctypes.c_size_t(CHUNK_SIZE), chunk, ctypes.c_size_t(len(chunk)))
    if length > CHUNK_SIZE:
        raise AssertionError("a chunk that can't be unpacked")
    return text.raw[:length]


def without_uuid(database):
    (uuid,) = database.execute("SELECT uuid FROM store").fetchone()
    rows = database.execute(f"SELECT c.bytes FROM document d JOIN chunk c ON c.document = d.id WHERE d.name IN {NAMED} ORDER BY d.name, c.seq")
    return b"".join(unpack(chunk) for (chunk,) in rows).replace(uuid.encode(), b"")


def chain_of(place):
    """That of the newest generation, which holds when it was fetched."""
    with contextlib.closing(sqlite3.connect(f"file:{place}/current?immutable=1", uri=True)) as store:
        return store.execute("SELECT chain FROM generation ORDER BY id DESC").fetchone()[0]

BEGAN = time.time()


def make_publications(directory):
    """a.json, b.json and c.json, each a month later than the one before; loss.json is refused. A key to sign with."""
    options = {"a": ["--services", "6", "--published", "2025-01-01"],
               "b": ["--services", "7", "--published", "2025-02-01", "--status", "E-0002=past-date"],
               "c": ["--services", "7", "--published", "2025-03-01", "--without", "E-0003"],
               "loss": ["--services", "2", "--published", "2025-04-01"]}
    for name, words in options.items():
        with open(os.path.join(directory, name + ".json"), "wb") as file:
            subprocess.run([sys.executable, os.path.join(PUBLICATIONS, "interchange.py"), *words],
                           stdout=file, check=True)
    # Of each source one, for its parser.
    with open(os.path.join(directory, "fedramp.json"), "wb") as file:
        subprocess.run([sys.executable, os.path.join(PUBLICATIONS, "fedramp.py"), "--services", "3"],
                       stdout=file, check=True)
    shutil.copy(os.path.join(CORPUS, "capture", "full"), os.path.join(directory, "ismap.json"))
    with open(os.path.join(directory, "only"), "w", encoding="ascii") as file:
        file.write("E-0001\nE-0003\n")
    sync(["keygen", "--key", os.path.join(directory, "key")]).check_returncode()


def sync(arguments, **options):
    return subprocess.run([SYNC, *arguments], capture_output=True, text=True, timeout=120, check=False, **options)


class Scenario:
    """A command that writes a store, here its place: what comes before it, and what is found afterwards."""

    # By how many pages a disk that is too small for it grows; what lies about before, and is swept away.
    step = 16
    litter = ()

    def __init__(self, name, before, command, code=0, anew=()):
        self.name, self.code, self.anew = name, code, anew
        self.before, self.words = before, command

    def command(self, base, place):
        # The preloaded libraries write what they count, and kill.
        return [*filled(self.words, base, place), "--sandbox=off"]

    def build(self, base, place):
        for name in self.before:
            sync(filled(pull(name), base, place)).check_returncode()

    def prepare(self, base, place):
        """Lays out the place as it is before the command; each time the same, byte for byte."""
        pristine = os.path.join(base, "prepared", self.name)
        if not os.path.isdir(pristine):
            os.makedirs(os.path.dirname(pristine), exist_ok=True)
            self.build(base, pristine)
            # Which files are kept depends on their age: no try is to be a minute later than another.
            for folder, _, names in os.walk(pristine):
                for name in names if os.path.basename(folder) == "generations" else ():
                    os.utime(os.path.join(folder, name), (0, 0))
        shutil.rmtree(place, ignore_errors=True)
        if os.path.isdir(pristine):
            # As if made just now: files that were replaced lately are kept for their readers.
            shutil.copytree(pristine, place, symlinks=True, copy_function=shutil.copy)

    def store(self, place):
        """The store, which has to be whole whatever happens."""
        return place

    def says(self, base, place):
        """All that it says but for what differs from run to run; None where there is nothing yet."""
        return digest(place)

    def asks_anew(self, base, place):
        """A pull after which the state knows all that it can."""
        return sync(filled(self.anew, base, place)) if self.anew else None

    def kept(self, _place):
        """What a run that is done has kept besides the list."""
        return []

    def state(self, place):
        """The state file, but for OWN_STATE, and with a word for the chain of the list that is there. That a list
        was the newest when it was published goes without saying."""
        try:
            with open(os.path.join(place, "state"), encoding="utf-8") as file:
                lines = file.read().splitlines()
        except FileNotFoundError:
            return []
        published = [line.split(" ")[1] for line in lines if line.startswith("published ")]
        lines = [line for line in lines if line not in ("held-until 0", *(f"held-until {time}" for time in published))]
        return [line.replace(f"chain {chain_of(place)}", "chain, the list's") if line.startswith("chain ") else line
                for line in lines if line.split(" ")[0] not in OWN_STATE]


class Keeping(Scenario):
    """The publications are kept as well, here two of them."""

    def build(self, base, place):
        for name in self.before:
            sync(filled([*pull(name), "--keep-publications"], base, place)).check_returncode()

    def kept(self, place):
        given = [sync(["publication", "--store", place, "--at", day]) for day in ("2025-01-15", "2025-02-15")]
        return [hashlib.sha256(done.stdout.encode()).hexdigest() if done.returncode == 0 else done.stderr for done in given]

    def state(self, place):
        return [*super().state(place), *self.kept(place)]


class Publishing(Scenario):
    """PLACE/store is published to PLACE/web, which is the old or the new for whoever mirrors it. All but the last
    of the publications were published before; PLACE/mirror followed them."""

    step = 1
    # What was given up long ago, and what a run left that was killed.
    litter = (f"web/objects/{'0' * 64}", f"web/signatures/{'0' * 64}.minisig", "web/.publish.new")

    def build(self, base, place):
        os.makedirs(place)
        for name in self.before:
            if name != self.before[0]:
                sync(filled(publish(1), base, place)).check_returncode()
                sync(mirror_pull(base, place, f"{place}/mirror")).check_returncode()
            sync(filled(pull(name), base, f"{place}/store")).check_returncode()

    def prepare(self, base, place):
        super().prepare(base, place)
        if os.path.exists(f"{place}/web"):
            for path in self.litter:
                with open(os.path.join(place, path), "wb") as file:
                    os.utime(file.fileno(), (0, 0))

    def store(self, place):
        return os.path.join(place, "store")

    def says(self, base, place):
        if not os.path.exists(f"{place}/web/head.json"):
            return None
        with tempfile.TemporaryDirectory(dir=base) as directory:
            mirrors = [os.path.join(directory, "new")]
            if os.path.exists(f"{place}/mirror"):
                mirrors.append(shutil.copytree(f"{place}/mirror", os.path.join(directory, "old"), symlinks=True))
            for mirror in mirrors:
                done = sync(mirror_pull(base, place, mirror))
                if done.returncode != 0:
                    raise AssertionError(f"a mirror can't follow it: {done.stderr}")
            found = {digest(mirror) for mirror in mirrors}
        if len(found) != 1:
            raise AssertionError("an old mirror comes to something else than a new one")
        return found.pop()

    def state(self, place):
        """What is published, byte for byte."""
        found = []
        for path in listing(f"{place}/web"):
            if os.path.isfile(f"{place}/web/{path}"):
                with open(f"{place}/web/{path}", "rb") as file:
                    found.append(f"{path} {hashlib.sha256(file.read()).hexdigest()}")
        return found


def filled(words, base, place):
    return [word.replace("BASE", base).replace("PLACE", place) for word in words]


def pull(name, source="interchange"):
    return ["pull", "--store", "PLACE", "--source", source, "--from", f"BASE/{name}.json"]


def publish(days_ago):
    """As of a midnight, so that the same is published whenever it is run."""
    at = time.strftime("%Y-%m-%d", time.gmtime(BEGAN - days_ago * 86400))
    return ["publish", "--store", "PLACE/store", "--to", "PLACE/web", "--key", "BASE/key",
            "--at", at, "--expires", "366d"]


def mirror_pull(base, place, mirror):
    return ["pull", "--store", mirror, "--source", "mirror", "--from", f"{place}/web", "--pubkey", f"{base}/key.pub"]


SCENARIOS = [
    Scenario("first pull", [], pull("a")),
    Scenario("first pull of the FedRAMP list", [], pull("fedramp", "fedramp")),
    Scenario("first pull of a portal's capture", [], [*pull("ismap", "ismap"), "--at", "2025-01-01"]),
    Scenario("pull", ["a"], pull("b")),
    Scenario("pull without news", ["a"], pull("a")),
    Keeping("pull that keeps the publication", ["a"], [*pull("b"), "--keep-publications"]),
    # Nobody answers there, so a request is left, which the next pull finds.
    Scenario("pull without a time stamp", ["a"], [*pull("b"), "--tsa", "http://127.0.0.1:1/"]),
    Scenario("refused pull", ["a", "b"], pull("loss"), code=4),
    Scenario("import-history", [], ["import-history", "--store", "PLACE", "--source", "interchange",
                                    "BASE/a.json", "BASE/b.json", "BASE/c.json"], anew=pull("c")),
    Scenario("prune", ["a", "b", "c"], ["prune", "--store", "PLACE", "--keep", "1"]),
    Publishing("first publish", ["a"], publish(0)),
    Publishing("publish", ["a", "b"], publish(0)),
]


# Commands that only read a store; a directory that one of them makes is PLACE-made.
ANSWERS = [
    ["status", "--store", "PLACE"],
    ["log", "--store", "PLACE"],
    ["wait", "--store", "PLACE", "--since", "1"],
    ["diff", "--store", "PLACE", "2025-01-01", "latest"],
    ["changes", "--store", "PLACE", "--since", "2025-01-01"],
    ["changes", "--store", "PLACE", "--since", "2025-01-01", "--format", "json", "--only", "BASE/only"],
    ["verify", "--store", "PLACE"],
    ["export", "--store", "PLACE", "PLACE-made"],
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
                "SELECT id, published_at, day, source, complete, services, kept FROM generation", "SELECT * FROM source_document",
                "SELECT * FROM entity", "SELECT * FROM presence", "SELECT * FROM link",
                # By what they say: a value's id depends on how often OWN_FIELDS changed before it.
                "SELECT c.seq, c.gen, c.kind, c.entity, c.field, o.text, n.text, c.relation, c.old_link, c.new_link"
                " FROM change c LEFT JOIN value o ON o.id = c.old_value LEFT JOIN value n ON n.id = c.new_value",
                "SELECT * FROM touch", "SELECT id, name FROM field",
                "SELECT entity, field, gen_from, gen_to, text FROM value WHERE field NOT IN (84, 90)",
                f"SELECT d.entity, d.name, d.size, c.seq, c.bytes FROM document d LEFT JOIN chunk c ON c.document = d.id WHERE d.name NOT IN {NAMED}"):
            for row in sorted(map(repr, database.execute(query))):
                said.update(row.encode())
        said.update(without_uuid(database))
    finally:
        database.close()
    return said.hexdigest()


def listing(store):
    """Every path below a store: what a killed run might litter. `shown` is the next run's to write; a chain in a name
    is of one run."""
    return sorted(re.sub("[0-9a-f]{64}(?=[.]ts)", "CHAIN", os.path.relpath(os.path.join(folder, name), store))
                  for folder, folders, names in os.walk(store) for name in folders + names if name != "shown")
