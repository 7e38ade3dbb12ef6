#!/usr/bin/env python3
"""What a list shows that changes under its readers: publications, readers, a verdict.

Usage: live_load.py prepare DIRECTORY COUNT SERVICES
       live_load.py prepare DIRECTORY COUNT PUBLICATION...
       live_load.py watch DIRECTORY MOUNT
       live_load.py judge DIRECTORY

`prepare` writes COUNT publications, DIRECTORY/0001.json and so on, each with
other statuses than the one before for the watched services, and one service
that comes and goes; made of made-up products, or of PUBLICATIONs in their order,
as often as it takes. DIRECTORY/expected.json says what each of the watched files
holds in each generation.

`watch` reads eight status files and .registry/generation, each in a process of its
own and hundreds of times a second, until DIRECTORY/stop exists. Each writes what it saw,
and a sentence about whatever was no word of the documented set, or an error.

`judge` compares that with DIRECTORY/switches (a line for each generation: its number,
and when it became current), and prints how late the latest stale value was
read. Exit status 1 for an error, a torn file, a value that was never true, or
one that was read more than LIMIT seconds after it had ceased to be.
"""

import bisect
import json
import multiprocessing
import os
import subprocess
import sys
import time

LIMIT = 1.0
WATCHED = 8
# The source's words and the tree's.
STATUSES = [("FedRAMP Authorized", "certified"), ("FedRAMP In Process", "in-process"),
            ("FedRAMP Ready", "legacy-ready"), ("Agency In Process", "agency-in-process")]
DOCUMENTED = {"certified", "legacy-ready", "in-process", "agency-in-process", "delisted", "unknown"}
# Between two reads: two cores are also to make generations and to walk. Seconds.
PAUSE = 0.001
# How the clock of a file's time may differ from the processes'.
CLOCK = 0.012


def made_up(services):
    script = os.path.join(os.path.dirname(__file__), "..", "publications", "fedramp.py")
    text = subprocess.run([sys.executable, script, "--plain", "--services", services],
                          check=True, stdout=subprocess.PIPE).stdout
    return [json.loads(text)]


def read_publications(paths):
    publications = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            publications.append(json.load(file))
    return publications


def only_word(text):
    return text.strip().replace("\u200b", "")


def prepare(directory, count, sources):
    count = int(count)
    publications = made_up(sources[0]) if sources[0].isdigit() else read_publications(sources)
    common = set.intersection(*({only_word(row["id"]) for row in publication["data"]["Products"]}
                                for publication in publications))
    names = sorted(common)
    names = [names[place * (len(names) - 1) // WATCHED] for place in range(WATCHED + 1)]
    wanderer = names.pop()
    expected = {f"services/{name}/status": [] for name in names}
    expected[".registry/generation"] = [str(number) for number in range(1, count + 1)]
    start = 1735700000  # 2025-01-01
    for number in range(count):
        publication = publications[number * len(publications) // count]
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(start + number * 86400))
        publication["meta"]["last_change"] = stamp + ".000Z"
        products = publication["data"]["Products"]
        for place, name in enumerate(names):
            words, status = STATUSES[(number + place) % len(STATUSES)]
            expected[f"services/{name}/status"].append(status)
            for row in products:
                if only_word(row["id"]) == name:
                    row["status"] = words
        away = number % 5 == 4
        publication["data"]["Products"] = [row for row in products
                                           if not (away and only_word(row["id"]) == wanderer)]
        with open(os.path.join(directory, "%04d.json" % (number + 1)), "w", encoding="utf-8") as file:
            json.dump(publication, file)
        publication["data"]["Products"] = products
    with open(os.path.join(directory, "expected.json"), "w", encoding="utf-8") as file:
        json.dump({"files": expected, "wanderer": wanderer}, file)


def reader(directory, mount, path, number):
    """Runs of one value: the value, when it was first seen, when a read that saw it last began."""
    full, stop = os.path.join(mount, path), os.path.join(directory, "stop")
    is_number = path.endswith("generation")
    runs, errors, reads = [], [], 0
    while reads % 64 or not os.path.exists(stop):
        before = time.time()
        try:
            with open(full, "rb", buffering=0) as file:
                content = file.read(4096)
        except OSError as error:
            errors.append(f"{path}: {error}")
            content = b""
        after = time.time()
        reads += 1
        time.sleep(PAUSE)
        value = content[:-1].decode("utf-8", "replace")
        if content[-1:] != b"\n" or not (value.isdigit() if is_number else value in DOCUMENTED):
            errors.append(f"{path}: no documented word: {content!r}")
        elif runs and runs[-1][0] == value:
            runs[-1][2] = before
        else:
            runs.append([value, after, before])
    with open(os.path.join(directory, f"seen.{number}.json"), "w", encoding="utf-8") as file:
        json.dump({"path": path, "runs": runs, "errors": errors[:20], "reads": reads}, file)


def watch(directory, mount):
    with open(os.path.join(directory, "expected.json"), encoding="utf-8") as file:
        paths = sorted(json.load(file)["files"])
    processes = [multiprocessing.Process(target=reader, args=(directory, mount, path, number))
                 for number, path in enumerate(paths)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


def judge_runs(path, runs, values, switches):
    """The errors, and the longest time for which a value was read that had ceased to be true."""
    errors, latest, generation = [], 0.0, -1
    for value, first, last in runs:
        known = bisect.bisect_right(switches, first + CLOCK)
        # The first generation behind the one before that says so and had come by then.
        following = [number for number in range(generation + 1, known) if values[number] == value]
        if not following:
            errors.append(f"{path}: {value} at {first:.3f}, which was not true then")
            continue
        generation = following[0]
        if generation + 1 < len(switches):
            latest = max(latest, last - switches[generation + 1])
    if generation != len(values) - 1 and values[generation] != values[-1]:
        errors.append(f"{path}: the last value seen is of generation {generation + 1}")
    return errors, latest


def judge(directory):
    with open(os.path.join(directory, "expected.json"), encoding="utf-8") as file:
        expected = json.load(file)["files"]
    with open(os.path.join(directory, "switches"), encoding="utf-8") as file:
        switches = [float(line.split()[1]) for line in file]
    errors, latest, reads = [], 0.0, 0
    for number in range(len(expected)):
        with open(os.path.join(directory, f"seen.{number}.json"), encoding="utf-8") as file:
            seen = json.load(file)
        found, late = judge_runs(seen["path"], seen["runs"], expected[seen["path"]], switches)
        errors += seen["errors"] + found
        reads += seen["reads"]
        latest = max(latest, late)
    print("\n".join(errors[:40]))
    print(f"# {len(switches)} generations, {reads} reads of {len(expected)} files; "
          f"the latest stale value {latest * 1000:.0f} ms after its switch")
    sys.exit(1 if errors or latest > LIMIT else 0)


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(sys.argv[2], sys.argv[3], sys.argv[4:])
    elif sys.argv[1] == "watch":
        watch(*sys.argv[2:])
    else:
        judge(sys.argv[2])
