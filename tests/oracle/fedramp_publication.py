"""What a FedRAMP publication of several documents states about each service: an independent reading.

fedramp_words.py has the words, fedramp_documents.py the shapes of the documents; this file says which document's
word holds where they disagree, and gives each service's files as a tree should show them.
"""

import collections
import sys

import fedramp_documents as documents
import fedramp_words as words
from fedramp_words import CERTIFIED, DELISTED, IN_FORCE, REMEDIATION

# One value each; no file where there is None.
WANTED = ["number", "name", "provider.name", "status", "status.source", "status.changelog", "status.list", "in-force",
          "class",
          "certification-type", "certification-path", "phase", "under-corrective-action-plan",
          "corrective-action-plan-on", "level", "registered-on", "annual-assessment", "auditor", "agencies",
          "trust-center", "next-report-on", "certified-services", "certified-services.tsv", "package-overview",
          "events.tsv",
          "delisted-on", "delisted-on.basis"]


def standing(events, listed):
    """The event of a later layout that says more than the list's status does, or None.

    Delisted and In Remediation hold until a row leads out of just that state. A certification holds where it comes
    out of the state that the list still shows, be it over several rows: each of them has to begin where the one
    before it ended. Words of a review say nothing about what was certified before."""
    holds, chain = None, []
    for event in events:
        if event.from_status not in chain[-1:]:
            chain = [event.from_status]
        stuck = holds is not None and holds.to_status in (DELISTED, REMEDIATION)
        if not words.is_known_status(event.source):
            pass  # a word that nobody knows decides nothing
        elif event.to_status in (DELISTED, REMEDIATION):
            holds = event
        elif stuck and event.from_status != holds.to_status:
            pass  # another certification effort of the same product
        elif event.to_status == CERTIFIED:
            holds = event if listed in chain else None
        elif stuck:
            holds = None
        chain = chain + [event.to_status]
    if holds is not None and listed == DELISTED and holds.to_status == REMEDIATION:
        return None  # the list is a step ahead
    return holds


def decide(values, layout, current, events):
    """(status, its source's word, the changelog's word that wasn't taken)."""
    listed, source = values["status"], values["status.source"]
    if layout == 1 and current is None:
        return listed, source, None
    if layout == 1:
        word, current_source = words.status(current)
        if not words.is_known_status(current):
            return listed, source, words.UNKNOWN
        return (listed, source, None) if word == listed else (word, current_source, None)
    event = standing(events, listed)
    if event is not None and event.to_status != listed:
        listed, source = event.to_status, event.source
    newest = events[-1].to_status if events else None
    return listed, source, newest if newest != listed else None


def certification(status, events):
    """The event that tells type, path and class: of what is certified the newest certification's."""
    decisive = [event for event in events if event.to_status in (CERTIFIED, REMEDIATION)]
    if status in (CERTIFIED, REMEDIATION) and decisive:
        return decisive[-1]
    return events[-1] if events else None


def events_text(events):
    """A heading, and one line an event; empty where it isn't stated."""
    rows = []
    for event in events:
        row = "\t".join(value or "" for value in event[:7])
        if row not in rows:
            rows.append(row)
    return "\n".join(["date\tfrom\tto\ttype\tpath\tclass\trecorded-on", *rows]) if rows else None


