#!/usr/bin/env python3
"""Valid publications that mean harm, on stdout.

Usage: hostile.py fedramp                  each text of each product is one of those
                                           that try to break out of a name or a line
       hostile.py twins COUNT              services and providers of one name, and
                                           providers that differ in what no slug keeps
       hostile.py large BYTES              one value of that many bytes
       hostile.py links SERVICES CONTROLS  each service states each control
       hostile.py providers COUNT          one service each
       hostile.py feeds DAY STATUS         what breaks out of a line of a calendar or an
                                           element of a feed, and names of JavaScript

All but the first in the interchange format. The same words always give the same
bytes.
"""

import json
import sys

from fedramp import product
from interchange import HOSTILE_NAMES, HOSTILE_NUMBERS

TEXTS = ["name", "csp", "cso", "service_offering", "service_desc", "website", "independent_assessor",
         "partnering_agency", "deployment_model", "auth_type", "uei", "fedramp_msg", "status",
         "impact_level", "auth_date", "annual_assessment"]
LISTS = ["service_model", "business_function", "agency_authorizations"]


def fedramp():
    products = []
    for place, text in enumerate(HOSTILE_NAMES):
        row = product(place, "hostile")
        row.update({member: text for member in TEXTS})
        row.update({member: [text, text, ""] for member in LISTS})
        products.append(row)
    for place, text in enumerate(HOSTILE_NUMBERS, len(products)):
        row = product(place, "hostile")
        row["id"] = text
        row["leveraged_systems"] = [
            {"id": other, "csp": other, "cso": other, "status": other, "impact_level": other}
            for other in HOSTILE_NUMBERS]
        products.append(row)
    return {"meta": {"Created_At": "2025-01-15", "last_change": "2025-01-15T01:02:03.004Z"},
            "data": {"Providers": [], "Assessors": [], "Agencies": [], "Products": products}}


def interchange(services, controls=()):
    return {
        "format": "ismapfs-interchange", "version": 1,
        "registry": {"name": "hostile", "title": "Hostile List", "time_zone": "UTC", "language": "en"},
        "published": "2025-02-01", "complete": True,
        "editions": [{"id": "2025", "title": "Imaginary", "controls": [{"id": c} for c in controls]}],
        "services": services,
    }


def twins(count):
    return interchange([
        {"number": f"T-{i:06d}", "name": "Same Service", "status": "registered",
         "provider": "Same" if i % 2 else "Same" + "!" * (i % 200 + 1) + "?" * (i // 200)}
        for i in range(count)])


def large(size):
    line = "One of the lines of a long description.\n"
    text = line * (size // len(line) + 1)
    return interchange([{"number": "L-1", "name": "Large", "description": text[:size - 1] + "."}])


def links(services, controls):
    names = [f"c.{i}" for i in range(controls)]
    stated = [f"2025/{name}" for name in names]
    return interchange([{"number": f"S-{i:06d}", "name": f"Service {i}", "controls": stated}
                        for i in range(services)], names)


FEEDS = ["A\r\nEND:VCALENDAR\r\nBEGIN:VCALENDAR", "B\nRRULE:FREQ=SECONDLY", "C;VALUE=DATE:1,2\\n\\",
         "D]]><script>&#x0;&amp;</title>", "E\ufffe\uffff\u0001\u009b2J\u202e", "END:VEVENT", "\u2028\u2029\u0085 F",
         "__proto__", "constructor", "toString", ";", "\\", "\U0010ffff G", "\r", "BEGIN:VALARM\nTRIGGER:-PT1S",
         *("x" * i + "界" * 20 + "😀" * 20 for i in range(8))]


def feeds(day, status):
    """Each name begins a fold at another octet; no two of them are one."""
    names = {"__proto__": "__proto__", "constructor": "constructor"}
    services = [{"number": names.get(name, f"H-{i:02}"), "name": name, "provider": name, "status": status, "level": "constructor",
                 "extra.constructor": name, "valid-until": "2027-05-01", "annual-assessment": "--02-29",
                 "url": "https://x.example/" + ("a\r\nURL:b" if i % 2 else "a,b;c")} for i, name in enumerate(FEEDS)]
    return {**interchange(services), "published": day,
            "registry": {"name": "feeds", "title": "T;,\\\r\nEND:VCALENDAR]]>", "time_zone": "UTC", "language": "en"}}


def providers(count):
    return interchange([{"number": f"P-{i:06d}", "name": f"Service {i}",
                         "provider": f"Synthetic Provider {i} KK"} for i in range(count)])


def main():
    kind, *numbers = sys.argv[1:]
    make = {"fedramp": fedramp, "twins": twins, "large": large, "links": links, "providers": providers}
    document = feeds(*numbers) if kind == "feeds" else make[kind](*map(int, numbers))
    json.dump(document, sys.stdout)
    print()


main()
