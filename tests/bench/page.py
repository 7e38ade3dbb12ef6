#!/usr/bin/python3
"""How fast tables/report.html is in Chromium.

page.py FILE: writes FILE. A page of the FedRAMP list with 39 months of history, where
the real publications are beside this checkout, else of the bundled list; and one of
10,000 made-up services. In each: how long until something is painted, and from a key
until what it found is painted. BUILD: the folder with the programs.
"""
import datetime, glob, json, os, platform, random, statistics, subprocess, sys, tarfile, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(TOP, "tests", "helpers"))
import report_browser

SYNC = os.path.join(TOP, os.environ.get("BUILD", "build"), "ismap-sync")
MONTHS = os.path.join(TOP, "..", "shared", "data", "fedramp", "monthly.tar.xz")
LOADS = 9
# Milliseconds: at most so many for the list, and for 10,000 services.
PAINT_GOALS, KEY_GOALS = (300, 2000), (50, 200)

# From the key until the frame with what it found was painted.
KEYS = """
const done = arguments[arguments.length - 1], times = [], q = document.getElementById("q");
(async () => {
  for (const text of ["g", "go", "gov", "gove", "gover", "", "s", "se", "ser", "serv 9", "amazon", "a", ""]) {
    await new Promise((next) => setTimeout(next, 30));
    const begin = performance.now();
    q.value = text;
    q.dispatchEvent(new Event("input"));
    await new Promise((next) => requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = next; channel.port2.postMessage(0); }));
    times.push(performance.now() - begin);
  }
  done(times);
})();
"""
PAINTED = "return (performance.getEntriesByName('first-contentful-paint')[0] || {}).startTime || 0"


def sync(*arguments):
    subprocess.run([SYNC, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def real(work):
    if not os.path.exists(MONTHS):
        sync("init", "--store", work + "/real", "--bundled", "fedramp")
        return "the bundled FedRAMP list"
    with tarfile.open(MONTHS) as archive:
        archive.extractall(work + "/months")
    sync("import-history", "--store", work + "/real", "--source", "fedramp", *sorted(glob.glob(work + "/months/**/*.json", recursive=True)))
    return "the FedRAMP list, 39 months of history"


def many(work):
    rng = random.Random(1)
    words = ["".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(3, 10))) for _ in range(2000)]
    services = [{"number": f"M-{n:05d}", "name": " ".join(rng.choices(words, k=4)), "provider": " ".join(rng.choices(words[:300], k=2)), "status": "registered",
                 "level": rng.choice(["low", "moderate", "high"]), "valid-until": f"20{rng.randint(27, 29)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
                 "url": f"https://example.com/{n}", "description": " ".join(rng.choices(words, k=150))} for n in range(10000)]
    with open(work + "/many.json", "w") as file:
        json.dump({"format": "ismapfs-interchange", "version": 1, "published": "2026-02-01", "complete": True, "services": services,
                   "registry": {"name": "many", "title": "Many", "time_zone": "UTC", "language": "en"}}, file)
    sync("pull", "--store", work + "/many", "--source", "interchange", "--from", work + "/many.json")
    return "10,000 made-up services"


def measure(work, name, profile):
    sync("export", "--store", f"{work}/{name}", f"{work}/{name}.tree")
    page = f"{work}/{name}.tree/tables/report.html"
    browser = report_browser.Browser(page, profile)
    browser.driver.set_script_timeout(120)
    paints = []
    for _ in range(LOADS):
        browser.open("")
        browser.wait("it is painted", PAINTED[7:])
        paints.append(browser.run(PAINTED))
    keys = browser.driver.execute_async_script(KEYS)
    services = len(browser.data["services"])
    browser.close()
    return services, os.path.getsize(page) / 1000, statistics.median(paints), max(paints), statistics.median(keys), max(keys)


def main():
    lines = [f"# How fast the page is\n\n{datetime.date.today()}, Linux {platform.release()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before."
             f" Chromium, headless, from a file. Medians, and in\nbrackets the slowest, of {LOADS} loads and of 13 keys; milliseconds. *A key*: until the frame with what it found is painted.\n",
             "| | services | page, kB | first paint | at most | | a key | at most | |", "|---|---|---|---|---|---|---|---|---|"]
    with tempfile.TemporaryDirectory() as work:
        for i, (make, name) in enumerate(((real, "real"), (many, "many"))):
            about = make(work)
            services, size, paint, slowest, key, slow_key = measure(work, name, f"{work}/profile.{name}")
            lines.append(f"| {about} | {services} | {size:.0f} | {paint:.0f} ({slowest:.0f}) | {PAINT_GOALS[i]} | {'yes' if paint < PAINT_GOALS[i] else '**no**'}"
                         f" | {key:.0f} ({slow_key:.0f}) | {KEY_GOALS[i]} | {'yes' if key < KEY_GOALS[i] else '**no**'} |")
            print(lines[-1])
        with open(sys.argv[1], "w") as file:
            file.write("\n".join(lines) + "\n")


main()
