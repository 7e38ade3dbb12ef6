#!/usr/bin/env python3
"""Reads a feed or a calendar as somebody else's program does, and checks it.

feeds.py atom FILE: what RFC 4287 demands of a feed; prints id, updated and title of each entry.
feeds.py ics FILE: what RFC 5545 demands of a calendar; prints UID, DTSTART, RRULE, SEQUENCE and SUMMARY of
each event. feedparser and icalendar have to agree, where Debian's python3 has them.
"""

import re
import subprocess
import sys
import xml.etree.ElementTree as xml

ATOM = "{http://www.w3.org/2005/Atom}"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
IRI = re.compile(r"[a-z][a-z0-9+.-]*:\S+")


def only(element, name):
    """RFC 4287 allows just one of these."""
    found = element.findall(ATOM + name)
    assert len(found) == 1, (name, len(found))
    assert found[0].text and found[0].text.strip(), name
    return found[0].text


def check_parts(element):
    assert IRI.fullmatch(only(element, "id")), element
    assert TIME.fullmatch(only(element, "updated")), element
    only(element, "title")


def others_agree(code, path, *wanted):
    """Debian's interpreter has the packaged modules, whichever python3 runs this."""
    module = code.split()[1].rstrip(";")
    if subprocess.run(["/usr/bin/python3", "-c", f"import {module}"], capture_output=True).returncode != 0:
        return
    said = subprocess.run(["/usr/bin/python3", "-c", code, path], capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == list(wanted), (module, said, wanted)


def read_atom(path):
    with open(path, "rb") as file:
        feed = xml.fromstring(file.read())
    assert feed.tag == ATOM + "feed", feed.tag
    check_parts(feed)
    assert feed.find(ATOM + "author").find(ATOM + "name").text
    entries = feed.findall(ATOM + "entry")
    for entry in entries:
        check_parts(entry)
        content = entry.find(ATOM + "content")
        assert content.get("type") == "text" and len(content) == 0 and content.text
        for link in entry.findall(ATOM + "link"):
            assert link.get("rel") == "alternate" and IRI.fullmatch(link.get("href")), link.attrib
    ids = [only(entry, "id") for entry in entries]
    assert len(set(ids)) == len(ids), "an id comes twice"
    times = [only(entry, "updated") for entry in entries]
    assert times == sorted(times, reverse=True), "the newest isn't first"
    assert not times or only(feed, "updated") == times[0]
    others_agree("import feedparser; import sys; feed = feedparser.parse(sys.argv[1]); assert not feed.bozo, feed.bozo_exception\n"
                 "for entry in feed.entries: print(entry.id)", path, *ids)
    return [(only(entry, "id"), only(entry, "updated"), only(entry, "title")) for entry in entries]


def content_lines(path):
    with open(path, "rb") as file:
        data = file.read()
    assert data.endswith(b"\r\n") and b"\n" not in data.replace(b"\r\n", b""), "a line ends otherwise"
    for line in data.split(b"\r\n"):
        assert len(line) <= 75, line
        line.decode()  # no character is folded in its middle
    return data.decode().replace("\r\n ", "").split("\r\n")[:-1]


def events_of(lines):
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-1] == "END:VCALENDAR"
    event, events = None, []
    for line in lines[1:-1]:
        name, _, value = line.partition(":")
        assert re.fullmatch(r"[A-Z-]+(;[A-Z-]+=[A-Z]+)*", name), line
        assert not re.search(r"[\x00-\x1f\x7f]", value), line
        if line == "BEGIN:VEVENT":
            event = {}
        elif line == "END:VEVENT":
            events.append(event)
            event = None
        elif event is not None:
            assert name not in event, line
            event[name] = value
    return events


def read_ics(path):
    lines = content_lines(path)
    for needed in ("VERSION:2.0", "METHOD:PUBLISH"):
        assert lines.count(needed) == 1, needed
    assert any(line.startswith("PRODID:") for line in lines)
    events = events_of(lines)
    for event in events:
        assert re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTAMP"]), event
        assert re.fullmatch(r"\d{8}", event["DTSTART;VALUE=DATE"]), event
        assert re.fullmatch(r"\d+", event["SEQUENCE"]), event
    uids = [event["UID"] for event in events]
    assert len(set(uids)) == len(uids), "a UID comes twice"
    others_agree("import icalendar; import sys\nfor event in icalendar.Calendar.from_ical(open(sys.argv[1], 'rb').read()).walk('VEVENT'):\n"
                 " assert not event.errors, event.errors\n print(event['UID'], event.decoded('DTSTART').isoformat())",
                 path, *(f"{event['UID']} {event['DTSTART;VALUE=DATE'][:4]}-{event['DTSTART;VALUE=DATE'][4:6]}-"
                         f"{event['DTSTART;VALUE=DATE'][6:]}" for event in events))
    return [(event["UID"], event["DTSTART;VALUE=DATE"], event.get("RRULE", ""), event["SEQUENCE"], event["SUMMARY"])
            for event in events]


for row in {"atom": read_atom, "ics": read_ics}[sys.argv[1]](sys.argv[2]):
    print("\t".join(row))
