#!/usr/bin/env python3
"""How fast the mount is beside other ways of showing the same files.

The same trees on tmpfs (exported and copied), through ismapfs, and through what
else Debian has that shows files: each command cold (a fresh mount, the image's
pages dropped) and again warm. Rounds are interleaved, so that whatever else the
machine does hits all alike; how much of the processors something else took is
measured and said. Writes results.md and results.svg beside itself.

As root: it mounts. BUILD: the folder with the programs; ROUNDS: how many (5).
"""
import datetime, json, os, platform, random, re, shutil, signal, statistics, subprocess, sys, tempfile, threading, time
import plot

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(TOP, os.environ.get("BUILD", "build"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
TIME_LIMIT = float(os.environ.get("TIME_LIMIT", "540"))  # seconds; then no further round begins
COMMAND_LIMIT = 20  # seconds; what takes longer once isn't tried again
BUSY = 0.1  # the share of the processors that something else may take
USER = 65534  # an ordinary user

COMMANDS = {
    "find": "find . ! -name :",
    "grep -r": "grep -rc 'no such text' .",
    "ls -lR": "ls -lR",
    "tar c": "tar c . | cat",
    "cat */status": "cat ./*/status",
}
# The folder in which a command runs, if not in the tree's own.
FOLDERS = {"cat */status": "services"}


class Tree:
    """A store, the same on tmpfs, and the part of it that is measured."""

    def __init__(self, name, about, store, folder, part):
        self.name, self.about, self.store, self.folder, self.part = name, about, store, folder, part
        self.image = store + ".image"

    def inside(self, root, label):
        """Where a command runs under a root that shows the measured part."""
        below = FOLDERS.get(label, "")
        return os.path.join(root, below) if not self.part else root


def run(*command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          timeout=300, **options)


def synthetic_list(path, services, files):
    """Directories of files of 100 to 2,000 bytes."""
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
    """Stores and their trees on tmpfs."""
    sync = os.path.join(BUILD, "ismap-sync")
    os.mkdir(work + "/tmpfs")
    run("mount", "-t", "tmpfs", "-o", "size=2g", "bench", work + "/tmpfs")
    run(sync, "init", "--store", work + "/fedramp", "--bundled", "fedramp")
    trees = [Tree("fedramp", "the FedRAMP list", work + "/fedramp", work + "/tmpfs/fedramp", "")]
    for name, services, files in (("200 × 100", 200, 100), ("1000 × 20", 1000, 20)):
        store = "%s/%d" % (work, services)
        synthetic_list(store + ".json", services, files)
        os.mkdir(store)
        run(sync, "import", "--store", store, "--source", "interchange", store + ".json")
        trees.append(Tree(name, "services/ of a made-up list: %d directories of %d files of 100 to 2,000 bytes"
                          % (services, files), store, "%s/tmpfs/%d" % (work, services), "services"))
    for tree in trees:
        run(sync, "export", "--store", tree.store, tree.folder)
        tree.folder = os.path.join(tree.folder, tree.part)
    return trees


class Peer:
    """A way of showing a tree: mounted anew for each cold command."""

    def __init__(self, name, prepare=None, mount=None, drop=None, part_below=False, user=None):
        self.name, self.prepare, self.mount, self.drop = name, prepare, mount, drop
        self.user = user  # who mounts and walks; None: root
        self.part_below = part_below  # shows the whole store, so that the part is below
        self.trees = None  # slow, so known well enough after one round over these; None: not slow

    def wanted(self, tree, round_number):
        return self.trees is None or (round_number == 0 and tree.name in self.trees)


def drop_pages(path):
    """The image's own pages: a fresh mount of a cached image wouldn't be cold."""
    with open(path, "rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def image_peer(name, suffix, make, mount):
    """One that shows a file, which it makes of the tree on tmpfs."""
    def prepare(tree):
        if not os.path.exists(tree.image + suffix):
            make(tree.folder, tree.image + suffix)
    return Peer(name, prepare=prepare, mount=lambda tree, at: mount(tree.image + suffix, at),
                drop=lambda tree: drop_pages(tree.image + suffix))


def make_squashfs(folder, image):
    run("mksquashfs", folder, image, "-quiet", "-no-progress")


def mount_rclone(tree, at):
    run("rclone", "mount", "--read-only", "--daemon", "--config", "/dev/null", "--links", tree.folder, at)


def peers():
    found = [Peer("tmpfs"),
             Peer("ismapfs", part_below=True, mount=lambda tree, at: run(BUILD + "/ismapfs", tree.store, at)),
             Peer("ismapfs, prefetch=off", part_below=True,
                  mount=lambda tree, at: run(BUILD + "/ismapfs", tree.store, at, "-o", "prefetch=off"))]
    if os.stat("/dev/fuse").st_mode & 6 == 6:  # elsewhere only root may mount
        found.append(Peer("ismapfs, a user's mount", part_below=True, user=USER,
                          mount=lambda tree, at: run(BUILD + "/ismapfs", tree.store, at, user=USER, group=USER,
                                                     extra_groups=[])))
    systems = open("/proc/filesystems").read().split()
    if shutil.which("mkfs.erofs") and "erofs" in systems:
        found.append(image_peer("erofs (kernel)", ".erofs",
                                lambda folder, image: run("mkfs.erofs", "-zlz4hc", image, folder),
                                lambda image, at: run("mount", "-t", "erofs", "-o", "loop,ro", image, at)))
    if shutil.which("mksquashfs") and "squashfs" in systems:
        found.append(image_peer("squashfs (kernel)", ".squashfs", make_squashfs,
                                lambda image, at: run("mount", "-t", "squashfs", "-o", "loop,ro", image, at)))
    if shutil.which("mksquashfs") and shutil.which("squashfuse_ll"):
        found.append(image_peer("squashfuse_ll", ".squashfs", make_squashfs,
                                lambda image, at: run("squashfuse_ll", image, at)))
        found[-1].trees = ("fedramp", "200 × 100", "1000 × 20")
    fast = len(found)
    if shutil.which("rclone"):
        found.append(Peer("rclone", mount=mount_rclone))
    for program, options in (("archivemount", ("-o", "readonly")), ("fuse-archive", ())):
        if shutil.which(program):
            found.append(image_peer(program, ".tar",
                                    lambda folder, image: run("tar", "-cf", image, "-C", folder, "."),
                                    lambda image, at, start=(program, *options): run(*start, image, at)))
    for peer in found[fast:]:
        peer.trees = ("200 × 100",)
    return found


def timed(command, folder, user=None):
    """Milliseconds, or None when it took too long. Python's own waiting with a limit sleeps between
    its looks, for up to 50 ms."""
    start = time.perf_counter()
    # Root may not enter a user's mount.
    process = subprocess.Popen(["sh", "-c", 'cd "$1" && %s >/dev/null' % command, "sh", folder],
                               stderr=subprocess.DEVNULL, start_new_session=True, user=user, group=user)
    limit = threading.Timer(COMMAND_LIMIT, os.killpg, (process.pid, signal.SIGKILL))
    limit.start()
    process.wait()
    took = (time.perf_counter() - start) * 1000
    limit.cancel()
    return took if took < COMMAND_LIMIT * 1000 else None


def taken_away():
    """The share of the processors that something else took, seen by who wants all of them."""
    spin = "import os, time\nstart = time.perf_counter()\nwhile sum(os.times()[:2]) < 0.2: pass\n" \
           "print(sum(os.times()[:2]) / (time.perf_counter() - start + 1e-9))"
    spinning = [subprocess.Popen([sys.executable, "-S", "-c", spin], stdout=subprocess.PIPE) for _ in range(os.cpu_count())]
    shares = [float(process.communicate()[0]) for process in spinning]
    return max(0.0, 1 - sum(shares) / len(shares))


def unmount(at):
    for _ in range(100):
        if subprocess.run(["umount", at], stderr=subprocess.DEVNULL).returncode == 0:
            return
        time.sleep(0.05)
    subprocess.run(["umount", "-l", at])


def measure(tree, all_peers, rows, at, round_number):
    for label, command in COMMANDS.items():
        for peer in all_peers:
            cold, warm = (rows.setdefault((peer.name, label, state), []) for state in ("cold", "warm"))
            if not peer.mount:
                warm.append(timed(command, tree.inside(tree.folder, label)))
                continue
            if not peer.wanted(tree, round_number) or None in cold:
                continue
            if peer.drop:
                peer.drop(tree)
            if peer.user:
                os.chown(at, peer.user, peer.user)
            peer.mount(tree, at)
            try:
                folder = tree.inside(os.path.join(at, tree.part) if peer.part_below else at, label)
                cold.append(timed(command, folder, peer.user))
                if cold[-1] is not None:
                    warm.append(timed(command, folder, peer.user))
            finally:
                unmount(at)
                os.chown(at, 0, 0)


def calls(tree, at, rows):
    """Nanoseconds of open+read+close, and of a missing name, on tmpfs and through the mount."""
    run(BUILD + "/ismapfs", tree.store, at)
    try:
        for name, root in (("tmpfs", tree.folder), ("ismapfs", at)):
            said = subprocess.run([BUILD + "/bench/calls", root + "/services/AGENCYAMAZONEW/status",
                                   root + "/services/there-is-no-such-service"],
                                  check=True, stdout=subprocess.PIPE, text=True).stdout.split()
            for label, took in zip(("open+read+close", "a missing name"), said):
                rows.setdefault((name, label, "warm"), []).append(float(took))
    finally:
        unmount(at)


def first_answer(tree, at):
    """Milliseconds from the start of the program to the first file's content."""
    start = time.perf_counter()
    run(BUILD + "/ismapfs", tree.store, at)
    with open(at + "/README") as file:
        file.read()
    took = (time.perf_counter() - start) * 1000
    unmount(at)
    return took


def memory(tree, at):
    """The driver's resident memory after a grep -r of everything, MB, and its counters."""
    with tempfile.TemporaryFile("w+") as said:
        driver = subprocess.Popen([BUILD + "/ismapfs", "-f", tree.store, at], stderr=said)
        while not os.path.ismount(at):
            time.sleep(0.01)
        timed(COMMANDS["grep -r"], at)
        status = open("/proc/%d/status" % driver.pid).read()
        driver.send_signal(signal.SIGUSR1)
        time.sleep(0.3)
        unmount(at)
        driver.wait()
        said.seek(0)
        counters = dict(re.findall(r"([a-z]+)=(\d+)", said.read()))
    return int(re.search(r"VmRSS:\s*(\d+)", status).group(1)) / 1024, counters


def median(values):
    values = [value for value in values if value is not None]
    return statistics.median(values) if values else None


def ratio(rows, name, label, state, base=("tmpfs", "warm")):
    value, reference = median(rows.get((name, label, state), [])), median(rows.get((base[0], label, base[1]), []))
    return value / reference if value is not None and reference else None


def cell(rows, name, label, state, base):
    values = rows.get((name, label, state), [])
    if None in values:
        return "> %d" % (COMMAND_LIMIT * 1000)
    if not values:
        return "—"
    return "%.0f (%.2f)" % (median(values), median(values) / base)


def table(tree, rows, all_peers):
    kinds = ["%d %s" % (int(subprocess.run("find . -type %s | wc -l" % kind, shell=True, cwd=tree.folder, check=True,
                                          stdout=subprocess.PIPE).stdout), word)
             for kind, word in (("f", "files"), ("d", "directories"), ("l", "symlinks"))]
    lines = ["### %s: %s" % (tree.name, ", ".join(kinds)), "", tree.about[0].upper() + tree.about[1:] + ".", "",
             "| | " + " | ".join(COMMANDS) + " |", "|---|" + "---|" * len(COMMANDS)]
    base = {label: median(rows["tmpfs", label, "warm"]) for label in COMMANDS}
    lines.append("| tmpfs, warm | " + " | ".join("%.0f" % base[label] for label in COMMANDS) + " |")
    for state in ("cold", "warm"):
        for peer in all_peers[1:]:
            if not peer.wanted(tree, 0):
                continue
            lines.append("| %s, %s | " % (peer.name, state) + " | ".join(
                cell(rows, peer.name, label, state, base[label]) for label in COMMANDS) + " |")
    return lines + [""]


def targets(results, starts, rss):
    """What is wanted beside what is: (words, wanted at most, measured)."""
    lines = [("mount to the first file's content, ms", 30, median(starts)),
             ("resident memory after `grep -r` of the FedRAMP list, MB", 16, rss)]
    for mount in ("ismapfs", "ismapfs, a user's mount"):
        lines += [("fedramp: %s: `%s` cold" % (mount, label), most, ratio(results["fedramp"], mount, label, "cold"))
                  for label, most in (("find", 7), ("grep -r", 5), ("ls -lR", 5))]
    lines += [("200 × 100: `grep -r` cold, to erofs cold", 0.33,
               ratio(results["200 × 100"], "ismapfs", "grep -r", "cold", ("erofs (kernel)", "cold")))]
    for name, rows in results.items():
        lines += [("%s: `%s` cold, to %s cold" % (name, label, peer), most,
                   ratio(rows, "ismapfs", label, "cold", (peer, "cold")))
                  for peer in ("squashfuse_ll", "rclone", "archivemount", "fuse-archive")
                  for label, most in (("find", 0.5), ("grep -r", 0.125), ("ls -lR", 0.125), ("tar c", 0.125))
                  if median(rows.get((peer, label, "cold"), [])) is not None]
        lines += [("%s: `%s` warm" % (name, label), 1.15, ratio(rows, "ismapfs", label, "warm"))
                  for label in ("find", "grep -r", "ls -lR", "tar c")]
    lines += [("%s, warm" % label, 1.2, ratio(results["fedramp"], "ismapfs", label, "warm"))
              for label in ("open+read+close", "a missing name")]
    return ["### Against the targets", "", "Ratios to warm tmpfs where nothing else is said.", "",
            "| | at most | measured | |", "|---|---|---|---|"] + [
        "| %s | %s | %s | %s |" % (words, wanted, "—" if value is None else "%.2f" % value,
                                   "" if value is None else "yes" if value <= wanted else "**no**")
        for words, wanted, value in lines] + [""]


def main():
    if os.getuid() != 0:
        sys.exit("bench: mounting tmpfs and images takes root")
    work = tempfile.mkdtemp(prefix="ismapfs-bench.", dir="/var/tmp")
    at = work + "/mnt"
    os.mkdir(at)
    os.chmod(work, 0o711)
    # As every distribution has it: without it a user's driver doesn't read ahead.
    if not os.path.ismount("/sys/fs/fuse/connections"):
        run("mount", "-t", "fusectl", "fusectl", "/sys/fs/fuse/connections")
    try:
        report(work, at)
    finally:
        subprocess.run(["umount", "-l", at], stderr=subprocess.DEVNULL)
        subprocess.run(["umount", "-l", work + "/tmpfs"], stderr=subprocess.DEVNULL)
        shutil.rmtree(work)


def report(work, at):
    trees, all_peers = make_trees(work), peers()
    for tree in trees:
        for peer in all_peers:
            if peer.prepare and peer.wanted(tree, 0):
                peer.prepare(tree)
    results = {tree.name: {} for tree in trees}
    starts, rounds, busy, started = [], 0, [], time.monotonic()
    while rounds < ROUNDS and (rounds == 0 or
                               (time.monotonic() - started) * (rounds + 1) / rounds < TIME_LIMIT):
        for tree in trees:
            busy.append(taken_away())
            measure(tree, all_peers, results[tree.name], at, rounds)
        calls(trees[0], at, results["fedramp"])
        starts += [first_answer(trees[0], at) for _ in range(4)]
        rounds += 1
        print("round %d of %d: %.0f s, %.0f %% of the processors taken by something else" % (
            rounds, ROUNDS, time.monotonic() - started, 100 * median(busy)), flush=True)
    rss, counters = memory(trees[0], at)
    lines = ["# What `make bench` measured", "",
             "%s, Linux %s, %d processors; %d interleaved rounds. Something else took %.0f %% of the processors (at "
             "times %.0f %%)." % (datetime.date.today(), platform.release(), os.cpu_count(), rounds,
                                  100 * median(busy), 100 * max(busy)), "",
             "Milliseconds, medians; in brackets the ratio to warm tmpfs in the same run. Cold: a fresh",
             "mount, the image's pages dropped.", ""]
    if median(busy) > BUSY or max(busy) > 3 * BUSY:
        lines += ["**The machine was busy with something else: not to be quoted.**", ""]
    lines += targets(results, starts, rss)
    for tree in trees:
        lines += table(tree, results[tree.name], all_peers)
    lines += ["### The driver itself, on the FedRAMP list", "",
              "- open+read+close of a file that was read before: %.2f µs (tmpfs %.2f µs)" % tuple(
                  median(results["fedramp"][name, "open+read+close", "warm"]) / 1000 for name in ("ismapfs", "tmpfs")),
              "- a name that is known to be missing: %.2f µs (tmpfs %.2f µs)" % tuple(
                  median(results["fedramp"][name, "a missing name", "warm"]) / 1000 for name in ("ismapfs", "tmpfs")),
              "- requests of a cold `grep -r`: %s READDIRPLUS, %s READ; %s files pushed" % (
                  counters.get("readdirplus"), counters.get("read"), counters.get("pushed")), "",
              "![The same as bars](results.svg)", ""]
    with open(HERE + "/results.md", "w") as file:
        file.write("\n".join(lines))
    plot.write(HERE + "/results.svg", results, list(COMMANDS), [peer.name for peer in all_peers], median)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
