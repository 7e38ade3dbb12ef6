#!/usr/bin/env python3
"""A year of hourly pulls in a made-up world, and what a store must say at every hour of it.

Usage: year.py ISMAP-SYNC FOLDER [--whole]

In the world a registry publishes, stops for a while, publishes in the hour that comes twice; a server
is away or lags behind; our clock jumps, with and without witnesses; and the store, or a part of it, is
restored from a backup. The model below knows the world and the rules, and nothing of the programs. At
each hour it says whether the list may be relied on and why not, when it counts as checked, and of each
day whether it is published, confirmed or neither. What the store says is read from `status` and with
SQL. Without --whole the hours around what happens are tried, and every 53rd one.

Prints what differs, and at last how much was compared. Exit status 0: nothing differs.
"""

import datetime
import hashlib
import http.server
import json
import os
import random
import shutil
import sqlite3
import ssl
import subprocess
import sys
import threading
from email.utils import formatdate

SYNC, FOLDER = sys.argv[1:3]
WHOLE = "--whole" in sys.argv
STORE = os.path.join(FOLDER, "store")
MINUTE, HOUR, DAY = 60, 3600, 86400
MAX_AGE, EVERY = 7 * DAY, 2 * DAY
START = int(datetime.datetime(2025, 1, 1, tzinfo=datetime.timezone.utc).timestamp())
HOURS = 365 * 24


def at(text):
    return int(datetime.datetime.fromisoformat(text + "+00:00").timestamp())


