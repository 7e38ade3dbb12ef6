#!/usr/bin/env python3
"""The bundled FedRAMP list (sync/sources/fedramp/bundled.json), on stdout.

Usage: bundled.py DATA

It is made of these real publications, which lie in the folder DATA:
  fedramp/daily.tar.xz          its last file is the list (data.json)
  fedramp-2026/days.tar.xz      the first status changelog that was exported after that list
  oscal/                        NIST SP 800-53 Rev. 5, and the FedRAMP Rev. 5 profile of each level
  fedramp-2026/class-baselines-2026-07-14.json
  fedramp-2026/consolidated-rules-2026-07-14.json.xz

The rules:
  - Facts are taken: numbers, names, words, dates, short titles. Descriptions, messages, contacts, addresses, agencies
    and sentences are not.
  - What the list says instead of nothing ("Not Active") is no fact, and an empty list has no member.
  - The changelog's `current_status` is the status, by FedRAMP's table of old and new words. `status.source` is the
    list's own word where both mean the same. What neither knows is `unknown`.
  - The changelog's rows are events, in its order, each once. What it calls delisted is there with what it says of it.
  - The list names, at a system, those that are built on it; here each names the systems that it is built on.
  - A service's baseline is its level's. Nothing states its class or its type: none is made up from its level.
  - Rev5 classes demand the controls that the consolidated rules list (FRC-CSF-BSL). 20x demands Key Security
    Indicators: Class A those that its own rule names (FRC-CLA-MFR), Class B all that aren't called optional for it,
    Classes C and D all.
"""

import json
import lzma
import os
import re
import sys
import tarfile

EDITION = "800-53-rev5"
INDICATORS = "ksi-2026-07-14"
LEVELS = {
    "high": "FedRAMP Rev. 5 High baseline",
    "moderate": "FedRAMP Rev. 5 Moderate baseline",
    "low": "FedRAMP Rev. 5 Low baseline",
    "li-saas": "FedRAMP Rev. 5 baseline for low-impact SaaS (Tailored LI-SaaS)",
}
STATUS = {
    "FedRAMP Certified": "certified",
    "FedRAMP Authorized": "certified",
    "Authorized": "certified",
    "FedRAMP Certified (In Remediation)": "certified-in-remediation",
    "Remediation": "certified-in-remediation",
    "Agency Authorization In Process": "agency-in-process",
    "Agency In Process": "agency-in-process",
    "Agency Review": "agency-in-process",
    "Ageny In Process": "agency-in-process",
    "FedRAMP In Process": "in-process",
    "PMO Review": "in-process",
    "JAB Review": "in-process",
    "Initial Program Review": "in-process",
    "Final Program Review": "in-process",
    "Legacy FedRAMP Ready": "legacy-ready",
    "FedRAMP Ready": "legacy-ready",
    "FRR": "legacy-ready",
    "Initial Implementation": "initial-implementation",
    "No Status Found (Delisted)": "delisted",
    "Delisted": "delisted",
}
NOTHING = {"", "Not Active", "Not Authorized", "No FRR Date", "Not In Process", "Not Agency Partnered", "N/A", "#N/A",
           "#REF!"}


def text(value):
    """A member as one line, blanks around it as published; None where nothing is stated."""
    return None if value.strip() in NOTHING else re.sub(r"[\r\n\t]+", " ", value)


def word(value):
    return re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")


def date(value):
    return value[:10] if re.match(r"\d{4}-\d\d-\d\d(T|$)", value) else None


def yearly(value):
    """A day of every year, or a date."""
    match = re.fullmatch(r"(\d\d?)/(\d\d?)", value)
    return "--%02d-%02d" % tuple(map(int, match.groups())) if match else date(value)


def status(product, current):
    """The tree's word and the publication's."""
    listed = product["status"].strip()
    held = current or listed
    found = STATUS.get(held, "unknown")
    return found, listed if STATUS.get(listed, "unknown") == found else held


def events(row):
    """The official history: a day, and the status from that day on."""
    found = []
    for state in row.get("statuses", []):
        event = {"date": date(state["start_date"]), "to": STATUS.get(state["status_name"].strip(), "unknown")}
        if event not in found:
            found.append(event)
    return found


