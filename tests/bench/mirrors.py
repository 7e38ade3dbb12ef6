#!/usr/bin/env python3
"""Many mirrors behind a few edges: who asks whom, how often, for how much.

Usage: BUILD=… mirrors.py [RESULTS]

An origin's nginx, EDGES more that cache, MIRRORS stores; GENERATIONS times the
origin's list changes, is published, and every mirror pulls once by its edge.
The publications are made up, or with LISTS=real the real ones that a checkout
has beside it, month ends before days. Nothing is timed: requests and bytes are counted
in the servers' logs. At the end every mirror's file is compared with the
origin's. Needs nginx, and about 15 MB of memory or disk for each mirror.
"""

import collections
import concurrent.futures
import filecmp
import glob
import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SYNC = os.path.join(TOP, os.environ.get("BUILD", "build"), "ismap-sync")
DATA = os.path.join(TOP, "..", "shared", "data", "fedramp")
MIRRORS = int(os.environ.get("MIRRORS", "200"))
EDGES = int(os.environ.get("EDGES", "4"))
GENERATIONS = int(os.environ.get("GENERATIONS", "30"))
LISTS = os.environ.get("LISTS", "made")
SERVICES = 60  # of a made list
HEAD_AGE = 3600  # seconds for which an edge keeps a head: longer than a turn takes
WORKERS = 4

NGINX = """daemon off; master_process off; pid {d}/pid; error_log {d}/error; events {{ worker_connections 512; }}
http {{
  client_body_temp_path {d}/1; proxy_temp_path {d}/2; fastcgi_temp_path {d}/3; uwsgi_temp_path {d}/4;
  scgi_temp_path {d}/5; log_format short '$status $body_bytes_sent $uri'; access_log {d}/access short;
  {cache}
  server {{ listen 127.0.0.1:{port}; {server} }}
}}
"""
ORIGIN = """root {web};
  location = /head.json {{ add_header Cache-Control "max-age={age}"; }}
  location / {{ add_header Cache-Control "public, max-age=31536000, immutable"; }}"""
EDGE = """location / {{ proxy_pass http://127.0.0.1:{origin}; proxy_cache edge; proxy_cache_lock on;
  proxy_cache_revalidate on; proxy_http_version 1.1; proxy_set_header Connection ""; }}"""


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Server:
    def __init__(self, directory, server, cache=""):
        os.makedirs(directory)
        self.directory, self.port = directory, free_port()
        with open(directory + "/conf", "w", encoding="utf-8") as file:
            file.write(NGINX.format(d=directory, port=self.port, server=server, cache=cache))
        self.process = subprocess.Popen(["/usr/sbin/nginx", "-e", directory + "/error", "-c", directory + "/conf"])
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        sys.exit("nginx doesn't start")

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def take_log(self):
        """What was answered since the last time: per kind, how often and how many bytes."""
        counts, sizes = collections.Counter(), collections.Counter()
        path = self.directory + "/access"
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
        os.truncate(path, 0)
        for line in lines:
            status, size, uri = line.split(" ", 2)
            kind = uri.split("/")[1] + (" 304" if status == "304" else "")
            counts[kind] += 1
            sizes[kind] += int(size)
        return counts, sizes


def publications(work):
    """Files, oldest first: more than are needed, as some days change nothing."""
    if LISTS == "real":
        for name in ("monthly", "daily"):
            with tarfile.open(f"{DATA}/{name}.tar.xz") as archive:
                archive.extractall(work)
        days = sorted(glob.glob(work + "/daily/*.json"))
        months = [path for path in sorted(glob.glob(work + "/monthly/*.json"))
                  if os.path.basename(path) < os.path.basename(days[0])]
        return months[-9:] + days
    made = []
    for day in range(GENERATIONS):
        made.append(f"{work}/{day:03}.json")
        stamp = time.strftime("%Y-%m-%d", time.gmtime(1760000000 + day * 86400))
        changes = [f"FR{9000000000 + (day * 3 + i) % SERVICES}=Name of day {day}" for i in range(3)]
        options = [word for change in changes for word in ("--rename", change)]
        with open(made[-1], "w", encoding="utf-8") as file:
            subprocess.run(["python3", TOP + "/tests/publications/fedramp.py", "--plain", "--services", str(SERVICES),
                            "--day", stamp] + options, check=True, stdout=file)
    return made