def show(instant):
    return datetime.datetime.fromtimestamp(instant, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


# The registry's zone: US Eastern time. Its clocks were set on these two nights of 2025.
FORWARD, BACK = at("2025-03-09T07:00:00"), at("2025-11-02T06:00:00")


def offset(instant):
    year = datetime.datetime.fromtimestamp(instant, datetime.timezone.utc).year
    if year != 2025:
        return -5 * HOUR
    return -4 * HOUR if FORWARD <= instant < BACK else -5 * HOUR


def local(instant):
    return show(instant + offset(instant))[:-1]


def instants(text):
    """All instants at which the registry's clock shows a text, or else those of a clock not set forward yet."""
    naive = at(text)
    found = [naive - zone for zone in (-4 * HOUR, -5 * HOUR) if offset(naive - zone) == zone]
    return found or [naive + 5 * HOUR]


def day_of(instant):
    return local(instant)[:10]


def end_of(day):
    return instants(next_day(day) + "T00:00:00")[0]


def next_day(day):
    return str(datetime.date.fromisoformat(day) + datetime.timedelta(days=1))


# What the registry publishes: (instant, the text that states it, which content).
def publications():
    rng, content, rows = random.Random(15), 0, []
    for number in range(HOURS):
        hour = START + number * HOUR
        night = abs(hour - FORWARD) < 12 * HOUR or abs(hour - BACK) < 12 * HOUR
        if at("2025-04-05T00:00:00") <= hour < at("2025-04-15T00:00:00") or (not night and number % 6):
            continue
        instant = hour + (40 if number % 2 else 20) * MINUTE if night else hour + 5 * MINUTE
        content += night or rng.random() < 0.1
        text = local(instant)
        if FORWARD <= instant < FORWARD + HOUR:
            text = show(instant - 5 * HOUR)[:-1]  # by a clock that wasn't set forward yet
        rows.append((instant, text, content))
    return rows


PUBLICATIONS = publications()


def published_by(instant):
    return [row for row in PUBLICATIONS if row[0] <= instant][-1] if instant >= PUBLICATIONS[0][0] else PUBLICATIONS[0]


def document(row):
    return json.dumps({
        "format": "ismapfs-interchange", "version": 1,
        "registry": {"name": "year", "title": "Year", "time_zone": "America/New_York", "language": "en"},
        "published": row[1], "publishes_every": "P2D", "complete": True,
        "services": [{"number": "A%d" % i, "name": "Service %d" % i, "note": str(row[2]) if i == 1 else "same"}
                     for i in range(1, 4)]}).encode()


# What goes wrong: from, until, what. Ours is what our clock says beyond the true time.
SPANS = [(at(begin), at(end), what) for begin, end, what in (
    ("2025-02-10T03:00:00", "2025-02-21T08:00:00", {"away": True}),
    ("2025-05-06T10:00:00", "2025-05-06T13:00:00", {"ours": 40 * DAY}),
    ("2025-05-13T10:00:00", "2025-05-13T13:00:00", {"ours": 40 * DAY, "synchronised": False}),
    ("2025-05-20T10:00:00", "2025-05-20T13:00:00", {"ours": 40 * DAY, "synchronised": False, "tls": True}),
    ("2025-05-23T10:00:00", "2025-05-23T13:00:00", {"ours": -400 * DAY, "synchronised": False, "tls": True}),
    ("2025-05-27T10:00:00", "2025-05-27T13:00:00", {"ours": -400 * DAY}),
    ("2025-06-03T10:00:00", "2025-06-03T16:00:00", {"away": True}),
    ("2025-06-10T10:00:00", "2025-06-10T15:00:00", {"ours": 3 * DAY, "tls": True}),
    ("2025-06-17T10:00:00", "2025-06-17T12:00:00", {"ours": 30 * MINUTE, "tls": True}),
    ("2025-07-01T00:00:00", "2025-07-08T00:00:00", {"synchronised": False}),
    ("2025-10-05T10:00:00", "2025-10-05T15:00:00", {"lag": 2 * DAY}),
    ("2025-11-20T00:00:00", "2025-11-22T00:00:00", {"synchronised": False, "tls": True}),
)]
# The store is saved, and later the whole of it is restored, or a part.
SAVES = {at("2025-08-01T06:00:00"): "august", at("2025-09-01T06:00:00"): "september",
         at("2025-12-01T06:00:00"): "december"}
RESTORES = {at("2025-08-20T06:00:00"): ("august", "whole"), at("2025-09-15T06:00:00"): ("september", "list"),
            at("2025-09-20T06:00:00"): ("august", "state"), at("2025-12-10T06:00:00"): ("december", "state"),
            at("2025-12-15T06:00:00"): ("december", "list"), at("2025-12-20T06:00:00"): ("december", "whole")}
NOTABLE = [hour for begin, end, _ in SPANS for hour in (begin, end)] + [*SAVES, *RESTORES, FORWARD, BACK] + [
    at(text) for text in ("2025-02-17T02:00:00", "2025-04-08T23:00:00", "2025-04-15T00:00:00", "2025-06-15T10:00:00")]


def world(now):
    found = {"away": False, "ours": 0, "synchronised": True, "tls": False, "lag": 0}
    for begin, end, what in SPANS:
        if begin <= now < end:
            found.update(what)
    return found


class Handler(http.server.BaseHTTPRequestHandler):
    now = 0
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, status, body=b"", tag=""):
        self.send_response_only(status)
        self.send_header("Date", formatdate(Handler.now, usegmt=True))
        self.send_header("Content-Length", str(len(body)))
        if tag:
            self.send_header("ETag", tag)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        here = world(Handler.now)
        body = document(published_by(Handler.now - here["lag"]))
        tag = '"%s"' % hashlib.sha256(body).hexdigest()[:16]
        if here["away"]:
            self.answer(503)
        elif self.headers["If-None-Match"] == tag:
            self.answer(304, tag=tag)
        else:
            self.answer(200, body, tag)


def serve(context):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


