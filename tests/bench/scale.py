#!/usr/bin/env python3
"""What things cost as the list grows from a thousand services to a million.

For each size make_store.py makes a store of twenty values for each service, in
which a second publication changes twenty services. `scale` calls the request
handlers in its own process, and a mount is used as programs use one. Writes
scale.md beside itself; the stores take some 5 GB for a while: in memory where
there is room, as what a disk takes is not what is asked here.

BUILD: the folder with the programs; SIZES: of the lists (1000 … 1000000);
WORK: where the stores are made.
"""
import datetime, os, platform, random, re, shutil, subprocess, sys, tempfile, time
import make_store

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(TOP, os.environ.get("BUILD", "build"))
SIZES = [int(size) for size in os.environ.get("SIZES", "1000 10000 100000 1000000").split()]
FACTOR = 1.5  # at most, from the smallest to the greatest
FIRST_FACTOR = 1.2  # of the first answer
SAMPLES = 500


class Figures:
    """Rows of figures: (section, operation, unit) -> size -> the smallest that was measured."""

    def __init__(self):
        self.rows = {}

    def add(self, size, section, operation, unit, figure):
        row = self.rows.setdefault((section, operation, unit), {})
        row[size] = min(figure, row.get(size, figure))


def by_handlers(size, store, at, figures):
    """The handlers alone, in processor time."""
    said = subprocess.run([BUILD + "/bench/scale", store, str(size)], check=True, stdout=subprocess.PIPE,
                          text=True).stdout
    for line in said.splitlines():
        order, operation, nanoseconds, steps, pages = line.split("\t")
        if order == "-":
            figures.add(size, "telling the kernel", operation, "µs", float(nanoseconds) / 1000)
            figures.add(size, "telling the kernel", "what is told of them", "messages", float(steps))
            continue
        section = "one service after the other" if order == "walking" else "any service"
        figures.add(size, "the handlers, " + section, operation, "ns", float(nanoseconds))
        if order == "walking":
            figures.add(size, "what the handlers do", operation + ": steps of SQLite", "", float(steps))
            figures.add(size, "what the handlers do", operation + ": pages", "", float(pages))


class Mount:
    def __init__(self, store, at):
        self.at = at
        start = time.perf_counter()
        self.process = subprocess.Popen([BUILD + "/ismapfs", "-f", store, at])
        while not os.path.ismount(at):
            if self.process.poll() is not None:
                sys.exit("bench-scale: the mount failed")
            time.sleep(0.0005)
        with open(at + "/README") as file:
            file.read()
        self.first_answer = (time.perf_counter() - start) * 1000

    def resident(self):
        with open("/proc/%d/status" % self.process.pid) as status:
            return int(re.search(r"VmRSS:\s*(\d+)", status.read()).group(1)) / 1024

    def __enter__(self):
        return self

    def __exit__(self, *error):
        subprocess.run(["umount", self.at], check=True)
        self.process.wait()


def microseconds(call, items):
    start = time.perf_counter()
    for item in items:
        call(item)
    return (time.perf_counter() - start) * 1e6 / len(items)


def read(path):
    with open(path, "rb", buffering=0) as file:
        file.read()


def list_all(path):
    count = 0
    with os.scandir(path) as entries:
        for _ in entries:
            count += 1
    return count


def through_mount(size, store, at, figures):
    """As a program sees it, each thing for the first time."""
    section, services = "through a mount, any service, each for the first time", at + "/services/"
    names = ["S-%07d" % service for service in random.sample(range(size), 2 * SAMPLES)]
    looked_up, listed = names[:SAMPLES], names[SAMPLES:]
    with Mount(store, at) as mount:
        figures.add(size, "to the first answer", "mount to the first file's content", "ms", mount.first_answer)
        for label, call, items in (
                ("lookup", os.stat, [services + name for name in looked_up]),
                ("lookup of a missing name", lambda path: os.path.exists(path) and sys.exit("it exists"),
                 [services + name + "-missing" for name in looked_up]),
                ("lookup and read of a value", read, [services + name + "/status" for name in looked_up]),
                ("lookup and read of a value at a past date", read,
                 ["%s/at/2026-01-01/services/%s/name" % (at, name) for name in looked_up])):
            figures.add(size, section, label, "µs", microseconds(call, items))
        start = time.perf_counter()
        entries = sum(list_all(services + name) for name in listed)
        figures.add(size, section, "listing a service, per entry", "µs", (time.perf_counter() - start) * 1e6 / entries)