class Bench:
    def __init__(self, work):
        self.work, self.web, self.store = work, work + "/web", work + "/origin"
        os.makedirs(self.web)
        run(SYNC, "keygen", "--key", work + "/key")
        self.origin = Server(work + "/server", ORIGIN.format(web=self.web, age=HEAD_AGE))
        self.edges = [Server(f"{work}/edge{i}", EDGE.format(origin=self.origin.port),
                             f"proxy_cache_path {work}/edge{i}/cache keys_zone=edge:1m inactive=1h;")
                      for i in range(EDGES)]
        self.rows = []

    def stop(self):
        for server in [self.origin] + self.edges:
            server.stop()

    def pull(self, mirror):
        store = f"{self.work}/mirror{mirror:03}"
        edge = self.edges[mirror % EDGES]
        said = run(SYNC, "pull", "--store", store, "--source", "mirror", "--from", f"http://127.0.0.1:{edge.port}",
                   "--pubkey", self.work + "/key.pub")
        current = os.path.realpath(store + "/current")
        for path in glob.glob(store + "/generations/*.db"):
            if path != current:
                os.unlink(path)
        return said

    def everybody_pulls(self, expected):
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            for said in pool.map(self.pull, range(MIRRORS)):
                assert said.startswith(f"changed: generation {expected},"), said

    def heads_age(self):
        """Each edge forgets the head, as it does once in HEAD_AGE."""
        for edge in self.edges:
            for path in glob.glob(edge.directory + "/cache/*"):
                with open(path, "rb") as file:
                    if b"/head.json\n" in file.read(2000):
                        os.unlink(path)

    def generation(self, publication):
        """One turn; False when the publication says nothing new."""
        if not run(SYNC, "pull", "--quiet", "--store", self.store, "--source", "fedramp", "--from", publication):
            return False
        run(SYNC, "publish", "--store", self.store, "--to", self.web, "--key", self.work + "/key", "--expires", "365d")
        with open(self.web + "/head.json", encoding="utf-8") as file:
            head = json.load(file)
        self.heads_age()
        self.everybody_pulls(head["generation"])
        origin_counts, origin_sizes = self.origin.take_log()
        edge_counts, edge_sizes = collections.Counter(), collections.Counter()
        for edge in self.edges:
            counts, sizes = edge.take_log()
            edge_counts.update(counts)
            edge_sizes.update(sizes)
        self.rows.append({
            "generation": head["generation"],
            "published": os.path.basename(publication)[:10],
            "whole": head["object"]["size"],
            "delta": head["deltas"][0]["object"]["size"] if head["deltas"] else 0,
            "origin_requests": sum(origin_counts.values()),
            "origin_bytes": sum(origin_sizes.values()),
            "edge_requests": sum(edge_counts.values()),
            "edge_bytes": sum(edge_sizes.values()),
        })
        return True

    def compare(self):
        name = os.readlink(self.store + "/current")
        for mirror in range(MIRRORS):
            assert filecmp.cmp(f"{self.store}/{name}", f"{self.work}/mirror{mirror:03}/{name}", shallow=False)


def report(rows, out):
    def total(name, among):
        return sum(row[name] for row in among)

    later = rows[1:]
    print(f"{MIRRORS} mirrors behind {EDGES} edges, {len(rows)} generations, each pulled by each mirror.\n", file=out)
    print("| generation | publication | whole object, B | delta, B | % | origin: requests | bytes | edges: requests "
          "| bytes a pull | % of whole |", file=out)
    print("|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|", file=out)
    for row in rows:
        pull = row["edge_bytes"] / MIRRORS
        print(f"| {row['generation']} | {row['published']} | {row['whole']:,} | {row['delta']:,} "
              f"| {100 * row['delta'] / row['whole']:.2f} | {row['origin_requests']} | {row['origin_bytes']:,} "
              f"| {row['edge_requests']} | {pull:,.0f} | {100 * pull / row['whole']:.2f} |", file=out)
    print(f"\nOrigin: {total('origin_requests', rows)} requests, {total('origin_bytes', rows):,} bytes; edges: "
          f"{total('edge_requests', rows)} requests, {total('edge_bytes', rows):,} bytes.", file=out)
    if later:
        print(f"After the first pull: {total('origin_requests', later) / len(later) / EDGES:.2f} requests to the "
              f"origin a generation and edge, {total('edge_requests', later) / len(later) / MIRRORS:.2f} to an edge a "
              f"generation and mirror.", file=out)
    print("Every mirror's file is the origin's, to the byte.", file=out)


def main():
    base = "/dev/shm" if shutil.disk_usage("/dev/shm").free > 20e6 * (MIRRORS + 20) else None
    work = tempfile.mkdtemp(prefix="ismapfs-mirrors.", dir=base)
    bench = Bench(work)
    try:
        for publication in publications(work):
            if len(bench.rows) < GENERATIONS and bench.generation(publication):
                print(json.dumps(bench.rows[-1]), file=sys.stderr, flush=True)
        bench.compare()
    finally:
        bench.stop()
        shutil.rmtree(work)
    report(bench.rows, sys.stdout)
    if len(sys.argv) > 1:
        with open(sys.argv[1], "w", encoding="utf-8") as file:
            file.write("# Many mirrors behind a few edges\n\nMade by `make bench-mirrors`, with made-up lists of 60 "
                       "services; `LISTS=real` takes real ones.\n\n")
            report(bench.rows, file)


main()