class Model:
    """What is known, by the rules alone. A generation is a dict of its own; `speaks` is the one that the state is of."""

    def __init__(self):
        self.generations = []
        self.said = {"speaks": None, "checked": 0, "published": 0, "tag": None, "held": 0}

    def newest(self):
        return self.generations[-1]

    def exact(self):
        return bool(self.generations) and self.said["speaks"] is self.newest()

    def read(self, row, now, witnessed):
        """A list that wasn't known yet. Returns whether it is taken."""
        latest = max((generation["read"] for generation in self.generations), default=0)
        newest = max((generation["published"] for generation in self.generations), default=0)
        ways = instants(row[1])
        instant = next((way for way in ways if way >= newest), ways[-1])
        if instant < latest or instant > now + DAY:
            return False
        held = self.said["held"] if self.exact() else 0
        if not self.generations or row[2] != self.newest()["content"]:
            if self.generations:
                self.newest()["held"] = max(self.newest()["published"], held)
            instant = max(instant, newest)
            self.generations.append({"published": instant, "read": instant, "content": row[2], "held": None})
            held = 0
        self.said = {"speaks": self.newest(), "checked": now, "published": instant, "tag": row,
                     "held": now if witnessed else max(held, instant, newest)}
        return True

    def pull(self, true, here):
        ours, witnessed = true + here["ours"], here["synchronised"] or here["tls"]
        now = ours
        if here["tls"] and not here["synchronised"] and abs(here["ours"]) > HOUR:
            now = true
        if here["tls"] and here["synchronised"] and abs(here["ours"]) > HOUR:
            witnessed = False
        if here["away"]:
            return
        if self.generations and witnessed and self.newest()["published"] > now + DAY:
            return
        row = published_by(true - here["lag"])
        if self.exact() and self.said["tag"] == row:
            self.said["checked"] = now
            if witnessed:
                self.said["held"] = now
            return
        self.read(row, now, witnessed)

    def reason(self, now):
        said = self.said
        if not any(said["speaks"] is generation for generation in self.generations):
            return "state is of another list"
        if said["checked"] > now + HOUR:
            return "in the future"
        if now - said["checked"] > MAX_AGE:
            return "last checked against its source"
        if now > said["published"] + 2 * EVERY:
            return "seems to have stopped publishing"
        return ""

    def words(self, until):
        """Of each day since the first one."""
        known = [dict(generation) for generation in self.generations]
        known[-1]["held"] = max(known[-1]["published"], self.said["held"] if self.exact() else 0)
        return words_of([(day_of(generation["published"]), generation["held"]) for generation in known], until)


def words_of(known, until):
    """known: the days of the generations, and until when each was the newest."""
    found, day, position = {}, known[0][0], 0
    while day <= until:
        while position + 1 < len(known) and known[position + 1][0] <= day:
            position += 1
        if any(published == day for published, _ in known[max(0, position - 40):position + 1]):
            found[day] = "published"
        else:
            found[day] = "confirmed" if end_of(day) <= known[position][1] else "unconfirmed"
        day = next_day(day)
    return found


