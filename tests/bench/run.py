#!/usr/bin/env python3
"""How fast the mount is beside other ways of showing the same files.

The same trees on tmpfs (exported and copied), through ismapfs, and as images of
erofs and squashfs; each command cold (a fresh mount, the image's pages dropped)
and again warm. Rounds are interleaved, so that whatever else the machine does
hits all alike. Writes results.md and results.svg beside itself.

As root: it mounts. BUILD: the folder with the programs; ROUNDS: how many (5).
"""
import datetime, json, os, platform, random, re, shutil, signal, statistics, subprocess, sys, tempfile, time
import plot

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(TOP, os.environ.get("BUILD", "build"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
TIME_LIMIT = float(os.environ.get("TIME_LIMIT", "540"))  # seconds; then no further round begins
COMMAND_LIMIT = 60

COMMANDS = {
    "find": "find . ! -name :",
    "grep -r": "grep -rc 'no such text' .",
    "ls -lR": "ls -lR",
    "tar c": "tar c . | cat",
    "cat */status": "cat services/*/status",
}


def run(*command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          timeout=COMMAND_LIMIT * 2, **options)


def synthetic_list(path, services=200, files=100):
    """200 directories of 100 files of 100 to 2,000 bytes."""
    rng = random.Random(1)
    words = ["".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(3, 10)))
             for _ in range(2000)]

    def text():
        return " ".join(rng.choice(words) for _ in range(400))[:rng.randint(100, 2000)].strip()

    entries = []
    for number in range(services):
        entry = {"number": "S-%04d" % number, "name": "Service %d" % number, "status": "registered"}
        entry.update(("extra.field-%02d" % field, text()) for field in range(files - 3))
        entries.append(entry)
    with open(path, "w") as file:
        json.dump({"format": "ismapfs-interchange", "version": 1,
                   "registry": {"name": "synthetic", "title": "Synthetic", "time_zone": "UTC",
                                "language": "en"},
                   "published": "2026-01-01", "complete": True, "services": entries}, file)


def make_trees(work):
    """Stores and their trees on tmpfs: name -> (store, folder, image prefix)."""
    sync = os.path.join(BUILD, "ismap-sync")
    synthetic_list(work + "/synthetic.json")
    run(sync, "init", "--store", work + "/fedramp.store", "--bundled", "fedramp")
    os.mkdir(work + "/synthetic.store")
    run(sync, "import", "--store", work + "/synthetic.store", "--source", "interchange",
        work + "/synthetic.json")
    os.mkdir(work + "/tmpfs")
    run("mount", "-t", "tmpfs", "-o", "size=2g", "bench", work + "/tmpfs")
    trees = {}
    for name in ("fedramp", "synthetic"):
        store, folder = "%s/%s.store" % (work, name), "%s/tmpfs/%s" % (work, name)
        run(sync, "export", "--store", store, folder)
        trees[name] = (store, folder)
    return trees


class Peer:
    """A way of showing a tree: mounted anew for each cold command."""

    def __init__(self, name, prepare=None, mount=None, unmount=("umount",), drop=None):
        self.name, self.prepare, self.mount, self.unmount, self.drop = name, prepare, mount, unmount, drop

    def available(self, *programs):
        return all(shutil.which(p) for p in programs)


