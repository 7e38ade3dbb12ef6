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
import datetime, glob, os, platform, random, re, shutil, statistics, subprocess, sys, tempfile, time
import make_store

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(TOP, os.environ.get("BUILD", "build"))
SIZES = [int(size) for size in os.environ.get("SIZES", "1000 10000 100000 1000000").split()]
FACTOR = 1.5  # at most, from the smallest to the greatest
FIRST_FACTOR = 1.2  # of the first answer
SAMPLES = 200  # of what is asked through a mount: never asked before
WARMING = 2000  # services that were, as far as there are any left
HANDLED = 20000  # services that the handlers are asked about: more than the processor's caches hold

ISMAPFS, ARITHMETIC = "ismapfs", "arithmetic"
ANY, WALKING = "the handlers, any service", "the handlers, one service after the other"
COUNTED = "what the handlers do"
THROUGH, PROCESSOR = "through a mount, any service, each for the first time", "processor time through a mount"
FIRST = "to the first answer"


class Figures:
    """Rows of figures: (section, operation, unit) -> size -> what was measured, one for each round."""

    def __init__(self):
        self.rows = {}

    def add(self, size, section, operation, unit, figure):
        self.rows.setdefault((section, operation, unit), {}).setdefault(size, []).append(figure)


def by_handlers(size, store, at, figures):
    """The handlers alone, in processor time."""
    said = subprocess.run([BUILD + "/bench/scale", store, str(size), str(HANDLED)], check=True, stdout=subprocess.PIPE,
                          text=True).stdout
    for line in said.splitlines():
        order, operation, nanoseconds, steps, pages, read = line.split("\t")
        if order == "-":
            figures.add(size, "telling the kernel", operation, "µs", float(nanoseconds) / 1000)
            figures.add(size, "telling the kernel", "what is told of them", "messages", float(steps))
            continue
        if order == "machine":
            figures.add(size, ANY, operation, "ns", float(nanoseconds))
            continue
        figures.add(size, WALKING if order == "walking" else ANY, operation, "ns", float(nanoseconds))
        if order == "walking":
            figures.add(size, COUNTED, operation + ": steps of SQLite", "", float(steps))
        else:
            figures.add(size, COUNTED, operation + ": pages looked at", "", float(pages))
            figures.add(size, COUNTED, operation + ": pages read, any service", "", float(read))


class Mount:
    """A driver, and what it was mounted on: ismapfs, or the one that only calculates."""

    def __init__(self, command, at):
        self.at = at
        self.start = time.perf_counter()
        self.process = subprocess.Popen(command + [at])
        while not os.path.ismount(at):
            if self.process.poll() is not None:
                sys.exit("bench-scale: the mount failed")
            time.sleep(0.0005)

    def resident(self):
        with open("/proc/%d/status" % self.process.pid) as status:
            return int(re.search(r"VmRSS:\s*(\d+)", status.read()).group(1)) / 1024

    def processor_time(self):
        """Of all its threads, in seconds: what they did in the kernel, too."""
        total = 0
        for path in glob.glob("/proc/%d/task/*/schedstat" % self.process.pid):
            with open(path) as schedstat:
                total += int(schedstat.read().split()[0])
        return total / 1e9

    def __enter__(self):
        return self

    def __exit__(self, *error):
        subprocess.run(["umount", self.at], check=True)
        self.process.wait()


class Watch:
    """What passes while something is done: by the clock, and of the processors' time the driver's
    and the program's own, both with what the kernel does for them."""

    def __init__(self, mount):
        self.mount = mount
        self.then = self.now()

    def now(self):
        return time.perf_counter(), self.mount.processor_time(), time.thread_time()

    def microseconds(self):
        return [(now - then) * 1e6 for now, then in zip(self.now(), self.then)]


def read(path):
    with open(path, "rb", buffering=0) as file:
        file.read()


def look_up(path):
    os.stat(path)


def list_all(path):
    count = 0
    with os.scandir(path) as entries:
        for _ in entries:
            count += 1
    return count


def drivers(size, store):
    return (ISMAPFS, [BUILD + "/ismapfs", "-f", store]), (ARITHMETIC, [BUILD + "/bench/arithmetic", str(size)])


def watched(figures, size, driver, operation, mount, call, items):
    """Each of the items once; what a call returns, if anything, is how many it was for."""
    watch = Watch(mount)
    count = sum(call(item) or 1 for item in items)
    clock, of_driver, of_program = (passed / count for passed in watch.microseconds())
    figures.add(size, THROUGH, "%s: %s" % (operation, driver), "µs", clock)
    figures.add(size, PROCESSOR, "%s: %s" % (operation, driver), "µs", of_driver)
    figures.add(size, PROCESSOR, "%s: program that asks %s" % (operation, driver), "µs", of_program)