def words_of_store(until):
    """The same from the store's rows and its state, with SQL."""
    state = dict(line.rstrip("\n").split(" ", 1) for line in open(os.path.join(STORE, "state"), encoding="utf-8") if " " in line)
    with sqlite3.connect("file:%s/current?immutable=1" % STORE, uri=True) as database:
        rows = database.execute("SELECT day, published_at, held_until, id, chain FROM generation ORDER BY id").fetchall()
    database.close()
    known = [[day, (held or published) // 1000] for day, published, held, _, _ in rows]
    if (state.get("generation"), state.get("chain")) == (str(rows[-1][3]), rows[-1][4]):
        known[-1][1] = max(known[-1][1], int(state["held-until"]) // 1000)
    return words_of(known, until)


def run(arguments, here, now):
    word = "synchronised" if here["synchronised"] else "unsynchronised"
    environment = dict(os.environ, ISMAP_SYNC_CLOCK="%s %s" % (show(now + here["ours"]), word))
    return subprocess.run([SYNC, *arguments, "--store", STORE], env=environment, capture_output=True, text=True, check=False)


def says(here, now):
    lines = run(["status"], here, now).stdout.splitlines()
    return {line[:14].strip(): line[15:] for line in lines if not line.startswith("  ")}


def save(name):
    shutil.rmtree(os.path.join(FOLDER, name), ignore_errors=True)
    shutil.copytree(STORE, os.path.join(FOLDER, name), symlinks=True)


def restore(name, what):
    saved = os.path.join(FOLDER, name)
    if what == "whole":
        shutil.rmtree(STORE)
        shutil.copytree(saved, STORE, symlinks=True)
    elif what == "state":
        shutil.copy(os.path.join(saved, "state"), STORE)
    else:
        shutil.rmtree(os.path.join(STORE, "generations"))
        shutil.copytree(os.path.join(saved, "generations"), os.path.join(STORE, "generations"))
        os.unlink(os.path.join(STORE, "current"))
        os.symlink(os.readlink(os.path.join(saved, "current")), os.path.join(STORE, "current"))


def restored(model, saved, what):
    """Generations keep who they are, so that a state of one that is gone speaks of none."""
    model.generations = model.generations if what == "state" else list(saved.generations)
    model.said = model.said if what == "list" else dict(saved.said)
    return model


def snapshot(model):
    """A copy whose generations are the same ones; only the newest one's end may still change."""
    kept = Model()
    kept.generations, kept.said = list(model.generations), dict(model.said)
    return kept


def main():
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", FOLDER + "/key.pem",
                    "-out", FOLDER + "/cert.pem"], check=True, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(FOLDER + "/cert.pem", FOLDER + "/key.pem")
    plain, tls = "http://127.0.0.1:%d/" % serve(None), "https://127.0.0.1:%d/" % serve(context)
    model, saved = Model(), {}
    hours = compared = differences = fresh = 0
    for number in range(1, HOURS):
        hour = START + number * HOUR
        now = hour + 57 * MINUTE
        if not WHOLE and number != 1 and number % 53 and not any(-HOUR <= hour - notable <= 2 * HOUR for notable in NOTABLE):
            continue
        here = world(now)
        Handler.now = now
        if hour in SAVES:
            save(SAVES[hour])
            saved[SAVES[hour]] = snapshot(model)
        if hour in RESTORES:
            restore(*RESTORES[hour])
            model = restored(model, saved[RESTORES[hour][0]], RESTORES[hour][1])
        for pulled in (False, True):
            if pulled:
                run(["pull", "--quiet", "--retries", "0", "--source", "interchange", "--cacert", FOLDER + "/cert.pem",
                     "--from", tls if here["tls"] else plain], here, now)
                model.pull(now, here)
            if not model.generations or (not pulled and hour not in RESTORES):
                continue
            wanted, said = model.reason(now + here["ours"]), says(here, now)
            until = day_of(now)
            checks = [("stale", "yes" if wanted else "no", said.get("stale")),
                      ("reason", wanted or None, wanted if wanted and wanted in said.get("reason", "") else said.get("reason")),
                      ("checked", True, abs(at(said["checked"][:-1]) - model.said["checked"]) <= 20),
                      ("days", model.words(until), words_of_store(until))]
            fresh += not wanted
            for name, expected, found in checks:
                compared += len(expected) if isinstance(expected, dict) else 1
                if expected != found:
                    differences += 1
                    if isinstance(expected, dict):
                        expected, found = [(day, word, found.get(day)) for day, word in expected.items() if found.get(day) != word][:5], ""
                    print("%s, %s: %r instead of %r; %s checked %s" % (show(now), name, found, expected, said.get("checked"),
                                                                      show(model.said["checked"])))
        hours += 1
        if differences > 20:
            break
    print("%d hours, %d of them fresh, %d generations: %d comparisons, %d differences"
          % (hours, fresh, len(model.generations), compared, differences))
    sys.exit(differences > 0 or fresh == 0)


main()