def service(product, row, bases):
    found, source = status(product, row.get("current_status", "").strip())
    level = word(product["impact_level"])
    stated = {
        "number": product["id"].strip(),
        "name": text(product["cso"]),
        "provider": text(product["csp"]),
        "status": found,
        "status.source": source,
        "level": level,
        "level.source": text(product["impact_level"]),
        "registered-on": date(product["auth_date"]),
        "ready-on": date(product["ready_date"]),
        "in-process-agency-on": date(product["ip_agency_date"]),
        "in-process-board-on": date(product["ip_jab_date"]),
        "in-process-program-on": date(product["ip_prog_date"]),
        "in-process-office-on": date(product["ip_pmo_date"]),
        "annual-assessment": yearly(product["annual_assessment"]),
        "auditor": text(product["independent_assessor"]),
        "certification-path": word(product["auth_type"]),
        "service-model": [word(model) for model in product["service_model"] if text(model)],
        "deployment-model": word(product["deployment_model"]),
        "baseline": level if level in LEVELS else None,
        "leverages": sorted(bases),
        "events.tsv": events(row),
    }
    return {name: value for name, value in stated.items() if value}


def delisted(number, row):
    """What the list doesn't have any more, or None."""
    source = row["current_status"].strip()
    if STATUS.get(source) != "delisted":
        return None
    days = [event["date"] for event in events(row) if event["to"] == "delisted"]
    return {"number": number, "status": "delisted", "status.source": source, "delisted-on": days[-1],
            "delisted-on.basis": "stated", "events.tsv": events(row)}


def services(products, changelog):
    bases = {product["id"].strip(): set() for product in products}
    for product in products:
        for system in product["leveraged_systems"]:
            bases[system["id"].strip()].add(product["id"].strip())
    found = []
    for product in products:
        number = product["id"].strip()
        found.append(service(product, changelog.get(number, {}), bases[number]))
    found += filter(None, (delisted(number, row) for number, row in changelog.items() if number not in bases))
    return sorted(found, key=lambda one: one["number"])


def labelled(control):
    return next(prop["value"] for prop in control["props"] if prop["name"] == "label")


def nist_controls(group):
    """A family's controls, each followed by its enhancements."""
    for control in group["controls"]:
        for level, one in [("control", control), *(("enhancement", part) for part in control.get("controls", []))]:
            entry = {"id": one["id"], "title": one["title"], "control-level": level, "domain": group["title"],
                     "label": labelled(one)}
            if any(prop["name"] == "status" and prop["value"] == "withdrawn" for prop in one["props"]):
                entry["withdrawn"] = "yes"
            yield entry


def editions(catalogue, rules):
    yield {"id": EDITION, "title": "NIST SP 800-53 Rev. 5",
           "controls": [control for group in catalogue["groups"] for control in nist_controls(group)]}
    yield {"id": INDICATORS, "title": "FedRAMP Key Security Indicators, %s" % rules_title(rules),
           "controls": [{"id": key, "title": indicator["name"], "control-level": "indicator", "domain": family["name"]}
                        for family in rules["KSI"].values() for key, indicator in family["indicators"].items()]}


def rules_title(rules):
    return "Consolidated Rules for 2026 (%s)" % rules["info"]["version"]


def indicators_by_class(rules):
    everything, optional = [], set()
    for family in rules["KSI"].values():
        for key, indicator in family["indicators"].items():
            everything.append(key)
            if indicator.get("varies_by_class", {}).get("b", {}).get("statement", "").startswith("**Optional:**"):
                optional.add(key)
    mandatory = rules["FRR"]["FRC"]["data"]["all"]["CLA"]["FRC-CLA-MFR"]["related"]
    return {"a": [key for key in everything if key in mandatory],
            "b": [key for key in everything if key not in optional], "c": everything, "d": everything}


def baseline(name, title, edition, controls):
    return {"id": name, "title": title, "controls": ["%s/%s" % (edition, control) for control in controls]}


def baselines(profiles, classes, rules):
    for level, title in LEVELS.items():
        chosen = [key for source in profiles[level]["imports"] for part in source["include-controls"]
                  for key in part["with-ids"]]
        yield baseline(level, title, EDITION, chosen)
    for name, controls in classes.items():
        yield baseline("rev5-class-" + name, "FedRAMP Rev5 Class %s, %s" % (name.upper(), rules_title(rules)), EDITION,
                       controls)
    for name, indicators in indicators_by_class(rules).items():
        yield baseline("20x-class-" + name, "FedRAMP 20x Class %s, %s" % (name.upper(), rules_title(rules)), INDICATORS,
                       indicators)