class Publication:
    """All documents of one pull, and what they state about each service together."""

    def __init__(self, paths):
        self.layout, self.changelog, self.names, self.overviews = 0, {}, {}, {}
        self.listed, self.links, self.invented, self.day, self.shape = {}, set(), 0, "", None
        for path in paths:
            document = documents.load(path)
            role = documents.role(document)
            if role == "list":
                self.listed, self.links, self.invented, self.day = documents.read_list(document)
                self.shape = documents.shape(document)
            elif role == "changelog":
                self.layout, self.changelog, self.names = documents.read_changelog(document)
            elif role == "overviews":
                self.overviews.update(documents.read_overviews(document))
            else:
                sys.exit("%s: not a document of this publication" % path)
        self.services = {number: self.service(values) for number, values in self.listed.items()}
        self.add_delisted()
        self.links |= {(number, base) for number in self.services
                       for base in self.overviews.get(number, {}).get("bases", ()) if base != number}

    def service(self, values):
        number = values["number"]
        current, events = self.changelog.get(number, (None, []))
        wanted = {name: values.get(name) for name in WANTED}
        wanted["agencies"] = "\n".join(values["agencies"]) if values["agencies"] is not None else None
        if number in self.changelog:
            status, source, other = decide(values, self.layout, current, events)
            wanted.update({"status": status, "status.source": source, "status.changelog": other})
            wanted["status.list"] = values["status"] if number in self.listed and status != values["status"] else None
        wanted["in-force"] = IN_FORCE.get(wanted["status"], "no")
        self.add_certification(wanted, events)
        self.add_overview(wanted, values)
        wanted["events.tsv"] = events_text(events)
        if wanted["status"] == DELISTED:
            wanted["delisted-on"], wanted["delisted-on.basis"] = self.delisted_on(events), "stated"
        return wanted

    def add_certification(self, wanted, events):
        """The list's own facts first; else those of one event, and none of another certification's."""
        event = certification(wanted["status"], events)
        stated = wanted["certification-type"]
        if event is None or (stated and event.type and stated != event.type):
            return
        for name, value in (("certification-type", event.type), ("certification-path", event.path),
                            ("class", event.class_)):
            wanted[name] = wanted[name] or value

    def add_overview(self, wanted, values):
        stated = self.overviews.get(wanted["number"], {})
        services = stated.get("certified") or values.get("certified")
        wanted["trust-center"] = stated.get("trust-center") or wanted["trust-center"]
        wanted["next-report-on"] = stated.get("next-report-on")
        stated_here = ["certified-services"] if stated.get("certified") else []
        stated_here += [name for name in ("next-report-on", "trust-center") if stated.get(name)]
        stated_here += ["leverages/" + base for base in stated.get("bases", ())]
        wanted["package-overview"] = "\n".join(stated_here) or None
        if services:
            wanted["certified-services"] = "\n".join(name for name, _ in services)
            rows = ["%s\t%s" % (name, category or "") for name, category in services]
            wanted["certified-services.tsv"] = "\n".join(["service\tcategory", *rows])

    def delisted_on(self, events):
        days = [event.date for event in events if event.to_status == DELISTED and event.date]
        return days[-1] if days else self.day

    def add_delisted(self):
        """What the changelog calls delisted and the list doesn't have."""
        for number, (current, events) in self.changelog.items():
            if number in self.services:
                continue
            provider, name = self.names.get(number, (None, None))
            unlisted = {"number": number, "name": name, "provider.name": provider, "status": words.UNKNOWN,
                        "status.source": None, "agencies": None}
            if decide(unlisted, self.layout, current, events)[0] == DELISTED:
                self.services[number] = self.service(unlisted)

    def present(self):
        return {number for number, wanted in self.services.items() if wanted["status"] != DELISTED}

    def facts(self):
        columns = ["number", "status", "status.source", "status.changelog", "class", "certification-type",
                   "certification-path", "phase", "registered-on", "delisted-on", "delisted-on.basis"]
        for number, wanted in sorted(self.services.items()):
            events = (wanted["events.tsv"] or "").count("\n")
            yield "\t".join([*(wanted[column] or "-" for column in columns), str(events)])


def summary(publication):
    counts = collections.Counter(wanted["status"] for wanted in publication.services.values())
    classes = collections.Counter(wanted["class"] or "none" for wanted in publication.services.values())
    changed = sum(number in publication.listed and wanted["status"] != publication.listed[number]["status"]
                  for number, wanted in publication.services.items())
    return "%s: %s; %s; %d by the changelog, %d invented rows" % (
        publication.day, " ".join("%s=%d" % pair for pair in sorted(counts.items())),
        " ".join("%s=%d" % pair for pair in sorted(classes.items())), changed, publication.invented)