def drop_pages(path):
    """The image's own pages: a fresh mount of a cached image wouldn't be cold."""
    with open(path, "rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def peers(work):
    found = [Peer("tmpfs"),
             Peer("ismapfs",
                  mount=lambda tree, at: run(BUILD + "/ismapfs", tree["store"], at),
                  unmount=("fusermount3", "-u")),
             Peer("ismapfs, prefetch=off",
                  mount=lambda tree, at: run(BUILD + "/ismapfs", tree["store"], at, "-o", "prefetch=off"),
                  unmount=("fusermount3", "-u"))]
    systems = open("/proc/filesystems").read().split()
    if shutil.which("mkfs.erofs") and "erofs" in systems:
        found.append(Peer("erofs (kernel)",
                          prepare=lambda tree: run("mkfs.erofs", "-zlz4hc", tree["image"] + ".erofs", tree["folder"]),
                          mount=lambda tree, at: run("mount", "-t", "erofs", "-o", "loop,ro", tree["image"] + ".erofs", at),
                          drop=lambda tree: drop_pages(tree["image"] + ".erofs")))
    if shutil.which("mksquashfs"):
        def squash(tree):
            if not os.path.exists(tree["image"] + ".squashfs"):
                run("mksquashfs", tree["folder"], tree["image"] + ".squashfs", "-quiet", "-no-progress")

        def drop(tree):
            drop_pages(tree["image"] + ".squashfs")
        if "squashfs" in systems:
            found.append(Peer("squashfs (kernel)", prepare=squash, drop=drop,
                              mount=lambda tree, at: run("mount", "-t", "squashfs", "-o", "loop,ro", tree["image"] + ".squashfs", at)))
        if shutil.which("squashfuse_ll"):
            found.append(Peer("squashfuse_ll", prepare=squash, drop=drop, unmount=("fusermount3", "-u"),
                              mount=lambda tree, at: run("squashfuse_ll", tree["image"] + ".squashfs", at)))
    return found


def timed(command, folder):
    """Milliseconds, or None when it took too long."""
    start = time.perf_counter()
    try:
        subprocess.run(["sh", "-c", command + " >/dev/null"], cwd=folder, timeout=COMMAND_LIMIT,
                       stderr=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return None
    return (time.perf_counter() - start) * 1000


def unmount(peer, at):
    for _ in range(50):
        if subprocess.run([*peer.unmount, at], stderr=subprocess.DEVNULL).returncode == 0:
            return
        time.sleep(0.1)
    subprocess.run(["umount", "-l", at])


def measure(tree, all_peers, rows, at):
    for label, command in COMMANDS.items():
        for peer in all_peers:
            if not peer.mount:
                rows.setdefault((peer.name, label, "warm"), []).append(timed(command, tree["folder"]))
                continue
            if peer.drop:
                peer.drop(tree)
            peer.mount(tree, at)
            try:
                for state in ("cold", "warm"):
                    rows.setdefault((peer.name, label, state), []).append(timed(command, at))
            finally:
                unmount(peer, at)


def first_answer(tree, at):
    """Milliseconds from the start of the program to the first file's content."""
    start = time.perf_counter()
    run(BUILD + "/ismapfs", tree["store"], at)
    with open(at + "/README") as file:
        file.read()
    took = (time.perf_counter() - start) * 1000
    run("fusermount3", "-u", at)
    return took


def memory(tree, at):
    """The driver's resident memory after a grep -r of everything, MB, and its counters."""
    with tempfile.TemporaryFile("w+") as said:
        driver = subprocess.Popen([BUILD + "/ismapfs", "-f", tree["store"], at], stderr=said)
        while not os.path.ismount(at):
            time.sleep(0.01)
        timed(COMMANDS["grep -r"], at)
        status = open("/proc/%d/status" % driver.pid).read()
        driver.send_signal(signal.SIGUSR1)
        time.sleep(0.3)
        run("fusermount3", "-u", at)
        driver.wait()
        said.seek(0)
        counters = dict(re.findall(r"([a-z]+)=(\d+)", said.read()))
    return int(re.search(r"VmRSS:\s*(\d+)", status).group(1)) / 1024, counters


def median(values):
    values = [value for value in values if value is not None]
    return statistics.median(values) if values else None


def cell(value, base):
    if value is None:
        return "—"
    return "%.0f (%.2f)" % (value, value / base)


def table(name, files, directories, links, rows, all_peers):
    lines = ["### %s: %d files, %d directories, %d symlinks" % (name, files, directories, links), "",
             "| | " + " | ".join(COMMANDS) + " |", "|---|" + "---|" * len(COMMANDS)]
    base = {label: median(rows["tmpfs", label, "warm"]) for label in COMMANDS}
    lines.append("| tmpfs, warm | " + " | ".join("%.0f" % base[label] for label in COMMANDS) + " |")
    for state in ("cold", "warm"):
        for peer in all_peers[1:]:
            lines.append("| %s, %s | " % (peer.name, state) + " | ".join(
                cell(median(rows[peer.name, label, state]), base[label]) for label in COMMANDS) + " |")
    return lines + [""]


def count(folder, kind):
    return int(subprocess.run("find . -type %s | wc -l" % kind, shell=True, cwd=folder,
                              stdout=subprocess.PIPE, check=True).stdout)


def main():
    if os.getuid() != 0:
        sys.exit("bench: mounting tmpfs and images takes root")
    work = tempfile.mkdtemp(prefix="ismapfs-bench.", dir="/var/tmp")
    at = work + "/mnt"
    os.mkdir(at)
    started = time.monotonic()
    try:
        report(work, at, started)
    finally:
        subprocess.run(["umount", "-l", at], stderr=subprocess.DEVNULL)
        subprocess.run(["umount", "-l", work + "/tmpfs"], stderr=subprocess.DEVNULL)
        shutil.rmtree(work)


def report(work, at, started):
    trees = {name: {"store": store, "folder": folder, "image": "%s/%s" % (work, name)}
             for name, (store, folder) in make_trees(work).items()}
    all_peers = peers(work)
    for tree in trees.values():
        for peer in all_peers:
            if peer.prepare:
                peer.prepare(tree)
    results = {name: {} for name in trees}
    starts, rounds = [], 0
    while rounds < ROUNDS and (rounds == 0 or
                               (time.monotonic() - started) * (rounds + 1) / rounds < TIME_LIMIT):
        for name, tree in trees.items():
            measure(tree, all_peers, results[name], at)
        starts += [first_answer(trees["fedramp"], at) for _ in range(4)]
        rounds += 1
        print("round %d of %d: %.0f s" % (rounds, ROUNDS, time.monotonic() - started), flush=True)
    rss, counters = memory(trees["fedramp"], at)
    lines = ["# What `make bench` measured", "",
             "%s, Linux %s, %d processors, load %.1f; %d interleaved rounds." % (
                 datetime.date.today(), platform.release(), os.cpu_count(), os.getloadavg()[2], rounds), "",
             "Milliseconds, medians; in brackets the ratio to warm tmpfs in the same run. Cold: a fresh",
             "mount, the image's pages dropped. The trees are the current one of the FedRAMP list and a",
             "synthetic one (200 directories of 100 files of 100 to 2,000 bytes).", ""]
    if os.getloadavg()[2] > 1.5 * os.cpu_count():
        lines += ["**The machine was busy with something else: not to be quoted.**", ""]
    for name, tree in trees.items():
        folder = tree["folder"]
        lines += table(name, count(folder, "f"), count(folder, "d"), count(folder, "l"),
                       results[name], all_peers)
    lines += ["### The driver itself, on the FedRAMP list", "",
              "- from its start to the first file's content: %.1f ms" % median(starts),
              "- resident memory after a cold `grep -r` of everything: %.1f MB" % rss,
              "- requests of that `grep -r`: %s READDIRPLUS, %s READ; %s files pushed" % (
                  counters.get("readdirplus"), counters.get("read"), counters.get("pushed")), "",
              "![The same as bars](results.svg)", ""]
    with open(HERE + "/results.md", "w") as file:
        file.write("\n".join(lines))
    plot.write(HERE + "/results.svg", results, list(COMMANDS), [peer.name for peer in all_peers], median)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