def about(day, changelog_day, count, rules):
    return [
        "Facts taken from the FedRAMP Marketplace publication of %s: all %d systems that it listed." % (day, count),
        "Status: by FedRAMP's changelog of %s, in FedRAMP's words of today; status.source: in the list's." % changelog_day,
        "Events, and the systems that are delisted: by that changelog.",
        "Kept: id, name, provider, status, level, path, dates, service and deployment model, assessor, systems built upon.",
        "Left out: descriptions, messages, contacts, web pages, agencies.",
        "The publication names, at a system, the systems that build on it; here each names the ones that it builds on.",
        "Controls: ids and titles of NIST SP 800-53 Rev. 5, catalogue 5.0.1, and of the Key Security Indicators.",
        "Baselines: the FedRAMP Rev. 5 profile of each level; what each class demands by the %s." % rules_title(rules),
        "No class is stated: a service's controls are those of its level; the 20x levels have none.",
        "Not official: what the FedRAMP Marketplace itself shows governs.",
        "Never checked against its source: old by now, and not counted as the whole list.",
        "The first successful `ismap-sync pull` replaces it.",
    ]


def dump(value):
    return json.dumps(value, ensure_ascii=False)


def block(name, items, indent, separator=","):
    """A member that is an array: an item a line."""
    inner = ",\n".join(indent + "  " + item for item in items)
    return '%s"%s": [\n%s\n%s]%s' % (indent, name, inner, indent, separator)


def by_family(keys):
    """A baseline's controls, a family a line."""
    families = {}
    for key in keys:
        families.setdefault(re.match(r".*/(KSI-)?[A-Za-z]+", key)[0], []).append(dump(key))
    return [", ".join(family) for family in families.values()]


def sets(name, found, lines):
    """Editions and baselines."""
    items = ["{\n      \"id\": %s,\n      \"title\": %s,\n%s\n    }" % (
        dump(one["id"]), dump(one["title"]), block("controls", lines(one["controls"]), "      ", ""))
             for one in found]
    return block(name, items, "  ")


def member(archive, choose):
    """A file of an archive, as JSON."""
    with tarfile.open(archive) as files:
        name = choose(sorted(files.getnames()))
        return json.load(files.extractfile(name))


def published(changed):
    """The list's own time: US Eastern, in its summer, whatever the Z behind it says."""
    return changed.rstrip("Z") + "-04:00"


def main():
    data = sys.argv[1]

    def load(name):
        opened = lzma.open if name.endswith(".xz") else open
        with opened(os.path.join(data, name), "rt", encoding="utf-8") as file:
            return json.load(file)

    newest = member(os.path.join(data, "fedramp/daily.tar.xz"), lambda names: names[-1])
    changed = newest["meta"]["last_change"]
    changelog = member(os.path.join(data, "fedramp-2026/days.tar.xz"),
                       lambda names: next(name for name in names
                                          if "changelog" in name and os.path.basename(name)[:10] > changed[:10]))
    products = newest["data"]["Products"]
    rules = load("fedramp-2026/consolidated-rules-2026-07-14.json.xz")
    profiles = {level: load("oscal/fedramp-rev5-%s-profile.json" % level)["profile"] for level in LEVELS}
    catalogue = load("oscal/nist-sp800-53-rev5-catalog.json")["catalog"]
    classes = load("fedramp-2026/class-baselines-2026-07-14.json")
    lines = about(changed[:10], changelog["metadata"]["export_timestamp"][:10], len(products), rules)
    print("\n".join([
        "{",
        '  "format": "ismapfs-interchange",',
        '  "version": 1,',
        '  "registry": {"name": "fedramp", "title": "FedRAMP Marketplace", "time_zone": "America/New_York", '
        '"language": "en"},',
        '  "published": %s,' % dump(published(changed)),
        '  "complete": false,',
        block("about", map(dump, lines), "  "),
        sets("editions", editions(catalogue, rules), lambda controls: map(dump, controls)),
        sets("baselines", baselines(profiles, classes, rules), by_family),
        block("services", map(dump, services(products, changelog["products"])), "  ", ""),
        "}",
    ]))


if __name__ == "__main__":
    main()
