#!/usr/bin/env python3
"""A made-up list in the interchange format, on stdout.

Every company in it is invented. The same options always give the same bytes.
`--hostile` adds services whose texts try to break out of a file's name, a
line, a table or a string; `--break WHAT` makes a list that has to be refused.
"""

import argparse
import json
import sys

HOSTILE_NAMES = [
    "../../../../etc/passwd", "..", ".", "/", "-rf", "--help", ".hidden", "a/b/c", "nul\u0000inside",
    "line\nbreak", "tab\there", "carriage\rreturn", "escape\u001b[31mred", "bell\u0007", "delete\u007f",
    "next\u0085line", "right-to-left\u202eexe.txt", "zero\u200bwidth", "\ufeffmark", "\u2028separator",
    "comma, \"quote\" and 'apostrophe'", "back\\slash \\n \\t", "=1+1", "%s%n%x", "$(reboot) `reboot`",
    "'; DROP TABLE value; --", "\u00e9 composed", "e\u0301 composed", "\u65e5\u672c\u8a9e " * 60,
    "\U0001f980" * 100, "x" * 300, " leading and trailing ", "\u3000ideographic\u3000", "con\u0301" * 90,
    "\ufffd", "\uffff", "CaseTwin", "casetwin", "same~H-1", "\u00a0", "\u200b", "nul.txt", "Colon: a?", "Full Stop Co. .",
]
HOSTILE_NUMBERS = [
    "..", ".", "/", "../up", "-n", ".dot", "a/b", "with blank", "new\nline", "nul\u0000", "\u202ebidi",
    "e\u0301", "\u00e9", "n" * 300, "\u65e5" * 100, "Case", "case", "%00", "*", "current", "README", "con",
]