def through_mount(size, store, at, figures):
    """As a program sees it, each thing for the first time: reading comes last, and no file is looked
    up before that isn't read, as either makes ismapfs read ahead."""
    names = ["S-%07d" % service for service in random.sample(range(size), min(size, WARMING + 4 * SAMPLES))]
    looked_up, listed, then_read, read_now = (names[i * SAMPLES:(i + 1) * SAMPLES] for i in range(4))
    warming = names[4 * SAMPLES:]
    for driver, command in drivers(size, store):
        with Mount(command, at) as mount:
            services, then = at + "/services/", at + "/at/2026-01-01/services/"
            for name in warming:
                list_all(services + name)
                os.path.exists(then + name + "/url")
            for operation, call, items in (
                    ("lookup", look_up, [services + name for name in looked_up]),
                    ("lookup of a missing name", lambda path: os.path.exists(path) and sys.exit("it exists"),
                     [services + name + "-missing" for name in looked_up]),
                    ("listing a service, per entry", list_all, [services + name for name in listed]),
                    ("lookup and read of a value", read, [services + name + "/status" for name in read_now]),
                    ("lookup and read at a past date", read, [then + name + "/name" for name in then_read])):
                watched(figures, size, driver, operation, mount, call, items)


def listing_everything(size, store, at, figures):
    for driver, command in drivers(size, store):
        with Mount(command, at) as mount:
            watched(figures, size, driver, "listing services/, per entry", mount, list_all, [at + "/services"])
            if driver == ISMAPFS:
                figures.add(size, "memory", "resident, of the driver, after listing services/", "MB", mount.resident())


def first_answer(size, store, at, figures):
    with Mount(drivers(size, store)[0][1], at) as mount:
        read(at + "/README")
        figures.add(size, FIRST, "mount to the first file's content", "ms", (time.perf_counter() - mount.start) * 1000)


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
MEASUREMENTS = ((applying, 5), (by_handlers, 1), (first_answer, 7), (through_mount, 7), (listing_everything, 5))


ABOUT = """Medians of some interleaved rounds. *The handlers*: requests handed to them without a kernel, processor time; a
page that is read takes what the machine takes for a page of so great a file, which is in the kernel's memory but not in
the processor's caches: the counts say what the driver itself does. *Through a mount*: in a mount that answered others
before, with whatever else the machine did meanwhile; *arithmetic* is a driver without a store that shows as many names,
so what it takes, and how that grows, is the kernel's and libfuse's."""


def shown(figure):
    return "%.0f" % figure if figure >= 100 else "%.1f" % figure if figure >= 10 else "%.2f" % figure


def report(figures, load):
    lines = ["# What things cost as the list grows", "",
             "%s, Linux %s, %d processors; load %.1f before, %.1f at the end. Stores of %s services with twenty values "
             "each, without documents." % (datetime.date.today(), platform.release(), os.cpu_count(), load,
                                           os.getloadavg()[0], ", ".join("{:,}".format(size) for size in SIZES)), "",
             ABOUT, ""]
    section = None
    for (of, operation, unit), row in sorted(figures.rows.items(), key=lambda row: row[0][0]):
        values = [statistics.median(row[size]) for size in SIZES]
        if of != section:
            section = of
            lines += ["", "### " + section[0].upper() + section[1:], "",
                      "| | " + " | ".join("{:,}".format(size) for size in SIZES) + " | factor |",
                      "|---|" + "---|" * (len(SIZES) + 1)]
        # A list of a thousand is kept as a whole: what is read of it is no measure.
        factor = None if "pages read" in operation else values[-1] / values[0]
        limit = FIRST_FACTOR if section == FIRST else FACTOR
        mark = "" if not factor or factor <= limit or unit == "MB" or "as it must" in operation else " **> %s**" % limit
        lines.append("| %s%s | " % (operation, ", " + unit if unit else "") + " | ".join(shown(v) for v in values) +
                     (" | %.2f%s |" % (factor, mark) if factor else " | |"))
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
    figures, load = Figures(), os.getloadavg()[0]
    # Who asks and who answers take turns on one: to wake an idle one takes a virtual machine longer
    # than either of them, and now and then it isn't idle.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
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
            print(measurement.__name__.replace("_", " "), flush=True)
            for _ in range(rounds):
                for size, store in stores.items():
                    measurement(size, store, at, figures)
    finally:
        subprocess.run(["umount", "-l", at], stderr=subprocess.DEVNULL)
        shutil.rmtree(work)
    lines = report(figures, load)
    with open(HERE + "/scale.md", "w") as file:
        file.write("\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