def listing_everything(size, store, at, figures):
    with Mount(store, at) as mount:
        start = time.perf_counter()
        entries = list_all(at + "/services")
        figures.add(size, "listing services/ through a mount", "per entry", "µs",
                    (time.perf_counter() - start) * 1e6 / entries)
        figures.add(size, "listing services/ through a mount", "resident memory of the driver then", "MB",
                    mount.resident())


def applying(size, store, at, figures):
    """What comes between a publication of twenty changed services and its generation."""
    make_store.next_publication(store + "/next.json", size)
    said = subprocess.run([BUILD + "/bench/apply", store, store + "/next.json"], check=True, stdout=subprocess.PIPE,
                          text=True).stdout
    copying, bytes_copied, adding, changed = map(float, said.split())
    if changed != make_store.CHANGED:
        sys.exit("bench-scale: %d services changed" % changed)
    figures.add(size, "applying a publication", "20 changed services, read, compared and added", "ms", adding / 1000)
    figures.add(size, "applying a publication", "opening a copy of the store (grows, as it must)", "ms", copying / 1000)
    figures.add(size, "applying a publication", "which is, for each second of processor time (the more the better)", "MB",
                bytes_copied / max(copying, 1))


# What is measured of a store of one size, and how often: each takes (size, store, folder to mount
# on, figures).
MEASUREMENTS = ((applying, 3), (by_handlers, 3), (through_mount, 7), (listing_everything, 2))


def shown(figure):
    return "%.0f" % figure if figure >= 100 else "%.1f" % figure if figure >= 10 else "%.2f" % figure


def report(figures):
    lines = ["# What things cost as the list grows", "",
             "%s, Linux %s, %d processors, load %.1f. Stores of %s services with twenty values each, without documents."
             % (datetime.date.today(), platform.release(), os.cpu_count(), os.getloadavg()[1],
                ", ".join("{:,}".format(size) for size in SIZES)), "",
             "The fastest of some interleaved rounds each. *The handlers*: requests handed to them without a kernel,",
             "processor time. For services in any order a great list is slower by what memory is: its pages are in the",
             "kernel's cache but not in the processor's; the steps and the pages say what the driver itself does.",
             "*Through a mount*: with the kernel's share, and with whatever else the machine did meanwhile.", ""]
    section = None
    for (of, operation, unit), row in sorted(figures.rows.items(), key=lambda row: row[0][0]):
        values = [row[size] for size in SIZES]
        if of != section:
            section = of
            lines += ["", "### " + section[0].upper() + section[1:], "",
                      "| | " + " | ".join("{:,}".format(size) for size in SIZES) + " | factor |",
                      "|---|" + "---|" * (len(SIZES) + 1)]
        factor = values[-1] / values[0] if values[0] else 1
        limit = FIRST_FACTOR if section == "to the first answer" else FACTOR
        mark = "" if factor <= limit or unit == "MB" or "as it must" in operation else " **> %s**" % limit
        lines.append("| %s%s | " % (operation, ", " + unit if unit else "") + " | ".join(shown(v) for v in values) +
                     " | %.2f%s |" % (factor, mark))
    return lines + [""]


def workplace():
    try:
        room = os.statvfs("/dev/shm")
        if room.f_bavail * room.f_frsize > 8e9 and os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") > 8e9:
            return "/dev/shm"
    except OSError:
        pass
    return "/var/tmp"


def main():
    if os.getuid() != 0:
        sys.exit("bench-scale: mounting takes root")
    figures = Figures()
    work = tempfile.mkdtemp(prefix="ismapfs-scale.", dir=os.environ.get("WORK") or workplace())
    at = work + "/mnt"
    os.mkdir(at)
    try:
        stores = {size: "%s/%d" % (work, size) for size in SIZES}
        for size, store in stores.items():
            start = time.perf_counter()
            make_store.make(BUILD + "/ismap-sync", store, size)
            print("%d services: made in %.0f s" % (size, time.perf_counter() - start), flush=True)
        for measurement, rounds in MEASUREMENTS:
            for _ in range(rounds):
                for size, store in stores.items():
                    measurement(size, store, at, figures)
    finally:
        subprocess.run(["umount", "-l", at], stderr=subprocess.DEVNULL)
        shutil.rmtree(work)
    lines = report(figures)
    with open(HERE + "/scale.md", "w") as file:
        file.write("\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