def broken(name, document):
    """The list with one mistake in it."""
    services = document["services"]
    first, second = services[0], services[1]
    if name == "format":
        document["format"] = "something-else"
    elif name == "version":
        document["version"] = 2
    elif name == "no-registry":
        del document["registry"]
    elif name == "registry-name":
        document["registry"]["name"] = "Not A Word"
    elif name == "time-zone":
        document["registry"]["time_zone"] = "Mars/Olympus"
    elif name == "published":
        document["published"] = "yesterday"
    elif name == "complete":
        document["complete"] = "yes"
    elif name == "no-services":
        del document["services"]
    elif name == "services-object":
        document["services"] = {"a": 1}
    elif name == "empty":
        document["services"] = []
    elif name == "member":
        first["stauts"] = "registered"
    elif name == "top-member":
        document["servces"] = []
    elif name == "worked-out":
        first["delisted-on"] = "2025-01-01"
    elif name == "extra-name":
        first["extra.UP/../.."] = "x"
    elif name == "word":
        first["status"] = "Not A Word"
    elif name == "long-word":
        first["level"] = "x" * 101
    elif name == "status-path":
        first["status"] = "../../x"
    elif name == "empty-status":
        first["status"] = ""
    elif name == "date":
        first["registered-on"] = "2025-02-29"
    elif name == "filled-date":
        first["valid-until"] = "2025-2-1"
    elif name == "number-type":
        first["number"] = 7
    elif name == "name-type":
        first["name"] = ["x"]
    elif name == "list-type":
        first["regions"] = "Tokyo"
    elif name == "list-item":
        first["regions"] = ["Tokyo", 7]
    elif name == "no-number":
        del first["number"]
    elif name == "number-and-key":
        first["key"] = "unnumbered-x"
    elif name == "repeated":
        second["number"] = first["number"]
    elif name == "repeated-with-blank":
        second["number"] = first["number"] + " "
    elif name == "baseline-unknown":
        first["baseline"] = "nowhere"
    elif name == "control-unknown":
        first["controls"] = ["2025/9.9.9"]
    elif name == "baseline-and-controls":
        first.update(baseline="basic", controls=["2025/1.1"])
    elif name == "baseline-control":
        document["baselines"][0]["controls"].append("2025/9.9.9")
    elif name == "control-path":
        document["editions"][0]["controls"].append({"id": "../../up"})
    elif name == "edition-path":
        document["editions"].append({"id": "..", "controls": []})
    elif name == "baseline-path":
        document["baselines"].append({"id": "a/b", "controls": []})
    elif name == "provider-type":
        first["provider"] = 7
    elif name == "baseline-type":
        first["baseline"] = 7
    elif name == "controls-type":
        first["controls"] = "2025/1.1"
    elif name == "leverages-type":
        first["leverages"] = "E-0001"
    elif name == "service-type":
        services.append("E-9999")
    elif name == "delisted-basis":
        first.update({"status": "delisted", "delisted-on.basis": "perhaps"})
    elif name == "in-force":
        first["in-force"] = "yes"
    elif name == "table-type":
        first["events.tsv"] = "2025-01-01"
    elif name == "table-row":
        first["events.tsv"] = ["2025-01-01"]
    elif name == "table-column":
        first["events.tsv"] = [{"date": "2025-01-01", "to": "registered", "form": "x"}]
    elif name == "table-cell":
        first["events.tsv"] = [{"date": "2025-01-01", "to": 7}]
    elif name == "table-date":
        first["events.tsv"] = [{"date": "2025-02-30", "to": "registered"}]
    elif name == "table-required":
        first["events.tsv"] = [{"date": "2025-01-01"}]
    elif name == "small-business":
        first["small-business"] = "perhaps"
    else:
        sys.exit(f"interchange.py: nothing is called {name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--services", type=int, default=10)
    parser.add_argument("--published", default="2025-02-01", help="'' to state none")
    parser.add_argument("--registry", default="synthetic")
    parser.add_argument("--incomplete", action="store_true")
    parser.add_argument("--no-catalogue", action="store_true")
    parser.add_argument("--drop", type=int, default=0)
    parser.add_argument("--without", action="append", default=[], metavar="NUMBER")
    parser.add_argument("--status", action="append", default=[], metavar="NUMBER=WORD")
    parser.add_argument("--hostile", action="store_true")
    parser.add_argument("--break", dest="mistake", metavar="WHAT")
    options = parser.parse_args()

    services = []
    for number in range(1, options.services + 1):
        service = {
            "number": f"E-{number:04d}", "name": f"Imaginary Service {number}",
            "provider": f"Synthetic Provider {number % 4} KK", "status": "registered",
            "registered-on": ["2024", "2024-05", "2024-05-06"][number % 3],
            "valid-until": f"2026-{number % 12 + 1:02d}-28", "regions": ["Nowhere", "Elsewhere"],
            "note": "", "extra.ticket": str(number),
        }
        if not options.no_catalogue:
            if number % 2:
                service["baseline"] = "basic"
            else:
                service["controls"] = ["2025/1.1", "2025/1.1.1"]
        if number > 1:
            service["leverages"] = ["E-0001", "E-7777"]
        services.append(service)
    services = services[:len(services) - options.drop]
    services = [service for service in services if service["number"] not in options.without]
    for text in options.status:
        number, word = text.split("=", 1)
        for service in services:
            if service["number"] == number:
                service["status"] = word
    if options.hostile:
        for place, text in enumerate(HOSTILE_NAMES, 1):
            services.append({
                "number": f"H-{place}", "name": text, "name.en": text, "provider": text, "auditor": text,
                "scope": text, "regions": [text, text], "description": text * 3, "extra.text": text})
        services.append({"number": "H-same", "name": "same"})
        services.append({"number": "H-same-too", "name": "same"})
        for text in HOSTILE_NUMBERS:
            services.append({"number": text, "name": "Numbered oddly", "leverages": HOSTILE_NUMBERS[:5]})
    document = {
        "format": "ismapfs-interchange", "version": 1,
        "registry": {"name": options.registry, "title": "Synthetic List", "time_zone": "UTC", "language": "en"},
        "published": options.published, "complete": not options.incomplete,
        "about": ["Every service of an imaginary registry."],
        "editions": [{"id": "2025", "title": "Imaginary criteria 2025", "controls": [
            {"id": "1.1", "title": "Policies", "control-level": "objective", "tier": "governance"},
            {"id": "1.1.1", "title": "Review of policies", "control-level": "control"},
            {"id": "1.1.1.1", "title": "Review, in detail", "withdrawn": "no"}]}],
        "baselines": [{"id": "basic", "title": "Basic level", "controls": ["2025/1.1", "2025/1.1.1.1"]}],
        "providers": [{"name": "Synthetic Provider 1 KK", "url": "https://provider-1.example/"}],
        "services": services,
    }
    if not options.published:
        del document["published"]
    if options.no_catalogue:
        del document["editions"], document["baselines"]
    if options.mistake:
        broken(options.mistake, document)
    json.dump(document, sys.stdout, ensure_ascii=True, indent=1)
    print()


if __name__ == "__main__":
    main()
